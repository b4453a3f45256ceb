import type { SqlDialect } from "./analysis";
import type { Functions } from "./functions";

/** What the analysis of every statement of a text needs. */
export interface Context {
  readonly dialect: SqlDialect;
  readonly functions: Functions;
  /** Part of the text is run by some versions of the server only: its tree is not to be trusted. */
  readonly conditional: boolean;
}
