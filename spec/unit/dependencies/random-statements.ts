import type { Random } from "../sql/random";

/** Every table has these: `k` is its key where it has one, `s` a text, all others integers. */
export const COLUMNS = ["k", "x", "y", "s"] as const;

/** `p` may be a tree, `t` hangs on `p`, `u` on `t`; `u` alone has no key. */
export const SCHEMA: readonly string[] = [
  `CREATE TABLE p (k integer PRIMARY KEY, x int, y int REFERENCES p (k) ON DELETE CASCADE, s text)`,
  `CREATE TABLE t (k integer PRIMARY KEY, x int REFERENCES p (k) ON DELETE CASCADE ON UPDATE CASCADE, y int, s text UNIQUE)`,
  `CREATE TABLE u (k int, x int REFERENCES t (k) ON DELETE SET NULL ON UPDATE CASCADE, y int, s text)`,
];

type Table = "p" | "t" | "u";

/** What TypeORM asks for lists with relations: columns under names of their own, LEFT JOINs, pages. */
export function generateList(random: Random): string {
  const names = ["a", "b", "c"].slice(0, 1 + random.below(3));
  const shown = names.flatMap((name) =>
    COLUMNS.filter((column) => random.chance(column === "k" ? 0.9 : 0.6)).map(
      (column) => `${name}.${column}`,
    ),
  );
  const items = (shown.length > 0 ? shown : ["a.k"]).map(
    (column) => `${column} AS ${column.replace(".", "_")}`,
  );
  const joins = names.slice(1).map((name, at) => {
    const kind = random.pick(["LEFT JOIN", "LEFT JOIN", "LEFT JOIN", "INNER JOIN"]);
    const other = random.pick(names.slice(0, at + 1));
    const more = random.chance(0.3) ? ` AND ${atom(random, name)}` : "";
    const second = random.chance(0.15) ? ` AND ${name}.y = ${other}.y` : "";
    const on = `${name}.${random.pick(["k", "k", "x"])} = ${other}.${random.pick(["x", "k", "y"])}`;
    return ` ${kind} ${random.pick(["p", "t", "u"])} ${name} ON ${on}${second}${more}`;
  });
  const where = random.chance(0.8)
    ? ` WHERE ${predicate(random, random.chance(0.8) ? "a" : random.pick(names), 2)}`
    : "";
  const from = `FROM ${random.pick(["p", "t", "u"])} a${joins.join("")}${where}`;
  if (random.chance(0.2)) return groups(random, names, from);
  if (random.chance(0.15)) return `SELECT COUNT(*) AS n ${from}`;
  const select = `SELECT ${items.join(", ")} ${from}`;
  const columns = items.map((item) => item.split(" AS ") as [string, string]);
  if (random.chance(0.2)) return idsOfPage(random, select, columns);
  const distinct = random.chance(0.2) ? select.replace("SELECT", "SELECT DISTINCT") : select;
  const order = columns.map(([column]) => column);
  return random.chance(0.6) ? `${distinct}${page(random, order)}` : distinct;
}

/** How TypeORM asks for a page of rows that joins multiply: by their keys alone. */
function idsOfPage(random: Random, select: string, columns: readonly (readonly [string, string])[]): string {
  const names = columns.map(([, name]) => `d.${name}`);
  const first = random.pick(names);
  const [key = first] = names;
  const items = [...new Set([first, key])];
  return `SELECT DISTINCT ${items.join(", ")} FROM (${select}) d${page(random, items)}`;
}

/** By all that is shown: else the rows of a page would not be certain. */
function page(random: Random, columns: readonly string[]): string {
  const terms = columns.map(
    (column) => `${column}${random.pick(["", "", " DESC", " ASC NULLS LAST", " DESC NULLS FIRST"])}`,
  );
  const limit = random.chance(0.7) ? ` LIMIT ${1 + random.below(3)}` : "";
  const offset = limit && random.chance(0.3) ? ` OFFSET ${1 + random.below(2)}` : "";
  return ` ORDER BY ${terms.join(", ")}${limit}${offset}`;
}

