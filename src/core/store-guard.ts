import { CacheopsLockError, CacheopsStoreError } from "../errors";
import type {
  CacheStore,
  Claim,
  Dependency,
  EntryKey,
  Freshness,
  LoadLocks,
  Lookup,
  RecordName,
  Registry,
} from "../stores/store";
import { recordId } from "./namespaces";

type StoreErrorPolicy = "bypass" | "throw";

export interface GuardOptions {
  readonly policy: StoreErrorPolicy;
  /** Names this process where it replaces the epoch. */
  readonly writer: string;
  /** Milliseconds that a mark is valid unless renewed. */
  readonly lease: number;
  readonly listener: OutageListener;
}

export interface OutageListener {
  degraded(cause: unknown): void;
  recovered(): void;
}

// Milliseconds between attempts to come back. Look-ups in between do not ask a store that is down.
const FIRST_RETRY = 50;
const LONGEST_RETRY = 2000;

interface Epoch {
  readonly record: RecordName;
  /** Made, if there was none, when this process began to use it: if it is missing now, it was lost. */
  opened: boolean;
}

/**
 * The store behind the rule for outages: once an operation failed, or the connection was lost,
 * an invalidation may have been swallowed, ours or another process's. So before the next look-up
 * the epoch is replaced, which makes everything older unusable for everybody. It is tried in the
 * background, too: a process that only writes would otherwise leave the others with its old rows.
 */
export class StoreGuard {
  readonly #store: CacheStore;
  readonly #options: GuardOptions;
  readonly #listener: OutageListener;
  // Of every namespace that this process has used: prefixes may be functions, so there can be several.
  readonly #epochs = new Map<string, Epoch>();
  // Two counters instead of a flag: an outage during the healing of an earlier one is not lost.
  #outages = 0;
  #healed = 0;
  #healing: Promise<void> | undefined;
  // Writes that go on without a mark. The store may be back before they commit: until their versions
  // are replaced, nothing that it says can be trusted.
  readonly #unfenced = new Set<string>();
  #retryDelay = FIRST_RETRY;
  #retry: NodeJS.Timeout | undefined;
  #failed: unknown;
  #closed = false;

  constructor(store: CacheStore, options: GuardOptions) {
    this.#store = store;
    this.#options = options;
    this.#listener = options.listener;
    store.onInterruption?.((cause) => this.#noteOutage(cause));
  }

  get name(): string {
    return this.#store.name;
  }

  /** Their failures are no outage: what they keep is no more than the number of loads. */
  get locks(): LoadLocks | undefined {
    return this.#store.locks;
  }

  async connect(): Promise<void> {
    await this.#attempt(() => this.#store.connect());
  }

  /**
   * To be called with the epoch of a namespace that is known at install: the sooner, the shorter the
   * time in which this process would take a lost epoch for one that has never been. Never rejects:
   * the first use tries again.
   */
  async open(epoch: RecordName): Promise<void> {
    await this.#attempt(() => this.#open(this.#remember(epoch))).catch(() => undefined);
  }

  /**
   * The epoch is the first of the dependencies. Rejects with `CacheopsStoreError` when the store does;
   * the reader then goes to the database.
   */
  lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number): Promise<Lookup> {
    return this.#look(dependencies, (lease) => this.#store.lookup(entry, dependencies, ttl, lease));
  }

  /** The epoch is the first of the dependencies. Rejects with `CacheopsStoreError` when the store does. */
  freshness(dependencies: readonly Dependency[], ttl: number): Promise<Freshness> {
    return this.#look(dependencies, (lease) => this.#store.freshness(dependencies, ttl, lease));
  }

  async #look<T>(dependencies: readonly Dependency[], look: (lease: number) => Promise<T>): Promise<T> {
    const epoch = this.#remember((dependencies[0] as Dependency).record);
    if (this.#suspect) await this.#heal();
    const outages = this.#outages;
    const found = await this.#attempt(async () => {
      if (!epoch.opened) await this.#open(epoch);
      return look(this.#options.lease);
    });
    if (outages === this.#outages && this.#unfenced.size === 0) return found;
    throw new CacheopsStoreError(`The ${this.name} store failed while a write was under way.`);
  }

