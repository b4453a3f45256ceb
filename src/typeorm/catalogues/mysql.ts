import type { QueryRunner } from "typeorm";
import type { ColumnFacts, TableFacts } from "../../schema/column";
import { Drafts, type NamedTable } from "./drafts";
import { groupedBy } from "./grouping";
import { mysqlType, type MysqlColumnType } from "./mysql-types";

interface TableRow {
  readonly schemaName: string;
  readonly tableName: string;
}

interface ColumnRow extends MysqlColumnType, TableRow {
  readonly name: string;
  readonly nullable: string;
  readonly expression: string | null;
  readonly currentSchema: string | null;
  readonly foldsNames: number | string;
}

interface KeyRow extends TableRow {
  readonly keyName: string;
  readonly column: string | null;
  readonly prefix: number | string | null;
}

interface ReferenceRow extends TableRow {
  readonly keyName: string;
  readonly column: string;
  readonly toSchema: string;
  readonly toTable: string;
  readonly referenced: string;
}

interface RewriteRow {
  readonly schemaName: string;
  /** `null`: all of the schema. */
  readonly tableName: string | null;
  readonly what: "trigger" | "visible";
}

/** Engines that keep rows themselves and enforce unique keys. */
const ENGINES = ["InnoDB", "MyISAM", "Aria", "MEMORY", "ROCKSDB", "ndbcluster"];

// Neither a system-versioned table, whose deleted rows stay, nor a view is a BASE TABLE.
const COLUMNS = `
  SELECT c.TABLE_SCHEMA AS schemaName, c.TABLE_NAME AS tableName, c.COLUMN_NAME AS name, c.IS_NULLABLE AS nullable,
    c.DATA_TYPE AS dataType, c.COLUMN_TYPE AS columnType, c.COLLATION_NAME AS collation, c.EXTRA AS extra,
    c.CHARACTER_MAXIMUM_LENGTH AS length, c.GENERATION_EXPRESSION AS expression, DATABASE() AS currentSchema,
    @@lower_case_table_names AS foldsNames, @@character_set_client AS clientCharset, @@sql_mode AS sqlMode
  FROM information_schema.COLUMNS c
  JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
  WHERE t.TABLE_TYPE = 'BASE TABLE' AND t.ENGINE IN (${ENGINES.map((name) => `'${name}'`).join(", ")})
    AND c.TABLE_SCHEMA IN (:schemas) AND c.TABLE_NAME IN (:names)
  ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION`;

const KEYS = `
  SELECT TABLE_SCHEMA AS schemaName, TABLE_NAME AS tableName, INDEX_NAME AS keyName, COLUMN_NAME AS \`column\`,
    SUB_PART AS prefix
  FROM information_schema.STATISTICS
  WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA IN (:schemas) AND TABLE_NAME IN (:names)
  ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`;

// Of several columns a key has several rows. Engines that do not enforce foreign keys do not keep them.
const REFERENCES = `
  SELECT TABLE_SCHEMA AS schemaName, TABLE_NAME AS tableName, CONSTRAINT_NAME AS keyName, COLUMN_NAME AS \`column\`,
    REFERENCED_TABLE_SCHEMA AS toSchema, REFERENCED_TABLE_NAME AS toTable, REFERENCED_COLUMN_NAME AS referenced
  FROM information_schema.KEY_COLUMN_USAGE
  WHERE REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_SCHEMA IN (:schemas) AND TABLE_NAME IN (:names)
  ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`;

// Triggers are shown to those who may make some: whoever may not is told of none. MySQL forbids a trigger to change
// its own table but by SET NEW, so those that run AFTER do not count.
const REWRITTEN = `
  SELECT 'trigger' AS what, EVENT_OBJECT_SCHEMA AS schemaName, EVENT_OBJECT_TABLE AS tableName
  FROM information_schema.TRIGGERS
  WHERE ACTION_TIMING = 'BEFORE' AND EVENT_MANIPULATION <> 'DELETE'
    AND EVENT_OBJECT_SCHEMA IN (:schemas) AND EVENT_OBJECT_TABLE IN (:names)
  UNION SELECT 'visible', s.SCHEMA_NAME, NULL FROM information_schema.SCHEMATA s
  JOIN information_schema.USER_PRIVILEGES p ON p.PRIVILEGE_TYPE = 'TRIGGER' AND p.GRANTEE = :grantee
  UNION SELECT 'visible', s.SCHEMA_NAME, NULL FROM information_schema.SCHEMATA s
  JOIN information_schema.SCHEMA_PRIVILEGES p ON s.SCHEMA_NAME LIKE p.TABLE_SCHEMA
    AND p.PRIVILEGE_TYPE = 'TRIGGER' AND p.GRANTEE = :grantee
  UNION SELECT 'visible', TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLE_PRIVILEGES p
  WHERE p.PRIVILEGE_TYPE = 'TRIGGER' AND p.GRANTEE = :grantee`;

