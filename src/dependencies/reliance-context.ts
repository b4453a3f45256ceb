import type { TableFacts } from "../schema/column";
import type { Schema } from "../schema/schema";
import type { TableUse, Uses } from "../sql/table-use";
import type { Scheme } from "../stores/store";
import type { ConstantContext } from "./constant-value";
import type { LateParts } from "./late-parts";
import type { Limits, PlacedPart } from "./narrowing";

export interface RelianceContext extends ConstantContext {
  readonly schema: Schema;
  readonly limits: Limits;
  /** Whether a result of the statement may be expected to tell the rows of the scheme. */
  tells(scheme: Scheme): boolean;
  /** Whether reads rely on rows of the table, or on the whole of it. */
  readonly isGranular: (path: string) => boolean;
  readonly keysOf?: KeysOf | undefined;
  /** Writers read what goes along with their rows once these are committed. */
  readonly companions: boolean;
}

/** A table of whose rows in the result nobody looks at more than these columns, in whatever order they come. */
export interface KeysOf {
  readonly path: string;
  readonly columns: readonly string[];
  /** What the result calls each of them. */
  readonly names: readonly string[];
}

/** One place at which a statement names a table, and what is known of that. */
export interface Occurrence {
  readonly use: TableUse;
  readonly uses: Uses;
  readonly path: string;
  readonly facts: TableFacts;
}

/** Of one statement. */
export interface StatementContext extends RelianceContext {
  /** Occurrences whose new rows do not matter. */
  readonly referred: ReadonlySet<TableUse>;
  /** The one of whose rows nobody looks at more than the keys. */
  readonly keys: TableUse | undefined;
}

/** What one occurrence of a table comes to: nothing, all of the table, or parts of it. */
export type Outcome =
  "nothing" | "whole" | { readonly placed: readonly PlacedPart[]; readonly late: readonly LateParts[] };
