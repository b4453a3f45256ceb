import type {
  CacheStore,
  Claim,
  Dependency,
  EntryKey,
  Freshness,
  Lookup,
  RecordName,
  Registry,
  Version,
} from "../store";
import { Entries } from "./entries";
import { entryKey, keysUnder } from "./keys";
import { Ledger } from "./ledger";
import { relianceOf } from "./reliance";

export interface MemoryStoreOptions {
  /**
   * How many results are kept; the least recently used go first. Default 10,000. More hits for more
   * memory.
   */
  readonly maxEntries?: number;
  /** How many bytes the results may take together. A larger single result is not kept. Default 64 MiB. */
  readonly maxBytes?: number;
  /**
   * How many tables and cache ids are remembered, and how many parts of tables. One that is pushed out makes
   * its results stale. Default 100,000.
   */
  readonly maxRecords?: number;
  /** Milliseconds on a clock that never goes back. Default `performance.now`. */
  readonly clock?: () => number;
}

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
  private readonly ledger: Ledger;
  private readonly entries: Entries;
  private warned = false;

  constructor(options: MemoryStoreOptions) {
    const { maxRecords = 100_000, maxEntries = 10_000, maxBytes = 64 * 1024 * 1024 } = options;
    this.clock = options.clock ?? (() => performance.now());
    this.ledger = new Ledger(maxRecords, this.clock);
    this.entries = new Entries(maxEntries, maxBytes, this.clock);
  }

  async connect(): Promise<void> {
    if (this.warned || process.env.NODE_ENV !== "production") return;
    this.warned = true;
    process.emitWarning(PRODUCTION_WARNING, { code: "CACHEOPS_MEMORY_STORE" });
  }

  async disconnect(): Promise<void> {}

  /** Nothing to do: marks live apart from what can be lost, so no loss can matter. */
  async open(): Promise<void> {}

  /** `ttl` bounds schemes alone: records and parts have no lifetime, only a bounded number. */
  async lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number): Promise<Lookup> {
    const seen = dependencies.map((dependency) => this.ledger.look(dependency, ttl));
    const snapshot = {
      versions: seen.map(({ version }) => version),
      fenced: seen.some(({ fenced }) => fenced),
      refused: seen.flatMap(({ refused }) => refused),
    };
    const youngest = seen.reduce((latest, { at }) => Math.max(latest, at), -Infinity);
    const [epoch] = dependencies;
    const altered = epoch ? this.ledger.alteredAt(epoch.record) : "";
    return { snapshot, age: this.clock() - youngest, altered, entry: this.read(entryKey(entry)) };
  }

  async freshness(dependencies: readonly Dependency[], ttl: number): Promise<Freshness> {
    const seen = dependencies.map((dependency) => this.ledger.look(dependency, ttl));
    return { tokens: seen.map(({ token }) => token), fenced: seen.some(({ fenced }) => fenced) };
  }

  async store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
    took = 0,
  ): Promise<boolean> {
    const relies = dependencies.map((dependency, index) => relianceOf(dependency, versions[index]));
    // Each is asked, also behind one that does not hold: its missing parts are made.
    if (relies.map((reliance) => this.ledger.holds(reliance)).includes(false)) return false;
    for (const reliance of relies) this.ledger.prolong(reliance, ttl);
    return this.entries.set(entryKey(entry), payload, relies, ttl, took);
  }

  async remove(entries: readonly EntryKey[]): Promise<void> {
    for (const entry of entries) this.entries.delete(entryKey(entry));
  }

  async registries(records: readonly RecordName[]): Promise<readonly Registry[]> {
    return records.map((record) => this.ledger.registry(record));
  }

  async fence(
    writer: string,
    _epoch: RecordName,
    claims: readonly Claim[],
    lease: number,
  ): Promise<readonly (Registry | undefined)[]> {
    this.ledger.mark(writer, claims, lease);
    return this.ledger.newlyKnown(claims);
  }

  async replace(
    writer: string,
    _epoch: RecordName,
    claims: readonly Claim[],
  ): Promise<readonly (Registry | undefined)[]> {
    for (const claim of claims) this.ledger.replace(writer, claim);
    return this.ledger.newlyKnown(claims);
  }

  async clear(prefix: string): Promise<void> {
    const start = keysUnder(prefix);
    this.entries.clear(start);
    this.ledger.clear(start);
  }

  private read(key: string): Lookup["entry"] {
    const stored = this.entries.find(key);
    if (!stored) return undefined;
    const current = stored.relies.every((reliance) => this.ledger.holds(reliance));
    // A copy, as a network would make one: a decoder may hand out views of the payload.
    const { payload, took, expiresAt } = stored;
    return { payload: Buffer.from(payload), current, took, left: expiresAt - this.clock() };
  }
}