const GRANTEE = `CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')`;

export async function mysqlCatalogue(
  queryRunner: QueryRunner,
  tables: readonly NamedTable[],
): Promise<ReadonlyMap<string, TableFacts>> {
  const ask = asking(queryRunner, tables);
  const columns = await ask<ColumnRow>(COLUMNS);
  const places = new Places(tables, columns[0]);
  const drafts = new Drafts();
  for (const row of columns) {
    for (const path of places.pathsOf(row)) drafts.addColumn(path, columnOf(row));
  }
  const keys = groupedBy(await ask<KeyRow>(KEYS), (row) => JSON.stringify([nameOf(row), row.keyName]));
  for (const rows of keys.values()) addKey(drafts, places, rows);
  const references = groupedBy(await ask<ReferenceRow>(REFERENCES), (row) =>
    JSON.stringify([nameOf(row), row.keyName]),
  );
  for (const rows of references.values()) addReference(drafts, places, rows);
  const rewrites = await ask<RewriteRow>(REWRITTEN);
  for (const [row] of groupedBy(columns, nameOf).values()) {
    if (!row || !isRewritten(rewrites, row)) continue;
    for (const path of places.pathsOf(row)) drafts.markRewritten(path);
  }
  return drafts.facts();
}

function asking(queryRunner: QueryRunner, tables: readonly NamedTable[]) {
  const schemas = [...new Set(tables.flatMap(({ schema }) => schema ?? []))];
  const names = [...new Set(tables.map(({ name }) => name))];
  const lists: Record<string, { readonly sql: string; readonly values: readonly string[] }> = {
    ":schemas": { sql: ["DATABASE()", ...schemas.map(() => "?")].join(", "), values: schemas },
    ":names": { sql: names.map(() => "?").join(", "), values: names },
    ":grantee": { sql: GRANTEE, values: [] },
  };
  return async <Row>(sql: string): Promise<Row[]> => {
    const parameters: string[] = [];
    const text = sql.replace(/:(?:schemas|names|grantee)/g, (name) => {
      parameters.push(...(lists[name]?.values ?? []));
      return lists[name]?.sql ?? name;
    });
    return (await queryRunner.query(text, parameters)) as Row[];
  };
}

/** Paths by schema and table as the server spells them. */
class Places {
  readonly #paths = new Map<string, string[]>();
  readonly #folds: boolean;

  constructor(tables: readonly NamedTable[], row: ColumnRow | undefined) {
    this.#folds = Number(row?.foldsNames) !== 0;
    for (const { path, schema, name } of tables) {
      const key = this.#keyOf(schema ?? row?.currentSchema ?? "", name);
      this.#paths.set(key, [...(this.#paths.get(key) ?? []), path]);
    }
  }

  pathsOf({ schemaName, tableName }: TableRow): readonly string[] {
    return this.#paths.get(this.#keyOf(schemaName, tableName)) ?? [];
  }

  #keyOf(schema: string, name: string): string {
    const key = JSON.stringify([schema, name]);
    return this.#folds ? key.toLowerCase() : key;
  }
}

function columnOf(row: ColumnRow): ColumnFacts {
  return {
    name: row.name,
    type: mysqlType(row),
    nullable: row.nullable === "YES",
    // EXTRA says DEFAULT_GENERATED where only the default is an expression.
    generated: /\b(virtual|stored|persistent)\b/i.test(row.extra) || !!row.expression,
    onUpdate: /on update/i.test(row.extra),
    autoIncrement: /auto_increment/i.test(row.extra),
  };
}

function nameOf({ schemaName, tableName }: TableRow): string {
  return JSON.stringify([schemaName, tableName]);
}

function addKey(drafts: Drafts, places: Places, rows: readonly KeyRow[]): void {
  const [first] = rows;
  // Of an expression there is no column; rows may agree in a column of which a prefix is unique.
  if (!first || rows.some(({ column, prefix }) => column === null || prefix !== null)) return;
  const columns = rows.flatMap(({ column }) => column ?? []);
  for (const path of places.pathsOf(first)) drafts.addKey(path, columns, first.keyName === "PRIMARY");
}

function addReference(drafts: Drafts, places: Places, rows: readonly ReferenceRow[]): void {
  const [only, another] = rows;
  if (!only || another) return;
  const { column, referenced, toSchema, toTable } = only;
  for (const path of places.pathsOf(only))
    for (const to of places.pathsOf({ schemaName: toSchema, tableName: toTable }))
      drafts.addReference(path, { column, to, referenced });
}

function isRewritten(rewrites: readonly RewriteRow[], { schemaName, tableName }: TableRow): boolean {
  const own = rewrites.filter(
    (each) => each.schemaName === schemaName && [tableName, null].includes(each.tableName),
  );
  return own.some(({ what }) => what === "trigger") || !own.some(({ what }) => what === "visible");
}
