import type { SqlDialect } from "../../../src/sql/analysis";
import { Random } from "./random";

/** Every table has the columns id, a and b. */
export const TABLES = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9"] as const;

export interface Generated {
  readonly sql: string;
  /** The tables that it reads and writes, known from how it was made. */
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

/** A statement that nests queries wherever the grammar lets them stand; it runs on a real database. */
export function generate(seed: number, dialect: SqlDialect): Generated {
  return new Generator(new Random(seed), dialect).statement();
}

type Names = ReadonlySet<string>;

class Generator {
  private readonly reads = new Set<string>();
  private readonly writes = new Set<string>();
  private aliases = 0;

  constructor(
    private readonly random: Random,
    private readonly dialect: SqlDialect,
  ) {}

  statement(): Generated {
    const sql = this.random.chance(0.7) ? this.query(3, new Set()) : this.write();
    return { sql: this.decorated(sql), reads: this.reads, writes: this.writes };
  }

  private write(): string {
    const table = this.random.pick(TABLES);
    this.writes.add(table);
    switch (this.random.below(this.dialect === "postgres" ? 5 : 3)) {
      case 3:
        return `WITH w AS (DELETE FROM ${table} WHERE ${this.condition(1, [], new Set())} RETURNING id) ${this.select(1, new Set(["w"]))}`;
      case 4:
        return `MERGE INTO ${table} AS m USING (${this.query(2, new Set())}) AS s ON m.id = s.id WHEN MATCHED THEN DELETE`;
      case 0:
        return `INSERT INTO ${this.name(table)} (id) ${this.query(2, new Set())}`;
      case 1:
        return `UPDATE ${this.name(table)} SET a = ${this.value(2, [], new Set())} WHERE ${this.condition(2, [], new Set())}`;
      default:
        return `DELETE FROM ${this.name(table)} WHERE ${this.condition(2, [], new Set())}`;
    }
  }

  /** A query with one column named id. */
  private query(depth: number, ctes: Names): string {
    if (depth > 1 && this.random.chance(0.3)) return this.withClause(depth, ctes);
    if (depth > 0 && this.random.chance(0.15)) return this.union(depth - 1, ctes);
    return (
      this.select(depth, ctes) + (this.random.chance(0.3) ? ` ORDER BY 1 LIMIT ${this.random.below(9)}` : "")
    );
  }

  private union(depth: number, ctes: Names): string {
    const [left, right] = [this.select(depth, ctes), this.select(depth, ctes)];
    if (this.dialect === "postgres" && this.random.chance(0.5))
      return `(${left}) UNION ALL (${right} LIMIT 1)`;
    return `${left} UNION ALL ${right}`;
  }

  /** The names hide tables now and then; which expressions still see those tables differs by dialect. */
  private withClause(depth: number, outer: Names): string {
    const names = [this.random.pick(TABLES), `c${(this.aliases += 1)}`];
    const recursive = this.dialect === "postgres" && this.random.chance(0.3);
    const visible = new Set(outer);
    const made = new Set<string>();
    const parts: string[] = [];
    // With RECURSIVE the first expression may use the second, which is therefore made first.
    for (const name of recursive ? [...names].reverse() : names) {
      // Where an expression sees all of its clause, one that names itself or goes round in a circle is an error.
      const unreachable =
        recursive || this.dialect === "sqlite" ? names.filter((other) => !made.has(other)) : [];
      // MariaDB shows them nothing of what encloses the clause: what has such a name there is a table.
      const seen = this.dialect === "mysql" ? made : visible;
      const body = this.cteBody(depth - 1, new Set([...seen, ...unreachable.map(avoid)]));
      parts.push(`${this.name(name)} AS ${body}`);
      visible.add(name);
      made.add(name);
    }
    if (recursive) parts.reverse();
    return `WITH ${recursive ? "RECURSIVE " : ""}${parts.join(", ")} ${this.select(depth - 1, visible)}`;
  }

  private cteBody(depth: number, ctes: Names): string {
    if (this.dialect === "postgres") {
      const hint = this.random.pick(["", "", "MATERIALIZED ", "NOT MATERIALIZED "]);
      return `${hint}(${this.query(depth, ctes)})`;
    }
    return `(${this.query(depth, ctes)})`;
  }

