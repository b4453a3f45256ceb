import type { Tally } from "./tally";

/** A cache that drops exactly the entries whose result has changed: what any invalidation is measured against. */
export class Oracle {
  readonly #rows = new Map<string, string>();

  /** What it would make of a statement to which the database answers with `rows`. */
  judge(key: string, rows: string): Partial<Tally> {
    const known = this.#rows.get(key);
    this.#rows.set(key, rows);
    if (known === undefined) return { statements: 1, misses: 1 };
    return known === rows ? { statements: 1, hits: 1 } : { statements: 1, stale: 1, changed: 1 };
  }
}
