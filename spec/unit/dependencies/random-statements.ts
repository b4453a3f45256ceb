import { Random } from "../sql/random";
import type { Page } from "./blog";

/** Small whole numbers, or larger ones of which several are hard to tell apart by their order. */
export class Numbers extends Random {
  readonly least: number;

  constructor(seed: number) {
    super(seed);
    this.least = this.chance(0.5) ? 0 : 100_000;
  }

  number(limit: number): number {
    return this.least + this.below(limit);
  }
}

/** Every table has these: `k` is its key where it has one, `s` a text, all others integers. */
export const COLUMNS = ["k", "x", "y", "s"] as const;

/** `p` may be a tree, `t` hangs on `p`, `u` on `t`; `u` alone has no key. */
export const SCHEMA: readonly string[] = [
  `CREATE TABLE p (k integer PRIMARY KEY, x int, y int REFERENCES p (k) ON DELETE CASCADE, s text)`,
  `CREATE TABLE t (k integer PRIMARY KEY, x int REFERENCES p (k) ON DELETE CASCADE ON UPDATE CASCADE, y int, s text UNIQUE)`,
  `CREATE TABLE u (k int, x int REFERENCES t (k) ON DELETE SET NULL ON UPDATE CASCADE, y int, s text)`,
];

type Table = "p" | "t" | "u";

/** The first statement of TypeORM's for a page of entities with joined tables: which keys there are. */
export function generatePage(random: Numbers): { readonly sql: string; readonly page: Page } {
  const names = ["a", "b", "c"].slice(0, 1 + random.below(3));
  const table = random.pick<Table>(["p", "t"]);
  const columns = names.flatMap((name) => COLUMNS.map((column) => `${name}.${column}`));
  const items = columns.map((column) => `${column} AS ${column.replace(".", "_")}`);
  const source = random.chance(0.4) ? from(random, names, table, true) : plainFrom(random, names, table);
  const inner = `SELECT ${items.join(", ")} ${source}`;
  const first = `d.${random.chance(0.7) ? "a" : random.pick(names)}_${random.pick(["x", "y"])}`;
  const second = `d.${random.pick(names)}_${random.pick(["x", "y", "s", "k"])}`;
  const sorts = [...new Set([first, second])]
    .slice(0, random.below(3))
    .filter((column) => column !== "d.a_k");
  const keys = "SELECT DISTINCT d.a_k AS ids";
  const list = [keys, ...sorts.map((column) => `${column}`)].join(", ");
  const cut = page(random, [...sorts, "d.a_k"], 1);
  const uncut = cut.includes("OFFSET") ? undefined : `${keys} FROM (${inner}) d`;
  const keysOf = { path: table, columns: ["k"], names: ["ids"] };
  return { sql: `${list} FROM (${inner}) d${cut}`, page: { keysOf, uncut } };
}

/** Few rows picked by few conditions, of which some of the same columns are shown, or how many there are. */
export function generatePlain(random: Numbers): string {
  const table = random.pick<Table>(["p", "t", "u"]);
  const source = plainFrom(random, ["a", "b"].slice(0, random.pick([1, 1, 2])), table);
  if (random.chance(0.3)) return `SELECT COUNT(*) AS n ${source}`;
  const shown = ["a.k", ...["a.x", "a.y"].filter(() => random.chance(0.4))];
  const list = shown.map((column) => `${column} AS ${column.replace(".", "_")}`).join(", ");
  // A name alone means the item.
  const sorts = random.chance(0.3) ? shown.map((column) => column.replace(".", "_")) : shown;
  return `SELECT ${list} ${source}${random.chance(0.6) ? page(random, [...sorts].reverse(), 0.9) : ""}`;
}

function plainFrom(random: Numbers, names: readonly string[], table: Table): string {
  const [, ...others] = names;
  const joins = others.map((name) => {
    const kind = random.pick(["LEFT JOIN", "INNER JOIN"]);
    return ` ${kind} ${random.pick(["p", "t", "u"])} ${name} ON ${name}.${random.pick(["k", "x"])} = a.k`;
  });
  const asks = Array.from({ length: random.below(3) }, () => {
    const column = `${random.pick(["a", ...names])}.${random.pick(["x", "y"])}`;
    return random.pick([
      `${column} IS NOT NULL`,
      `${column} IS NULL`,
      `${column} = ${random.number(4)}`,
      `${column} ${random.pick(["<", "<=", ">", ">="])} ${random.number(4)}`,
      `${column} BETWEEN ${random.number(2)} AND ${random.number(5)}`,
    ]);
  });
  return `FROM ${table} a${joins.join("")}${asks.length > 0 ? ` WHERE ${asks.join(" AND ")}` : ""}`;
}

