import type { QueryRunner } from "typeorm";
import type { ColumnFacts, TableFacts } from "../../schema/column";
import { Drafts, type NamedTable } from "./drafts";
import { groupedBy } from "./grouping";
import { sqliteType } from "./sqlite-types";

interface ColumnRow {
  readonly tableName: string;
  readonly ddl: string;
  readonly name: string;
  readonly type: string;
  readonly required: number;
  /** Place in the primary key, from 1; 0: not in it. */
  readonly pk: number;
  readonly hidden: number;
  /** The table has an index for its primary key: it is not the row's own number. */
  readonly indexed: number;
}

interface KeyRow {
  readonly tableName: string;
  readonly keyName: string;
  readonly origin: string;
  readonly column: string | null;
}

// A virtual table has no root page.
const TABLES = "main.sqlite_master t WHERE t.type = 'table' AND t.rootpage <> 0";

const COLUMNS = `
  SELECT t.name AS tableName, t.sql AS ddl, c.name AS name, c.type AS type,
    c."notnull" AS required, c.pk AS pk, c.hidden AS hidden,
    EXISTS (SELECT 1 FROM pragma_index_list(t.name, 'main') i WHERE i.origin = 'pk') AS indexed
  FROM pragma_table_xinfo(t.name, 'main') c, ${TABLES}
  ORDER BY t.name, c.cid`;

const KEYS = `
  SELECT t.name AS tableName, i.name AS keyName, i.origin AS origin, k.name AS "column"
  FROM pragma_index_list(t.name, 'main') i, pragma_index_xinfo(i.name, 'main') k, ${TABLES}
    AND i."unique" = 1 AND i.partial = 0 AND k.key = 1
  ORDER BY t.name, i.origin <> 'pk', i.name, k.seqno`;

// None can change the row that it runs for but by a statement of its own.
const TRIGGERED = `
  SELECT tbl_name AS tableName FROM main.sqlite_master WHERE type = 'trigger'
  UNION SELECT tbl_name FROM temp.sqlite_master WHERE type = 'trigger'`;

/** All tables of the file are asked for: that costs no round trip. Attached ones have no facts. */
export async function sqliteCatalogue(
  queryRunner: QueryRunner,
  tables: readonly NamedTable[],
): Promise<ReadonlyMap<string, TableFacts>> {
  const ask = async <Row>(sql: string): Promise<Row[]> => (await queryRunner.query(sql)) as Row[];
  const paths = new Map(
    tables
      .filter(({ schema }) => schema === undefined || schema.toLowerCase() === "main")
      .map(({ name, path }) => [name.toLowerCase(), path]),
  );
  const drafts = new Drafts();
  const pathOf = ({ tableName }: { readonly tableName: string }) =>
    paths.get(tableName.toLowerCase()) ?? UNWANTED;
  for (const columns of groupedBy(await ask<ColumnRow>(COLUMNS), pathOf)) addColumns(drafts, ...columns);
  const keys = groupedBy(await ask<KeyRow>(KEYS), (row) => JSON.stringify([pathOf(row), row.keyName]));
  for (const rows of keys.values()) addKey(drafts, pathOf(rows[0] as KeyRow), rows);
  for (const row of await ask<{ tableName: string }>(TRIGGERED)) drafts.markTriggered(pathOf(row));
  return drafts.facts();
}

/** Path of the tables that nobody asked for: drafts know none of this name. */
const UNWANTED = "";

function addColumns(drafts: Drafts, path: string, rows: readonly ColumnRow[]): void {
  if (path === UNWANTED) return;
  for (const row of rows) drafts.addColumn(path, columnOf(row));
  // Of the row's own number there is no index.
  const rowid = rows.find(isRowid);
  if (rowid) drafts.addKey(path, [rowid.name], true);
}

function columnOf(row: ColumnRow): ColumnFacts {
  return {
    name: row.name,
    type: sqliteType(row),
    // A primary key may hold NULL, several times, unless it is the row's number or the table has none.
    nullable: row.required === 0 && !isRowid(row),
    generated: row.hidden !== 0,
    onUpdate: false,
    autoIncrement: isRowid(row),
  };
}

/** INTEGER PRIMARY KEY, which is another name of the row's own number. */
function isRowid({ pk, indexed }: ColumnRow): boolean {
  return pk !== 0 && indexed === 0;
}

function addKey(drafts: Drafts, path: string, rows: readonly KeyRow[]): void {
  // Of an expression there is no column.
  if (rows.some(({ column }) => column === null)) return;
  drafts.addKey(
    path,
    rows.flatMap(({ column }) => column ?? []),
    rows[0]?.origin === "pk",
  );
}
