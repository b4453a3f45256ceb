import type { SqlDialect } from "./analysis";
import type { FunctionCatalogue } from "./catalogues/catalogue";
import { mysqlFunctions } from "./catalogues/mysql";
import { postgresFunctions } from "./catalogues/postgres";
import { sqliteFunctions } from "./catalogues/sqlite";

export interface FunctionOptions {
  /** Functions of the user's own, `name` or `schema.name`, whose answers depend on arguments and tables read in the same statement only. */
  readonly stableFunctions: readonly string[];
  /** Functions of the user's own that write no table but answer differently from call to call. */
  readonly volatileFunctions: readonly string[];
}

export type FunctionClass = "stable" | "volatile" | "unknown";

export class Functions {
  readonly catalogue: FunctionCatalogue;
  private readonly stable: ReadonlySet<string>;
  private readonly volatile: ReadonlySet<string>;

  constructor(
    private readonly dialect: SqlDialect,
    options: FunctionOptions,
  ) {
    this.catalogue = CATALOGUES[dialect];
    this.stable = new Set(options.stableFunctions.map((name) => name.toLowerCase()));
    this.volatile = new Set(options.volatileFunctions.map((name) => name.toLowerCase()));
  }

  /** `path` is folded as the dialect folds, `args` the number of arguments. A list of the user's beats the catalogue. */
  classify(path: readonly string[], args: number): FunctionClass {
    const name = this.bare(path);
    const keys = [path.join(".").toLowerCase(), (path[path.length - 1] ?? "").toLowerCase()];
    if (keys.some((key) => this.volatile.has(key))) return "volatile";
    if (keys.some((key) => this.stable.has(key))) return "stable";
    if (name === undefined) return "unknown";
    const from = this.catalogue.stableFrom.get(name);
    if (from !== undefined) return args >= from ? "stable" : "volatile";
    if (this.catalogue.volatile.has(name)) return "volatile";
    return this.catalogue.stable.has(name) || this.catalogue.aggregates.has(name) ? "stable" : "unknown";
  }

  isAggregate(path: readonly string[]): boolean {
    const name = this.bare(path);
    return name !== undefined && this.catalogue.aggregates.has(name);
  }

  /** Whether it may sum up rows: not if it is known to look at one only. */
  mayAggregate(path: readonly string[]): boolean {
    const name = this.bare(path);
    const { aggregates, stable, stableFrom, volatile } = this.catalogue;
    // Several functions of PostGIS are aggregates if they are given one argument.
    if (name === undefined || aggregates.has(name) || name.startsWith("st_")) return true;
    return !stable.has(name) && !stableFrom.has(name) && !volatile.has(name);
  }

  /** The name of a function of the system's; one that a schema of the user's qualifies is none. */
  private bare(path: readonly string[]): string | undefined {
    const [first = "", second] = path;
    const name =
      second === undefined ? first : SYSTEM_SCHEMAS.has(first) && path.length === 2 ? second : undefined;
    return this.dialect === "postgres" ? name : name?.toLowerCase();
  }
}

const SYSTEM_SCHEMAS = new Set(["pg_catalog", "information_schema"]);

const CATALOGUES: Record<SqlDialect, FunctionCatalogue> = {
  postgres: postgresFunctions,
  mysql: mysqlFunctions,
  sqlite: sqliteFunctions,
};