/** What TypeORM asks for lists with relations: columns under names of their own, LEFT JOINs, pages. */
export function generateList(random: Numbers): string {
  const names = ["a", "b", "c"].slice(0, 1 + random.below(3));
  const share = random.pick([0.1, 0.6]);
  const shown = names.flatMap((name) =>
    COLUMNS.filter((column) => random.chance(column === "k" ? 0.9 : share)).map(
      (column) => `${name}.${column}`,
    ),
  );
  const items = (shown.length > 0 ? shown : ["a.k"]).map(
    (column) => `${column} AS ${column.replace(".", "_")}`,
  );
  const source = from(random, names, random.pick(["p", "t", "u"]));
  if (random.chance(0.2)) return groups(random, names, source);
  if (random.chance(0.15)) return `SELECT COUNT(*) AS n ${source}`;
  const select = `SELECT ${items.join(", ")} ${source}`;
  const columns = items.map((item) => item.split(" AS ") as [string, string]);
  if (random.chance(0.2)) return idsOfPage(random, select, columns);
  const distinct = random.chance(0.2) ? select.replace("SELECT", "SELECT DISTINCT") : select;
  const order = columns.map(([column]) => column);
  return random.chance(0.6) ? `${distinct}${page(random, order)}` : distinct;
}

/** `pinned`: often for a single row of the first table, or for those that one of another goes with. */
function from(random: Numbers, names: readonly string[], table: Table, pinned = false): string {
  const joins = names.slice(1).map((name, at) => {
    const kind = random.pick(["LEFT JOIN", "LEFT JOIN", "LEFT JOIN", "INNER JOIN"]);
    const other = random.pick(names.slice(0, at + 1));
    const more = random.chance(0.3) ? ` AND ${atom(random, name)}` : "";
    const second = random.chance(0.15) ? ` AND ${name}.y = ${other}.y` : "";
    const on = `${name}.${random.pick(["k", "k", "x"])} = ${other}.${random.pick(["x", "k", "y"])}`;
    return ` ${kind} ${random.pick(["p", "t", "u"])} ${name} ON ${on}${second}${more}`;
  });
  const which = random.chance(0.8) ? "a" : random.pick(names);
  const pins =
    pinned && random.chance(0.4)
      ? `${random.pick(names)}.${random.pick(["k", "x"])} = ${random.number(4)}`
      : "";
  const asked = random.chance(0.8) ? predicate(random, which, 2) : "";
  const where = [pins, asked].filter(Boolean).join(" AND ");
  return `FROM ${table} a${joins.join("")}${where ? ` WHERE ${where}` : ""}`;
}

/** How TypeORM asks for a page of rows that joins multiply: by their keys alone. */
function idsOfPage(random: Numbers, select: string, columns: readonly (readonly [string, string])[]): string {
  const names = columns.map(([, name]) => `d.${name}`);
  const first = random.pick(names);
  const [key = first] = names;
  const items = [...new Set([first, key])];
  return `SELECT DISTINCT ${items.join(", ")} FROM (${select}) d${page(random, items)}`;
}

/** By all that is shown: else the rows of a page would not be certain. */
function page(random: Numbers, columns: readonly string[], limited = 0.7): string {
  const terms = columns.map(
    (column) => `${column}${random.pick(["", "", " DESC", " ASC NULLS LAST", " DESC NULLS FIRST"])}`,
  );
  const limit = random.chance(limited) ? ` LIMIT ${1 + random.below(3)}` : "";
  const offset = limit && random.chance(0.3) ? ` OFFSET ${1 + random.below(2)}` : "";
  return ` ORDER BY ${terms.join(", ")}${limit}${offset}`;
}

