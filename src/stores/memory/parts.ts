import { LRUCache } from "lru-cache";
import type { RecordState } from "./record-state";

interface PartState {
  readonly incarnation: string;
  /** The record's count when the part was replaced last. */
  readonly count: number;
}

/**
 * Parts by key. One is missing if nobody asked for it, if it was evicted, or if it is of another incarnation. It is
 * made with the record's count, as if it had been replaced just now:
 * 1. reader: version 5. 2. the part is evicted. 3. writer: replaces it, with nothing there to replace; the count
 * is 6. 4. the part is made, with 6. 5. what was read under 5 does not hold; nor does it where 4 comes after 5.
 * Where no replacement of anything came in between, the count is still 5, and rightly it holds.
 */
export class Parts {
  private readonly states: LRUCache<string, PartState>;

  constructor(maxParts: number) {
    this.states = new LRUCache({ max: maxParts });
  }

  /** The record's count when the part was replaced last. */
  countOf(key: string, record: RecordState): number {
    const state = this.states.get(key);
    if (state?.incarnation === record.incarnation) return state.count;
    this.set(key, record);
    return record.count;
  }

  /** A missing part stays missing: it will be made with this count or a later one. */
  replace(key: string, record: RecordState): void {
    if (this.states.has(key)) this.set(key, record);
  }

  clear(keyStart: string): void {
    for (const key of [...this.states.keys()]) if (key.startsWith(keyStart)) this.states.delete(key);
  }

  private set(key: string, { incarnation, count }: RecordState): void {
    this.states.set(key, { incarnation, count });
  }
}
