import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { Client } from "pg";
import type { DataSource } from "typeorm";
import type { DatabaseName, PerDatabase } from "../../support/databases";

/** The tables, views included, that the database itself finds in a statement that it does not run. */
export interface Oracle {
  /** `undefined`: the database does not accept the statement. */
  tablesOf(sql: string, parameters?: readonly unknown[]): Promise<readonly string[] | undefined>;
  close(): Promise<void>;
}

export function oracleOf(dataSource: DataSource, database: DatabaseName): Promise<Oracle> {
  const { url } = dataSource.options as { url: string };
  const oracles: PerDatabase<() => Promise<Oracle>> = {
    postgres: () => postgresOracle(url),
    mariadb: () => mariadbOracle(url),
    sqljs: () => sqliteOracle(dataSource),
  };
  return oracles[database]();
}

/** Whatever a statement names, and whatever its views name, PostgreSQL locks before it plans: even what the plan leaves out. */
async function postgresOracle(url: string): Promise<Oracle> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const locked =
    "SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'v', 'p') JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' WHERE l.pid = pg_backend_pid()";
  return {
    async tablesOf(sql, parameters = []) {
      await client.query("BEGIN");
      try {
        await client.query(`EXPLAIN ${sql}`, [...parameters]);
        const { rows } = await client.query<{ relname: string }>(locked);
        return rows.map(({ relname }) => relname);
      } catch {
        return undefined;
      } finally {
        await client.query("ROLLBACK");
      }
    },
    close: () => client.end(),
  };
}

/** MariaDB notes the statement as it understood it, with every table's full name (and every column's, where a dot follows). */
async function mariadbOracle(url: string): Promise<Oracle> {
  const connection: Connection = await createConnection(url);
  const database = new URL(url).pathname.slice(1);
  const qualified = new RegExp(`\`${database}\`\\.\`(\\w+)\`(?!\\.)`, "g");
  return {
    async tablesOf(sql, parameters = []) {
      try {
        await connection.query(`EXPLAIN EXTENDED ${sql}`, [...parameters]);
      } catch {
        return undefined;
      }
      const [rows] = await connection.query<RowDataPacket[]>("SHOW WARNINGS");
      const notes = rows.filter(({ Code }) => Code === 1003).map(({ Message }) => String(Message));
      return notes.flatMap((note) => [...note.matchAll(qualified)].map(([, name]) => name as string));
    },
    close: () => connection.end(),
  };
}

/** The b-trees that SQLite's program opens, by the pages where they begin. */
async function sqliteOracle(dataSource: DataSource): Promise<Oracle> {
  const { databaseConnection } = dataSource.driver as unknown as {
    databaseConnection: { exec(sql: string, parameters?: unknown): { values: unknown[][] }[] };
  };
  const roots = databaseConnection.exec("SELECT rootpage, tbl_name FROM sqlite_master WHERE rootpage > 0");
  const tableAt = new Map(roots[0]?.values.map(([page, name]) => [Number(page), String(name)]));
  return {
    async tablesOf(sql, parameters = []) {
      try {
        const [program] = databaseConnection.exec(`EXPLAIN ${sql}`, parameters);
        const opens = program?.values.filter(([, code]) => code === "OpenRead" || code === "OpenWrite") ?? [];
        return opens.map(([, , , page]) => tableAt.get(Number(page)) ?? "unknown page");
      } catch {
        return undefined;
      }
    },
    close: async () => undefined,
  };
}