  private select(depth: number, ctes: Names): string {
    const sources = [
      this.source(depth, ctes),
      ...(this.random.chance(0.3) ? [this.source(depth, ctes)] : []),
    ];
    const aliases = sources.map((source) => source.alias);
    const from = sources.map((source) => source.sql).join(", ");
    const joined = this.random.chance(0.3) ? this.join(depth, ctes, aliases) : "";
    const where = this.random.chance(0.7) ? ` WHERE ${this.condition(depth, aliases, ctes)}` : "";
    return `SELECT ${this.value(depth, aliases, ctes)} AS id FROM ${from}${joined}${where}`;
  }

  private join(depth: number, ctes: Names, aliases: string[]): string {
    const source = this.source(depth, ctes);
    const sql = ` ${this.random.pick(["JOIN", "LEFT JOIN", "INNER JOIN"])} ${source.sql} ON `;
    const condition = this.condition(depth, [source.alias], ctes);
    aliases.push(source.alias);
    return sql + condition;
  }

  private source(depth: number, ctes: Names): { readonly sql: string; readonly alias: string } {
    const alias = `x${(this.aliases += 1)}`;
    if (depth > 0 && this.random.chance(0.3))
      return { sql: `(${this.query(depth - 1, ctes)}) ${alias}`, alias };
    const reachable = [...TABLES, ...ctes].filter((name) => !name.startsWith("!") && !ctes.has(avoid(name)));
    const name = this.random.pick(reachable);
    if (!ctes.has(name)) this.reads.add(name);
    const only = this.dialect === "postgres" && !ctes.has(name) && this.random.chance(0.1) ? "ONLY " : "";
    return { sql: `${only}${this.name(name)} ${this.random.chance(0.5) ? "AS " : ""}${alias}`, alias };
  }

  private value(depth: number, aliases: readonly string[], ctes: Names): string {
    if (depth > 0 && this.random.chance(0.25))
      return `(SELECT MAX(s.id) FROM (${this.query(depth - 1, ctes)}) s)`;
    if (depth > 0 && this.random.chance(0.15)) {
      return `CASE WHEN ${this.condition(depth - 1, aliases, ctes)} THEN 1 ELSE ${this.value(depth - 1, aliases, ctes)} END`;
    }
    if (this.random.chance(0.2)) return `COALESCE(${this.value(0, aliases, ctes)}, 7)`;
    return aliases.length > 0 ? `${this.random.pick(aliases)}.id` : String(this.random.below(99));
  }

  private condition(depth: number, aliases: readonly string[], ctes: Names): string {
    const value = this.value(0, aliases, ctes);
    switch (depth > 0 ? this.random.below(7) : 0) {
      case 1:
        return `EXISTS (${this.query(depth - 1, ctes)})`;
      case 2:
        return `${value} IN (SELECT i.id FROM (${this.query(depth - 1, ctes)}) i)`;
      case 3:
        return `NOT (${this.condition(depth - 1, aliases, ctes)})`;
      case 4:
        return `(${this.condition(depth - 1, aliases, ctes)}) OR (${this.condition(depth - 1, aliases, ctes)})`;
      case 5:
        return `${value} IN (1, 2, ${this.value(depth, aliases, ctes)}, 3)`;
      case 6:
        return `${value} BETWEEN 1 AND ${this.value(depth, aliases, ctes)}`;
      default:
        return `${value} = ${this.random.below(9)}`;
    }
  }

  private name(name: string): string {
    const quote = this.dialect === "mysql" ? "`" : '"';
    return this.random.chance(0.5) ? `${quote}${name}${quote}` : name;
  }

  /** Comments between the words and another case of the keywords change nothing. */
  private decorated(sql: string): string {
    const spaced = sql.replace(/ /g, () => this.random.pick([" ", " ", " ", "\n", "  ", " /* t0 */ "]));
    return this.random.chance(0.3)
      ? spaced.replace(/SELECT|FROM|WHERE|JOIN/g, (word) => word.toLowerCase())
      : spaced;
  }
}

/** Marks a name that must not be used. */
function avoid(name: string): string {
  return `!${name}`;
}
