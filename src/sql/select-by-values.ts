import type { SqlDialect } from "./analysis";

/** Columns of the rows of a table that have one of some values in another column, all by the names of the database. */
export interface SelectByValues {
  readonly table: { readonly schema: string | undefined; readonly name: string };
  readonly columns: readonly string[];
  readonly key: string;
  /** How many values there are, each of which is a parameter. */
  readonly values: number;
  /** No more rows than that are asked for. */
  readonly limit: number;
}

export function selectByValues(
  { table, columns, key, values, limit }: SelectByValues,
  dialect: SqlDialect,
): string {
  const quote = (name: string): string => quoted(name, dialect);
  const path = [...(table.schema === undefined ? [] : [table.schema]), table.name].map(quote).join(".");
  const places = Array.from({ length: values }, (_, at) => (dialect === "postgres" ? `$${at + 1}` : "?"));
  return `SELECT ${columns.map(quote).join(", ")} FROM ${path} WHERE ${quote(key)} IN (${places.join(", ")}) LIMIT ${limit}`;
}

function quoted(name: string, dialect: SqlDialect): string {
  const mark = dialect === "mysql" ? "`" : '"';
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
}
