import type { SqlDialect } from "./analysis";
import type { TableName } from "./table-name";
import { field, identifier, isList, isNode, list } from "./tree";
import { words } from "./words";

/** The table that a statement writes, under the names by which its columns may be qualified. */
export interface Target {
  readonly table: TableName;
  /** Hides the table's own name. */
  readonly alias: string | undefined;
  /** No other table is in sight, so that a name without a qualifier is one of its columns. */
  readonly alone: boolean;
}

/** The name of the target's column that an expression is, if it is one and nothing else. */
export function columnOf(expression: unknown, target: Target, dialect: SqlDialect): string | undefined {
  const name = field(expression, "Identifier");
  if (name !== undefined)
    return target.alone && !isSpecial(name, dialect) ? identifier(name, dialect) : undefined;
  const path = field(expression, "CompoundIdentifier");
  if (!isList(path)) return undefined;
  const names = path.map((part) => identifier(part, dialect));
  return qualifies(names.slice(0, -1), target) ? names[names.length - 1] : undefined;
}

export function qualifies(path: readonly string[], { table, alias }: Target): boolean {
  const [first, second] = path;
  if (path.length === 1) return first === (alias ?? table.name);
  return path.length === 2 && alias === undefined && first === table.schema && second === table.name;
}

/** The alias of a table in the syntax tree. */
export function aliasOf(alias: unknown, dialect: SqlDialect): string | undefined {
  const name = field(alias, "name") ?? field(alias, "alias");
  return isNode(name) ? identifier(name, dialect) : undefined;
}

/** Names under which a row's own key hides, whatever the column is called: SQLite's rowid, MySQL's _rowid. */
export const ROW_NAMES = words(`rowid _rowid_ oid _rowid`);

/** The last part of a name in a list of columns. */
export function columnsOf(paths: unknown, dialect: SqlDialect): readonly string[] | undefined {
  const names = list(paths).map((path) => {
    const part = isList(path) && path.length === 1 ? field(path[0], "Identifier") : path;
    return isNode(part) ? identifier(part, dialect) : undefined;
  });
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** What the parser takes for a name and the database for a function or a variable. */
export function isSpecial(name: unknown, dialect: SqlDialect): boolean {
  const value = field(name, "value");
  if (typeof value !== "string" || (field(name, "quote_style") ?? null) !== null) return false;
  if (value.startsWith("@")) return true;
  return SPECIAL.has(value.toUpperCase()) || (dialect === "postgres" && value.toUpperCase() === "USER");
}

const SPECIAL = words(
  `CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP CURRENT_USER
   CURRENT_ROLE CURRENT_CATALOG CURRENT_SCHEMA SESSION_USER SYSTEM_USER ROWNUM DEFAULT`,
);
