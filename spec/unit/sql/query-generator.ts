import type { Random } from "./random";

/** Every table has these, all of them integers that may be NULL, but `s`, which is a text. */
export const COLUMNS = ["k", "x", "y", "s"] as const;
export const TABLES = ["p", "t", "u"] as const;

/** A SELECT over a few tables with joins, predicates and subqueries of all sorts, without LIMIT. */
export function generateQuery(random: Random): string {
  return new QueryGenerator(random).query(2);
}

class QueryGenerator {
  private aliases = 0;

  constructor(private readonly random: Random) {}

  query(depth: number): string {
    switch (this.random.below(depth > 0 ? 9 : 4)) {
      case 4:
        return `${this.select(depth - 1, 1)} ${this.random.pick(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"])} ${this.select(depth - 1, 1)}`;
      case 5:
        return this.page(depth - 1);
      case 6:
        return `WITH c AS (${this.select(depth - 1, 2)}) SELECT * FROM c`;
      case 7:
        return this.groups(depth - 1);
      case 8:
        return `SELECT COUNT(${this.random.pick(["*", "DISTINCT a.k", "a.x"])}) ${this.from(depth, ["a"])}`;
      default:
        return this.select(depth, 2);
    }
  }

  private select(depth: number, columns: number): string {
    const names = this.names();
    const list = Array.from({ length: columns }, (_, at) => `${this.item(names)} AS o${at}`).join(", ");
    const distinct = this.random.chance(0.2) ? "DISTINCT " : "";
    return `SELECT ${distinct}${list} ${this.from(depth, names)}`;
  }

  /** What TypeORM asks for the first page of a query with joins. */
  private page(depth: number): string {
    const names = ["a", "b", "c"].slice(0, 2 + this.random.below(2));
    const list = names.flatMap((name) => COLUMNS.map((column) => `${name}.${column} AS ${name}_${column}`));
    const wanted = this.random.pick(["a_k", ...names.map((name) => `${name}_y`)]);
    return `SELECT DISTINCT d.${wanted} AS w FROM (SELECT ${list.join(", ")} ${this.from(this.random.chance(0.5) ? depth : 0, names, 0.4)}) d`;
  }

  private groups(depth: number): string {
    const names = this.names();
    const key = this.column(names);
    const having = this.random.pick([
      `${key} = 1`,
      `${key} IS NULL`,
      `COUNT(*) > 1`,
      `NOT (${key} > 1)`,
      `${key} IN (0, 2)`,
    ]);
    const kept = this.random.chance(0.6) ? ` HAVING ${having}` : "";
    const sum = this.random.pick(["COUNT(*)", `SUM(${this.column(names)})`, `MAX(${this.column(names)})`]);
    return `SELECT ${key} AS g, ${sum} AS n ${this.from(depth, names)} GROUP BY ${key}${kept}`;
  }

  private names(): readonly string[] {
    return ["a", "b", "c"].slice(0, 1 + this.random.below(3));
  }

  private from(depth: number, names: readonly string[], filtered = 0.8): string {
    const joins = names.slice(1).map((name, at) => {
      const seen = names.slice(0, at + 2);
      const table = this.random.pick(TABLES);
      if (this.random.chance(0.1)) return `, ${table} ${name}`;
      const kind = this.random.pick(["LEFT JOIN", "LEFT JOIN", "LEFT JOIN", "JOIN"]);
      const other = this.random.pick(names.slice(0, at + 1));
      const key = `${name}.${this.random.pick(["k", "x"])} = ${other}.${this.random.pick(["k", "x"])}`;
      const more = this.random.chance(0.4) ? ` AND ${this.predicate(depth, seen)}` : "";
      return ` ${kind} ${table} ${name} ON ${this.random.chance(0.9) ? key : this.predicate(depth, seen)}${more}`;
    });
    const where = this.random.chance(filtered) ? ` WHERE ${this.predicate(depth + 1, names)}` : "";
    return `FROM ${this.random.pick(TABLES)} ${names[0]}${joins.join("")}${where}`;
  }

  private item(names: readonly string[]): string {
    return this.random.chance(0.8) ? this.column(names) : `coalesce(${this.column(names)}, 7)`;
  }

  private column(names: readonly string[]): string {
    const qualifier = names.length === 1 && this.random.chance(0.2) ? "" : `${this.random.pick(names)}.`;
    return `${qualifier}${this.random.pick(["k", "x", "y"])}`;
  }

  private predicate(depth: number, names: readonly string[]): string {
    const inner = (): string => this.predicate(depth - 1, names);
    if (depth > 0 && this.random.chance(0.6)) {
      switch (this.random.below(6)) {
        case 0:
        case 1:
          return `(${inner()} AND ${inner()})`;
        case 2:
        case 3:
          return `((${inner()}) OR (${inner()}))`;
        case 4:
          return `NOT (${inner()})`;
        default:
          return this.subquery(depth, names);
      }
    }
    return this.atom(names);
  }

  private subquery(depth: number, names: readonly string[]): string {
    this.aliases += 1;
    const own = `i${this.aliases}`;
    const from = `FROM ${this.random.pick(TABLES)} ${own} WHERE ${this.predicate(depth - 2, [own, own, ...names])}`;
    return this.random.pick([
      `EXISTS (SELECT 1 ${from})`,
      `NOT EXISTS (SELECT 1 ${from})`,
      `${this.column(names)} NOT IN (SELECT ${own}.x ${from})`,
      `(SELECT COUNT(*) ${from}) > 1`,
    ]);
  }

  private atom(names: readonly string[]): string {
    const column = this.column(names);
    const value = (): number => this.random.below(3);
    return this.random.pick([
      `${column} = ${value()}`,
      `${value()} = ${column}`,
      `${column} IN (${value()}, ${value()})`,
      `${column} NOT IN (${value()}, ${value()})`,
      `${column} IS NULL`,
      `${column} IS NOT NULL`,
      `${column} ${this.random.pick(["<", "<=", ">", ">=", "<>"])} ${value()}`,
      `${value()} < ${column}`,
      `${column} BETWEEN ${value()} AND ${value()}`,
      `${column} = ${this.column(names)}`,
      `${column} = -${value()}`,
      `${this.random.pick(names)}.s LIKE '${this.random.pick(["a", "b%"])}'`,
      column,
      `NOT ${column}`,
      `${column} IS TRUE`,
      `${column} IS NOT TRUE`,
      `${column} = ${value()} OR ${column} IS NULL`,
      `${column} + 1 = ${value()}`,
    ]);
  }
}
