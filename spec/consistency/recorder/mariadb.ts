import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { Family, TableSpec } from "../family";
import type { Recorder } from "../recorder";

/** What TypeORM's `queryRunner.connect()` gives. */
interface DriverConnection {
  query(sql: string, callback: (error: Error | null) => void): void;
}

/**
 * MariaDB has no deferred triggers. A transaction is recorded by a call on its own connection, past
 * TypeORM; an autocommit statement by row triggers, all rows of one statement as one commit.
 */
export async function mariadbRecorder(url: string): Promise<Recorder> {
  const connection = await createConnection(url);
  // Each SELECT sees what is committed by then.
  await connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  const rowsOf = async (sql: string): Promise<RowDataPacket[]> =>
    (await connection.query<RowDataPacket[]>(sql))[0];
  const register = "INSERT INTO record_connections VALUES (CONNECTION_ID())";
  const isInstalled = (await rowsOf("SHOW TABLES LIKE 'record_connections'")).length > 0;
  if (isInstalled) await connection.query(register);
  return {
    install: async (family) => {
      for (const sql of schemaOf(family)) await connection.query(sql);
      await connection.query(register);
    },
    position: async () => Number((await rowsOf("SELECT n FROM record_position"))[0]?.n),
    statesFrom: async (first) =>
      (await rowsOf(`SELECT state FROM record_state WHERE n >= ${first} ORDER BY n`)).map(({ state }) =>
        String(state),
      ),
    beforeCommit: async (queryRunner) => {
      const own = (await queryRunner.connect()) as DriverConnection;
      await new Promise<void>((resolve, reject) => {
        own.query("CALL record_transaction()", (error) => (error ? reject(error) : resolve()));
      });
    },
    cutConnection: async () => {
      const others = "db = DATABASE() AND id NOT IN (SELECT id FROM record_connections)";
      const sql = `SELECT id FROM information_schema.processlist WHERE ${others} ORDER BY command = 'Sleep', RAND() LIMIT 1`;
      const [victim] = await rowsOf(sql);
      // It may have gone by itself meanwhile.
      if (victim) await connection.query(`KILL ${Number(victim.id)}`).catch(() => undefined);
    },
    close: () => connection.end(),
  };
}

function schemaOf(family: Family): string[] {
  const tables = [...family.tables.map(({ name }) => name), family.junction.table];
  // NOW() is the start of the statement, in its triggers, too.
  const statement = "CONCAT(CONNECTION_ID(), '/', NOW(6))";
  return [
    "CREATE TABLE record_connections (id bigint NOT NULL)",
    "CREATE TABLE record_position (n int NOT NULL)",
    "CREATE TABLE record_state (n int PRIMARY KEY, statement varchar(60) NOT NULL, state longtext NOT NULL)",
    "INSERT INTO record_position VALUES (0)",
    `INSERT INTO record_state SELECT 0, '', ${stateOf(family)}`,
    // A COMMIT that is refused may be rolled back before this arrives.
    `CREATE PROCEDURE record_transaction() BEGIN
       IF @@in_transaction = 1 THEN
         UPDATE record_position SET n = n + 1;
         INSERT INTO record_state SELECT n, '', ${stateOf(family)} FROM record_position;
       END IF;
     END`,
    // The first read locks: a snapshot taken before the lock would miss what others committed until then.
    `CREATE PROCEDURE record_autocommit() BEGIN
       DECLARE k int; DECLARE latest varchar(60);
       IF @@in_transaction = 0 THEN
         SELECT n INTO k FROM record_position FOR UPDATE;
         SELECT statement INTO latest FROM record_state WHERE n = k FOR UPDATE;
         IF latest <> ${statement} THEN
           SET k = k + 1;
           UPDATE record_position SET n = k;
           INSERT INTO record_state VALUES (k, ${statement}, '');
         END IF;
         UPDATE record_state SET state = ${stateOf(family)} WHERE n = k;
       END IF;
     END`,
    ...tables.flatMap((table) =>
      ["INSERT", "UPDATE", "DELETE"].map(
        (event) =>
          `CREATE TRIGGER record_${table}_${event} AFTER ${event} ON ${table} FOR EACH ROW CALL record_autocommit()`,
      ),
    ),
  ];
}

function stateOf({ tables, junction }: Family): string {
  const deleted = ({ soft }: TableSpec): string => (soft ? "IF(deletedAt IS NULL, 0, 1)" : "0");
  const rows = tables.map(
    (table) =>
      `'${table.name}', (SELECT JSON_ARRAYAGG(JSON_ARRAY(id, value, parentId, ${deleted(table)}, label, kind)) FROM ${table.name})`,
  );
  const links = `'${junction.table}', (SELECT JSON_ARRAYAGG(JSON_ARRAY(ownerId, otherId)) FROM ${junction.table})`;
  return `JSON_OBJECT(${[...rows, links].join(", ")})`;
}
