import type { StatementResult } from "../core/pending";
import type { SqlDialect } from "../sql/analysis";

/** What is used of sql.js. */
interface SqlJs {
  exec?(sql: string): readonly { readonly values: readonly (readonly unknown[])[] }[];
}

/** What the driver's raw answer says. To be called before anything else can run on the connection. */
export function statementResult(
  raw: unknown,
  dialect: SqlDialect,
  driver: unknown,
): StatementResult | undefined {
  switch (dialect) {
    case "postgres": {
      const { rowCount, rows } = (raw ?? {}) as { rowCount?: number | null; rows?: StatementResult["rows"] };
      return { affected: rowCount ?? undefined, rows };
    }
    case "mysql":
      return mysqlResult(raw);
    case "sqlite":
      return sqliteResult(raw, driver);
    default:
      return dialect satisfies never;
  }
}

function mysqlResult(raw: unknown): StatementResult {
  // RETURNING of MariaDB.
  if (Array.isArray(raw)) return { affected: raw.length, rows: raw as StatementResult["rows"] };
  const { affectedRows, changedRows, insertId, info } = (raw ?? {}) as Record<string, unknown>;
  // mysql2 says 0 for every statement but an UPDATE, whose text tells.
  const isUpdate = typeof info === "string" && info.startsWith("Rows matched");
  return {
    affected: typeof affectedRows === "number" ? affectedRows : undefined,
    changed: isUpdate && typeof changedRows === "number" ? changedRows : undefined,
    insertId: insertId === 0 ? undefined : insertId,
  };
}

/** better-sqlite3 answers with it; sql.js is asked, at once and not through the runner, behind which others may wait. */
function sqliteResult(raw: unknown, driver: unknown): StatementResult | undefined {
  const { changes, lastInsertRowid } = (raw ?? {}) as Record<string, unknown>;
  if (typeof changes === "number") return { affected: changes, insertId: lastInsertRowid };
  const { databaseConnection } = driver as { databaseConnection?: SqlJs };
  const row = databaseConnection?.exec?.("SELECT changes(), last_insert_rowid()")[0]?.values[0];
  const rows = Array.isArray(raw) ? (raw as StatementResult["rows"]) : undefined;
  return row && { affected: Number(row[0]), insertId: row[1], rows };
}
