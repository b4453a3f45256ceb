import type { Tally } from "./tally";

/**
 * The figures of one run. They count statements, not pages (a page is made of several), and of those only
 * what can be cached at all; the first reads of every statement, which nobody can answer, are among them.
 */
export interface Figures {
  /** Share of the statements that the cache answered. */
  readonly hitRate: number;
  /** Entries that a later read found unusable, per write. An entry that nobody reads any more costs nothing. */
  readonly invalidationsPerWrite: number;
  /**
   * Share of the unusable entries to which the database had another answer when they were read next. A result
   * that has changed and changed back in the meantime counts as unchanged. `undefined`: there were none.
   */
  readonly precision: number | undefined;
  /** Hits that were not what the database would have answered. Anything but 0 is a bug. */
  readonly missed: number;
  /** Statements that a write sends to the database beyond those that it sends without a cache. */
  readonly extraStatementsPerWrite: number;
}

export function figuresOf(tally: Tally, writes: number, extraStatements: number): Figures {
  const { statements, hits, stale, changed, missed } = tally;
  return {
    hitRate: hits / Math.max(statements, 1),
    invalidationsPerWrite: stale / Math.max(writes, 1),
    precision: stale > 0 ? changed / stale : undefined,
    missed,
    extraStatementsPerWrite: extraStatements / Math.max(writes, 1),
  };
}
