import { Client } from "pg";
import type { Family, TableSpec } from "../family";
import type { Recorder } from "../recorder";

/** `applicationName` of the data sources whose connections are cut: one of a recorder may have no name for a moment. */
export const CHECKED = "checked";

/** A constraint trigger that is deferred runs within COMMIT, of an autocommit statement as well. */
export async function postgresRecorder(url: string): Promise<Recorder> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    install: async (family) => {
      for (const sql of schemaOf(family)) await client.query(sql);
    },
    position: async () => {
      const { rows } = await client.query<{ n: number }>({
        name: "position",
        text: "SELECT n FROM record_position",
      });
      return rows[0]?.n ?? 0;
    },
    statesFrom: async (first) => {
      const sql = "SELECT state::text FROM record_state WHERE n >= $1 ORDER BY n";
      return (await client.query<{ state: string }>(sql, [first])).rows.map(({ state }) => state);
    },
    beforeCommit: async () => undefined,
    cutConnection: async () => {
      const checked = "datname = current_database() AND application_name = $1";
      const one = `SELECT pid FROM pg_stat_activity WHERE ${checked} ORDER BY state = 'idle', random() LIMIT 1`;
      await client.query(`SELECT pg_terminate_backend(pid) FROM (${one}) AS victim`, [CHECKED]);
    },
    close: () => client.end(),
  };
}

function schemaOf(family: Family): string[] {
  const tables = [...family.tables.map(({ name }) => name), family.junction.table];
  return [
    "CREATE TABLE record_position (n int NOT NULL)",
    "CREATE TABLE record_state (n int PRIMARY KEY, tx xid8 UNIQUE, state jsonb NOT NULL)",
    `CREATE FUNCTION record_now() RETURNS jsonb LANGUAGE sql VOLATILE AS $$ SELECT ${stateOf(family)} $$`,
    "INSERT INTO record_position VALUES (0)",
    "INSERT INTO record_state SELECT 0, NULL, record_now()",
    `CREATE FUNCTION record_commit() RETURNS trigger LANGUAGE plpgsql AS $$
     DECLARE k int;
     BEGIN
       IF EXISTS (SELECT FROM record_state WHERE tx = pg_current_xact_id()) THEN RETURN NULL; END IF;
       UPDATE record_position SET n = n + 1 RETURNING n INTO k;
       INSERT INTO record_state VALUES (k, pg_current_xact_id(), record_now());
       RETURN NULL;
     END $$`,
    ...tables.map(
      (table) => `CREATE CONSTRAINT TRIGGER record_${table} AFTER INSERT OR UPDATE OR DELETE ON "${table}"
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION record_commit()`,
    ),
  ];
}

function stateOf({ tables, junction }: Family): string {
  const deleted = ({ soft }: TableSpec): string => (soft ? `("deletedAt" IS NOT NULL)::int` : "0");
  const rows = tables.map(
    (table) =>
      `'${table.name}', (SELECT jsonb_agg(jsonb_build_array("id", "value", "parentId", ${deleted(table)}, "label", "kind"::int)) FROM "${table.name}")`,
  );
  const links = `'${junction.table}', (SELECT jsonb_agg(jsonb_build_array("ownerId", "otherId")) FROM "${junction.table}")`;
  return `jsonb_build_object(${[...rows, links].join(", ")})`;
}