/** Mostly by a column of the first table, and with no more than what others add up to. */
function groups(random: Numbers, names: readonly string[], from: string): string {
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
export function generateWrite(random: Numbers): string {
  const table = random.pick<Table>(["p", "t", "u"]);
  // One value of one row: it comes, goes, or stays where it was.
  if (random.chance(0.5)) {
    const column = random.pick(["x", "y"]);
    const value = random.pick([`${random.number(6)}`, `${random.number(6)}`, `${column} + 1`]);
    return `UPDATE ${table} SET ${column} = ${value} WHERE k = ${random.number(6)}${returning(random)}`;
  }
  const where = random.chance(0.9) ? ` WHERE ${predicate(random, table, 1)}` : "";
  switch (random.below(6)) {
    case 0:
      return `DELETE FROM ${table}${where}${returning(random)}`;
    case 1:
      return insert(random, table);
    case 2:
      return `UPDATE ${table} SET ${assignment(random, table)}, ${assignment(random, table)}${where}${returning(random)}`;
    default:
      return `UPDATE ${table} SET ${assignment(random, table)}${where}${returning(random)}`;
  }
}

function returning(random: Numbers): string {
  return random.chance(0.7)
    ? ""
    : ` RETURNING ${random.pick(["*", "k, x", "s AS t, k", "y", "y AS x, k", "s, x + 1 AS y"])}`;
}

function insert(random: Numbers, table: Table): string {
  const columns = COLUMNS.filter((column) => column !== "k" || random.chance(0.7));
  const row = (): string => `(${columns.map((column) => constant(random, column)).join(", ")})`;
  const rows = Array.from({ length: 1 + random.below(3) }, row).join(", ");
  const conflict = table === "u" ? "" : random.pick(["", " ON CONFLICT DO NOTHING", upsert(random, table)]);
  const into = random.pick(["INSERT INTO", "INSERT INTO", "INSERT OR IGNORE INTO", "REPLACE INTO"]);
  const clause = into === "INSERT INTO" ? conflict : "";
  const returning = random.chance(0.3) ? " RETURNING *" : "";
  return `${into} ${table} (${columns.join(", ")}) VALUES ${rows}${clause}${returning}`;
}

function upsert(random: Numbers, table: Table): string {
  const target = table === "t" ? random.pick(["k", "s"]) : "k";
  const value = random.pick(["excluded.y", "1", "NULL", "y + 1"]);
  return ` ON CONFLICT (${target}) DO UPDATE SET ${random.pick(["y", "x", "s"])} = ${value}`;
}

function assignment(random: Numbers, table: string): string {
  const column = random.pick(table === "u" ? COLUMNS : ["k", "x", "y", "y", "s", "s"]);
  const computed = column === "s" ? random.pick(["s || 'b'", "upper(s)"]) : `${random.pick(["x", "y"])} + 1`;
  const value = random.chance(0.7) ? constant(random, column) : computed;
  return `${column} = ${value}`;
}

function constant(random: Numbers, column: string): string {
  if (random.chance(0.2)) return "NULL";
  return column === "s" ? `'${random.pick(["a", "b", "bc"])}'` : String(random.number(5));
}

function predicate(random: Numbers, name: string, depth: number): string {
  if (depth === 0 || random.chance(0.4)) return atom(random, name);
  const [one, other] = [predicate(random, name, depth - 1), predicate(random, name, depth - 1)];
  return random.pick([
    `(${one} AND ${other})`,
    `((${one}) OR (${other}))`,
    `(${one} AND ${other})`,
    `NOT (${one})`,
  ]);
}

function atom(random: Numbers, name: string): string {
  const column = `${name}.${random.pick(["k", "k", "x", "y"])}`;
  const value = (): number => random.number(4);
  return random.pick([
    `${column} = ${value()}`,
    `${column} = ${value()}`,
    `${column} IN (${value()}, ${value()})`,
    `${column} IN (${value()}, NULL)`,
    `${column} NOT IN (${value()}, ${value()})`,
    `${column} IS NULL`,
    `${column} IS NOT NULL`,
    `${column} ${random.pick(["<", "<=", ">", ">=", "<>"])} ${value()}`,
    `${column} ${random.pick(["", "NOT "])}BETWEEN ${value()} AND ${value()}`,
    `(${column} = ${value()}) IS ${random.pick(["", "NOT "])}${random.pick(["TRUE", "FALSE"])}`,
    `${name}.s = '${random.pick(["a", "b"])}'`,
    `${name}.s > 'a'`,
    `(${name}.x = ${value()} AND ${name}.y = ${value()}) OR (${name}.x = ${value()} AND ${name}.y = ${value()})`,
    column,
    `NOT ${column}`,
  ]);
}
