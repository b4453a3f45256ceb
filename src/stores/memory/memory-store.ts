import { LRUCache } from "lru-cache";
import type { CacheStore, Dependency, EntryKey, Lookup, Snapshot, Version } from "../store";
import { entryKey, keysUnder, recordKey } from "./keys";
import { Records } from "./records";

export interface MemoryStoreOptions {
  /**
   * How many results are kept; the least recently used go first. Default 10,000. More hits for more
   * memory.
   */
  readonly maxEntries?: number;
  /** How many bytes the results may take together. A larger single result is not kept. Default 64 MiB. */
  readonly maxBytes?: number;
  /**
   * How many tables and cache ids are remembered. One that is pushed out makes its results stale.
   * Default 100,000.
   */
  readonly maxRecords?: number;
  /** Milliseconds on a clock that never goes back. Default `performance.now`. */
  readonly clock?: () => number;
}

interface StoredEntry {
  readonly payload: Buffer;
  readonly versions: readonly Version[];
  readonly expiresAt: number;
}

/** What an entry takes beside its payload: the object, its two list nodes and the map's slot, roughly. */
const ENTRY_OVERHEAD = 256;

const PRODUCTION_WARNING =
  "The in-process store is in use in production. It serves one process only: writes of another process " +
  "do not invalidate what this one has cached. Give cacheops() a `redis` option.";

/**
 * A bounded store inside this process: for one-process applications, tests and demonstrations.
 * Nothing is shared with other processes or worker threads.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): CacheStore {
  return new MemoryStore(options);
}

/** Every method does its work before its first await, so that none can interleave with another. */
class MemoryStore implements CacheStore {
  readonly name = "memory";
  private readonly clock: () => number;
  private readonly records: Records;
  private readonly entries: LRUCache<string, StoredEntry>;
  private warned = false;

  constructor(options: MemoryStoreOptions) {
    this.clock = options.clock ?? (() => performance.now());
    this.records = new Records(options.maxRecords ?? 100_000, this.clock);
    this.entries = new LRUCache({
      max: options.maxEntries ?? 10_000,
      maxSize: options.maxBytes ?? 64 * 1024 * 1024,
      sizeCalculation: sizeOf,
    });
  }

  async connect(): Promise<void> {
    if (this.warned || process.env.NODE_ENV !== "production") return;
    this.warned = true;
    process.emitWarning(PRODUCTION_WARNING, { code: "CACHEOPS_MEMORY_STORE" });
  }

  async disconnect(): Promise<void> {}

  /** Nothing to do: marks live apart from what can be lost, so no loss can matter. */
  async open(): Promise<void> {}

  /** `ttl` bounds nothing here: records have no lifetime, only a bounded number. */
  async lookup(entry: EntryKey, dependencies: readonly Dependency[]): Promise<Lookup> {
    const { youngest, ...snapshot } = this.look(dependencies);
    return { snapshot, age: this.clock() - youngest, entry: this.read(entryKey(entry)) };
  }

  async store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
  ): Promise<boolean> {
    const now = this.look(dependencies);
    if (now.fenced || !sameVersions(now.versions, versions)) return false;
    const key = entryKey(entry);
    // Copied: a slice would keep the caller's whole slab alive, and the caller may go on writing into it.
    this.entries.set(key, {
      payload: Buffer.from(payload),
      versions: [...versions],
      expiresAt: this.clock() + ttl,
    });
    return this.entries.has(key);
  }

  async remove(entries: readonly EntryKey[]): Promise<void> {
    for (const entry of entries) this.entries.delete(entryKey(entry));
  }

  async fence(
    writer: string,
    _epoch: Dependency,
    dependencies: readonly Dependency[],
    lease: number,
  ): Promise<void> {
    for (const dependency of dependencies) this.records.mark(recordKey(dependency), writer, lease);
  }

  async replace(writer: string, _epoch: Dependency, dependencies: readonly Dependency[]): Promise<void> {
    for (const dependency of dependencies) this.records.replace(recordKey(dependency), writer);
  }

  async clear(prefix: string): Promise<void> {
    const start = keysUnder(prefix);
    for (const key of [...this.entries.keys()]) if (key.startsWith(start)) this.entries.delete(key);
    this.records.clear(start);
  }

  private look(dependencies: readonly Dependency[]): Snapshot & { youngest: number } {
    const states = dependencies.map((dependency) => this.records.read(recordKey(dependency)));
    return {
      versions: states.map((state) => state.version),
      fenced: states.some((state) => state.fenced),
      youngest: states.reduce((latest, { at }) => Math.max(latest, at), -Infinity),
    };
  }

  private read(key: string): Lookup["entry"] {
    const stored = this.entries.get(key);
    if (!stored) return undefined;
    if (stored.expiresAt <= this.clock()) {
      this.entries.delete(key);
      return undefined;
    }
    // A copy, as a network would make one: a decoder may hand out views of the payload.
    return { payload: Buffer.from(stored.payload), versions: stored.versions };
  }
}

function sizeOf(entry: StoredEntry, key: string): number {
  const versions = entry.versions.reduce((sum, version) => sum + version.length, 0);
  return entry.payload.length + versions + key.length + ENTRY_OVERHEAD;
}

function sameVersions(left: readonly Version[], right: readonly Version[]): boolean {
  return left.length === right.length && left.every((version, index) => version === right[index]);
}
