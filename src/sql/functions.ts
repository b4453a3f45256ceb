import type { SqlDialect } from "./analysis.js";
import { mysqlFunctions } from "./functions/mysql.js";
import { postgresFunctions } from "./functions/postgres.js";
import { sqliteFunctions } from "./functions/sqlite.js";

/** What the dialect's own functions do. Names are folded. */
export interface FunctionCatalogue {
  /** The same answer as long as arguments and tables are the same; never writes. */
  readonly stable: ReadonlySet<string>;
  /** Answers differ from call to call or session to session; changes no table's rows. */
  readonly volatile: ReadonlySet<string>;
  /** Stable given at least this many arguments, volatile with fewer. */
  readonly stableFrom: ReadonlyMap<string, number>;
  /** Volatile functions that are written without parentheses, upper-cased. */
  readonly keywords: ReadonlySet<string>;
  /** Stable ones that sum up many rows. */
  readonly aggregates: ReadonlySet<string>;
}

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

  /** The name of a function of the system's; one that a schema of the user's qualifies is none. */
  private bare(path: readonly string[]): string | undefined {
    const [first = "", second] = path;
    const name = second === undefined ? first : SYSTEM_SCHEMAS.has(first) && path.length === 2 ? second : undefined;
    return this.dialect === "postgres" ? name : name?.toLowerCase();
  }
}

const SYSTEM_SCHEMAS = new Set(["pg_catalog", "information_schema"]);

const CATALOGUES: Record<SqlDialect, FunctionCatalogue> = {
  postgres: postgresFunctions,
  mysql: mysqlFunctions,
  sqlite: sqliteFunctions,
};
