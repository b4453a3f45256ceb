import { LRUCache } from "lru-cache";

/** Results of which it is remembered when they were last current. */
const MOST_RESULTS = 10_000;

/**
 * Which stale results of a function may still be given. A store does not tell when a result went stale. That it was
 * current at some moment this process knows of those that it has stored or been given, and since then it can only have
 * gone stale: so the time from that moment is a bound that no clocks of two machines are compared for.
 */
export class Staleness {
  readonly #staleFor: number;
  readonly #lastCurrent = new LRUCache<string, number>({ max: MOST_RESULTS });
  readonly #refreshing = new Map<string, number>();

  /** @param staleFor Milliseconds. */
  constructor(staleFor: number) {
    this.#staleFor = staleFor;
  }

  /** The result was current at some time after this one, on `performance.now()`. */
  sawCurrent(entry: string, at: number): void {
    this.#lastCurrent.set(entry, Math.max(at, this.#lastCurrent.get(entry) ?? -Infinity));
  }

  /** Somebody is computing a new one, and the old one has not been stale for too long. */
  mayServe(entry: string): boolean {
    const last = this.#lastCurrent.get(entry);
    if (last === undefined || !this.#refreshing.has(entry)) return false;
    return performance.now() - last <= this.#staleFor;
  }

  async refreshing<T>(entry: string, load: () => Promise<T>): Promise<T> {
    this.#refreshing.set(entry, (this.#refreshing.get(entry) ?? 0) + 1);
    try {
      return await load();
    } finally {
      const left = (this.#refreshing.get(entry) ?? 1) - 1;
      if (left > 0) this.#refreshing.set(entry, left);
      else this.#refreshing.delete(entry);
    }
  }
}
