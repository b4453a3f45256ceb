import type { Control, StatementAnalysis, Writes } from "./analysis";
import type { TableName } from "./table-name";
import type { Cursor } from "./cursor";
import { words } from "./words";

/** The analysis of a statement that reads and writes nothing and changes no state. */
export const HARMLESS: StatementAnalysis = {
  reads: { kind: "exact", tables: [] },
  writes: { kind: "none" },
  control: undefined,
  volatility: undefined,
  projection: "rows",
  ddl: false,
};

export function controlling(control: Control | undefined): StatementAnalysis {
  return { ...HARMLESS, control };
}

/** Its answer, if it has one, is no function of any table's rows. */
export function answering(what: string): StatementAnalysis {
  return { ...HARMLESS, volatility: { kind: "statement", what } };
}

export function writingEverything(why: string, ddl = false): StatementAnalysis {
  const writes: Writes = { kind: "everything", why };
  return {
    ...HARMLESS,
    reads: { kind: "anything" },
    writes,
    volatility: { kind: "statement", what: why },
    ddl,
  };
}

/** TRUNCATE [TABLE] [ONLY] a, b [CASCADE]. It commits on MySQL. */
export function truncate(cursor: Cursor): StatementAnalysis {
  cursor.word("TABLE");
  const tables: TableName[] = [];
  do {
    cursor.word("ONLY");
    const table = cursor.table();
    if (table === undefined) return writingEverything("TRUNCATE");
    tables.push(table);
    cursor.symbol("*");
  } while (cursor.symbol(","));
  const write = cursor.includes("CASCADE") ? "truncate-cascade" : "truncate";
  const writes: Writes = { kind: "tables", tables: tables.map((table) => ({ table, write })) };
  return { ...HARMLESS, writes, ddl: cursor.dialect === "mysql" };
}

/** REFRESH MATERIALIZED VIEW [CONCURRENTLY] v: the view's own name is what changes. */
export function refresh(cursor: Cursor): StatementAnalysis {
  if (!cursor.words("MATERIALIZED", "VIEW")) return writingEverything("REFRESH");
  cursor.word("CONCURRENTLY");
  return writingOne(cursor.table(), "unknown", "REFRESH");
}

/** LOAD DATA … [REPLACE | IGNORE] INTO TABLE t. */
export function load(cursor: Cursor): StatementAnalysis {
  const replaces = cursor.includes("REPLACE");
  while (cursor.skipPast("INTO")) {
    if (cursor.word("TABLE")) return writingOne(cursor.table(), replaces ? "replace" : "insert", "LOAD DATA");
  }
  return writingEverything("LOAD");
}

/** COPY t FROM …; COPY t TO … only reads. COPY (statement) TO … is the statement's own affair. */
export function copy(cursor: Cursor): StatementAnalysis {
  const table = cursor.table();
  if (table === undefined) return writingEverything("COPY");
  if (cursor.includes("FROM")) return writingOne(table, "insert", "COPY");
  return { ...answering("COPY"), reads: { kind: "exact", tables: [table] } };
}

function writingOne(
  table: TableName | undefined,
  write: "insert" | "replace" | "unknown",
  why: string,
): StatementAnalysis {
  if (table === undefined) return writingEverything(why);
  return { ...HARMLESS, writes: { kind: "tables", tables: [{ table, write }] } };
}

/** PRAGMA x = y sets; PRAGMA x and the pragmas that take a name ask. */
export function pragma(cursor: Cursor): StatementAnalysis {
  const name = cursor.table()?.name ?? "";
  if (HARMLESS_PRAGMAS.has(name)) return answering("PRAGMA");
  const asks = cursor.done || (ASKING_PRAGMAS.has(name) && !cursor.symbol("="));
  return asks ? answering("PRAGMA") : controlling({ kind: "session", what: `PRAGMA ${name}` });
}

const ASKING_PRAGMAS = words(
  `table_info table_xinfo table_list index_list index_info index_xinfo foreign_key_list foreign_key_check
   integrity_check quick_check optimize wal_checkpoint incremental_vacuum`,
);

/**
 * Settings that change how, not what, is read; TypeORM sets the first around every schema change. Without
 * foreign keys a write cascades less than assumed, which is merely coarse. (`read_uncommitted` only means
 * something in shared-cache mode, which no driver of TypeORM turns on.)
 */
const HARMLESS_PRAGMAS = words(
  `foreign_keys defer_foreign_keys read_uncommitted journal_mode synchronous busy_timeout cache_size temp_store
   mmap_size page_size auto_vacuum wal_autocheckpoint locking_mode`,
);

/** CREATE TEMPORARY TABLE hides a table of the same name from this session, and from no other. */
export function isTemporary(cursor: Cursor): boolean {
  cursor.words("OR", "REPLACE");
  cursor.word("LOCAL", "GLOBAL");
  return cursor.word("TEMP", "TEMPORARY");
}
