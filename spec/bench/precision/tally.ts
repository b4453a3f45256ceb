/** What became of the statements of one run that can be cached at all. */
export interface Tally {
  statements: number;
  hits: number;
  misses: number;
  /** Found, but not to be used any more; `changed` of them because the database answers differently now. */
  stale: number;
  changed: number;
  /** The cache did not take part, although the statement's nature allows it: a write in flight, a failing store. */
  refused: number;
  /** Hits with another answer than the database's. */
  missed: number;
}

export function emptyTally(): Tally {
  return { statements: 0, hits: 0, misses: 0, stale: 0, changed: 0, refused: 0, missed: 0 };
}

export function add(to: Tally, more: Partial<Tally>): void {
  for (const [name, count] of Object.entries(more) as [keyof Tally, number][]) to[name] += count;
}
