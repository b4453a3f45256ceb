/** What a dialect's own functions do. Names are folded. */
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
