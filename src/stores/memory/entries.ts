import { LRUCache } from "lru-cache";
import { type Reliance, sizeOfReliance } from "./reliance";

interface StoredEntry {
  readonly payload: Buffer;
  readonly relies: readonly Reliance[];
  readonly expiresAt: number;
  /** Milliseconds that it took to load. */
  readonly took: number;
}

/** What an entry takes beside its payload: the object, its list nodes and the map's slot, roughly. */
const ENTRY_OVERHEAD = 256;

/** Stored results by key; those used least recently go first. */
export class Entries {
  private readonly entries: LRUCache<string, StoredEntry>;

  constructor(
    maxEntries: number,
    maxBytes: number,
    private readonly clock: () => number,
  ) {
    this.entries = new LRUCache({ max: maxEntries, maxSize: maxBytes, sizeCalculation: sizeOf });
  }

  find(key: string): StoredEntry | undefined {
    const stored = this.entries.get(key);
    if (!stored || stored.expiresAt > this.clock()) return stored;
    this.entries.delete(key);
    return undefined;
  }

  /** False if it is too large. Copies: a slice would keep the caller's slab alive, and the caller may write into it. */
  set(key: string, payload: Buffer, relies: readonly Reliance[], ttl: number, took: number): boolean {
    this.entries.set(key, { payload: Buffer.from(payload), relies, expiresAt: this.clock() + ttl, took });
    return this.entries.has(key);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  clear(keyStart: string): void {
    for (const key of [...this.entries.keys()]) if (key.startsWith(keyStart)) this.entries.delete(key);
  }
}

function sizeOf({ payload, relies }: StoredEntry, key: string): number {
  return relies.reduce(
    (sum, reliance) => sum + sizeOfReliance(reliance),
    payload.length + key.length + ENTRY_OVERHEAD,
  );
}
