import { performance } from "node:perf_hooks";
import { LRUCache } from "lru-cache";
import type { EntryKey } from "../stores/store";

/** Results of which it is remembered when they were last current. */
const MOST_RESULTS = 10_000;

interface Kept {
  readonly entry: EntryKey;
  /** Milliseconds. */
  readonly staleFor: number | undefined;
}

/**
 * Which stale results may still be given. A store does not tell when a result went stale. That it was current at some
 * moment this process knows of those that it has stored or been given, and since then it can only have gone stale: so the
 * time from that moment is a bound that no clocks of two machines are compared for. Of results that may not be given
 * nothing is remembered.
 */
export class Staleness {
  readonly #lastCurrent = new LRUCache<string, number>({ max: MOST_RESULTS });
  readonly #refreshing = new Map<string, number>();

  /** The result was current at some time after this one, on `performance.now()`. */
  sawCurrent({ entry, staleFor }: Kept, at: number): void {
    if (staleFor === undefined) return;
    const key = keyOf(entry);
    this.#lastCurrent.set(key, Math.max(at, this.#lastCurrent.get(key) ?? -Infinity));
  }

  /** Somebody is computing a new one, and the old one has not been stale for too long. */
  mayServe({ entry, staleFor = -1 }: Kept): boolean {
    const key = keyOf(entry);
    const last = this.#lastCurrent.get(key);
    if (last === undefined || !this.#refreshing.has(key)) return false;
    return performance.now() - last <= staleFor;
  }

  async refreshing<T>({ entry, staleFor }: Kept, load: () => Promise<T>): Promise<T> {
    if (staleFor === undefined) return load();
    const key = keyOf(entry);
    this.#refreshing.set(key, (this.#refreshing.get(key) ?? 0) + 1);
    try {
      return await load();
    } finally {
      const left = (this.#refreshing.get(key) ?? 1) - 1;
      if (left > 0) this.#refreshing.set(key, left);
      else this.#refreshing.delete(key);
    }
  }
}

/** Tenants with a prefix each have results of one hash. */
function keyOf({ namespace, hash }: EntryKey): string {
  return JSON.stringify([namespace.prefix, namespace.database, hash]);
}