/** Mostly by a column of the first table, and with no more than what others add up to. */
function groups(random: Random, names: readonly string[], from: string): string {
  const column = (): string => `${random.pick(names)}.${random.pick(["k", "x", "y"])}`;
  const keys = [`a.${random.pick(["k", "x", "y"])}`, ...(random.chance(0.2) ? [column()] : [])];
  const value = random.pick([
    "COUNT(*)",
    `COUNT(${column()})`,
    `COALESCE(SUM(${column()}), 0)`,
    `MAX(${column()})`,
  ]);
  const having = random.chance(0.2) ? " HAVING COUNT(*) > 1" : "";
  const order = random.chance(0.5) ? ` ORDER BY v DESC, ${keys.join(", ")}` : "";
  const limit = order && random.chance(0.3) ? " LIMIT 2" : "";
  const list = keys.map((key, at) => `${key} AS g${at}`).join(", ");
  return `SELECT ${list}, ${value} AS v ${from} GROUP BY ${keys.join(", ")}${having}${order}${limit}`;
}

/** An INSERT, UPDATE or DELETE of one table. */
export function generateWrite(random: Random): string {
  const table = random.pick<Table>(["p", "t", "u"]);
  const where = random.chance(0.9) ? ` WHERE ${predicate(random, table, 1)}` : "";
  switch (random.below(6)) {
    case 0:
      return `DELETE FROM ${table}${where}`;
    case 1:
      return insert(random, table);
    case 2:
      return `UPDATE ${table} SET ${assignment(random, table)}, ${assignment(random, table)}${where}`;
    default:
      return `UPDATE ${table} SET ${assignment(random, table)}${where}`;
  }
}

function insert(random: Random, table: Table): string {
  const columns = COLUMNS.filter((column) => column !== "k" || random.chance(0.7));
  const row = (): string => `(${columns.map((column) => constant(random, column)).join(", ")})`;
  const rows = Array.from({ length: 1 + random.below(3) }, row).join(", ");
  const conflict = table === "u" ? "" : random.pick(["", " ON CONFLICT DO NOTHING", upsert(random, table)]);
  const into = random.pick(["INSERT INTO", "INSERT INTO", "INSERT OR IGNORE INTO", "REPLACE INTO"]);
  const clause = into === "INSERT INTO" ? conflict : "";
  const returning = random.chance(0.3) ? " RETURNING *" : "";
  return `${into} ${table} (${columns.join(", ")}) VALUES ${rows}${clause}${returning}`;
}

function upsert(random: Random, table: Table): string {
  const target = table === "t" ? random.pick(["k", "s"]) : "k";
  const value = random.pick(["excluded.y", "1", "NULL", "y + 1"]);
  return ` ON CONFLICT (${target}) DO UPDATE SET ${random.pick(["y", "x", "s"])} = ${value}`;
}

function assignment(random: Random, table: string): string {
  const column = random.pick(table === "u" ? COLUMNS : ["k", "x", "y", "y", "s", "s"]);
  const value = random.chance(0.7) ? constant(random, column) : `${random.pick(["x", "y"])} + 1`;
  return `${column} = ${value}`;
}

function constant(random: Random, column: string): string {
  if (random.chance(0.2)) return "NULL";
  return column === "s" ? `'${random.pick(["a", "b", "bc"])}'` : String(random.below(5));
}

function predicate(random: Random, name: string, depth: number): string {
  if (depth === 0 || random.chance(0.4)) return atom(random, name);
  const [one, other] = [predicate(random, name, depth - 1), predicate(random, name, depth - 1)];
  return random.pick([
    `(${one} AND ${other})`,
    `((${one}) OR (${other}))`,
    `(${one} AND ${other})`,
    `NOT (${one})`,
  ]);
}

function atom(random: Random, name: string): string {
  const column = `${name}.${random.pick(["k", "k", "x", "y"])}`;
  const value = (): number => random.below(4);
  return random.pick([
    `${column} = ${value()}`,
    `${column} = ${value()}`,
    `${column} IN (${value()}, ${value()})`,
    `${column} IN (${value()}, NULL)`,
    `${column} NOT IN (${value()}, ${value()})`,
    `${column} IS NULL`,
    `${column} IS NOT NULL`,
    `${column} ${random.pick(["<", "<=", ">", ">=", "<>"])} ${value()}`,
    `${column} BETWEEN ${value()} AND ${value()}`,
    `${name}.s = '${random.pick(["a", "b"])}'`,
    `${name}.s > 'a'`,
    `(${name}.x = ${value()} AND ${name}.y = ${value()}) OR (${name}.x = ${value()} AND ${name}.y = ${value()})`,
    column,
    `NOT ${column}`,
  ]);
}