  /** False if it was not stored, for whatever reason. */
  async store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly string[],
    payload: Buffer,
    ttl: number,
    took = 0,
  ): Promise<boolean> {
    try {
      return await this.#attempt(() => this.#store.store(entry, dependencies, versions, payload, ttl, took));
    } catch {
      return false;
    }
  }

  async remove(entries: readonly EntryKey[]): Promise<void> {
    await this.#attempt(() => this.#store.remove(entries)).catch(() => undefined);
  }

  /** Rejects when the store does. */
  async registries(records: readonly RecordName[]): Promise<readonly Registry[]> {
    return this.#attempt(() => this.#store.registries(records));
  }

  /**
   * Answers with the registries as they are then; with none if the store failed. Rejects only under `"throw"`: the
   * write is then refused before anything has happened.
   */
  async fence(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
  ): Promise<readonly (Registry | undefined)[]> {
    const used = this.#remember(epoch);
    try {
      const registries = await this.#attempt(async () => {
        if (!used.opened) await this.#open(used);
        return this.#store.fence(writer, epoch, claims, this.#options.lease);
      });
      this.#unfenced.delete(writer);
      return registries;
    } catch (error) {
      if (this.#options.policy === "throw") throw error;
      this.#unfenced.add(writer);
      return [];
    }
  }

  /**
   * Never rejects: the write has happened. Answers with the registries as they are then, `undefined` if it could not be
   * delivered; the outage is remembered.
   */
  async replace(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
  ): Promise<readonly (Registry | undefined)[] | undefined> {
    this.#remember(epoch);
    try {
      return await this.#attempt(() => this.#store.replace(writer, epoch, claims));
    } catch {
      return undefined;
    } finally {
      this.#unfenced.delete(writer);
    }
  }

  async clear(prefix: string): Promise<void> {
    await this.#attempt(() => this.#store.clear(prefix));
  }

  async disconnect(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#store.disconnect();
  }

  get #suspect(): boolean {
    return this.#healed < this.#outages;
  }

  async #attempt<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof CacheopsLockError) throw error;
      this.#noteOutage(error);
      if (error instanceof CacheopsStoreError) throw error;
      throw new CacheopsStoreError(`The ${this.name} store failed: ${messageOf(error)}`, { cause: error });
    }
  }

  #noteOutage(cause: unknown): void {
    const first = !this.#suspect;
    this.#outages++;
    this.#failed = cause;
    if (first) this.#listener.degraded(cause);
    if (!this.#healing) this.#retryLater();
  }

  /** Tried at once after an outage, then at growing intervals; rejects without asking in between. */
  async #heal(): Promise<void> {
    if (!this.#healing && this.#retryDelay > FIRST_RETRY) throw this.#failed;
    this.#healing ??= this.#replaceEpochs();
    return this.#healing;
  }

  async #replaceEpochs(): Promise<void> {
    const outages = this.#outages;
    clearTimeout(this.#retry);
    try {
      await this.#attempt(() => Promise.all([...this.#epochs.values()].map((epoch) => this.#renew(epoch))));
      this.#healed = outages;
      this.#retryDelay = FIRST_RETRY;
    } catch (error) {
      this.#retryDelay = Math.min(this.#retryDelay * 2, LONGEST_RETRY);
      throw error;
    } finally {
      this.#healing = undefined;
      if (this.#suspect) this.#retryLater();
      else this.#listener.recovered();
    }
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    // Before the first use there is no epoch to replace; the first use comes here again.
    if (this.#closed || this.#epochs.size === 0) return;
    this.#retry = setTimeout(() => {
      this.#healing ??= this.#replaceEpochs();
      this.#healing.catch(() => undefined);
    }, this.#retryDelay);
    this.#retry.unref();
  }

  /** One that was lost in the outage stays missing here, and comes back with a mark when it is looked for. */
  async #renew(epoch: Epoch): Promise<void> {
    const { record } = epoch;
    if (!epoch.opened) await this.#open(epoch);
    await this.#store.replace(this.#options.writer, record, [{ record }]);
  }

  async #open(epoch: Epoch): Promise<void> {
    await this.#store.open(epoch.record);
    epoch.opened = true;
  }

  #remember(record: RecordName): Epoch {
    const key = recordId(record);
    const known = this.#epochs.get(key);
    if (known) return known;
    const epoch = { record, opened: false };
    this.#epochs.set(key, epoch);
    return epoch;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
