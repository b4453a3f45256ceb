import { CacheopsLockError, CacheopsStoreError } from "../errors";
import {
  type CacheStore,
  type Claim,
  type Dependency,
  type EntryKey,
  type Freshness,
  type LoadLocks,
  type Lookup,
  type RecordName,
  type Registry,
  StoreFullError,
} from "../stores/store";
import { recordId } from "./namespaces";
import { type OutageListener, Outages } from "./outages";

type StoreErrorPolicy = "bypass" | "throw";

export interface GuardOptions {
  readonly policy: StoreErrorPolicy;
  /** Names this process where it replaces the epoch. */
  readonly writer: string;
  /** Milliseconds that a mark is valid unless renewed. */
  readonly lease: number;
  readonly listener: OutageListener;
}

interface Epoch {
  readonly record: RecordName;
  /** Made, if there was none, when this process began to use it: if it is missing now, it was lost. */
  opened: boolean;
}

/**
 * The store behind the rule for outages: before the next look-up after one the epoch is replaced, which makes everything
 * older unusable for everybody.
 */
export class StoreGuard {
  readonly #store: CacheStore;
  readonly #options: GuardOptions;
  readonly #outages: Outages;
  // Of every namespace that this process has used: prefixes may be functions, so there can be several.
  readonly #epochs = new Map<string, Epoch>();
  // Writes that go on without a mark. The store may be back before they commit: until their versions
  // are replaced, nothing that it says can be trusted.
  readonly #unfenced = new Set<string>();

  constructor(store: CacheStore, options: GuardOptions) {
    this.#store = store;
    this.#options = options;
    const healing = { inUse: () => this.#epochs.size > 0, renew: () => this.#renewAll() };
    this.#outages = new Outages(store.name, healing, options.listener);
    store.onInterruption?.((cause) => this.#outages.note(cause));
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
    this.#outages.refuseIfOpen();
    await this.#outages.heal();
    const outages = this.#outages.count;
    const found = await this.#harmless(async () => {
      if (!epoch.opened) await this.#open(epoch);
      return look(this.#options.lease);
    });
    if (outages === this.#outages.count && this.#unfenced.size === 0) return found;
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
      return await this.#harmless(() => this.#store.store(entry, dependencies, versions, payload, ttl, took));
    } catch {
      return false;
    }
  }

  async remove(entries: readonly EntryKey[]): Promise<void> {
    await this.#harmless(() => this.#store.remove(entries)).catch(() => undefined);
  }

  /** Rejects when the store does. */
  async registries(records: readonly RecordName[]): Promise<readonly Registry[]> {
    return this.#harmless(() => this.#store.registries(records));
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
      const registries = await this.#unlessOpen(async () => {
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
      return await this.#unlessOpen(() => this.#store.replace(writer, epoch, claims));
    } catch {
      return undefined;
    } finally {
      this.#unfenced.delete(writer);
    }
  }

  async clear(prefix: string): Promise<void> {
    await this.#unlessOpen(() => this.#store.clear(prefix));
  }

  async disconnect(): Promise<void> {
    this.#outages.close();
    await this.#store.disconnect();
  }

  /** For what may lose an invalidation: that it was not even tried is an outage as well, also for a probe under way. */
  async #unlessOpen<T>(operation: () => Promise<T>): Promise<T> {
    return this.#attempt(async () => {
      this.#outages.refuseIfOpen();
      return operation();
    });
  }

  /** For what can lose nothing. That the store is full is no outage, then: what it holds is as good as before. */
  async #harmless<T>(operation: () => Promise<T>): Promise<T> {
    this.#outages.refuseIfOpen();
    let full: StoreFullError | undefined;
    const result = await this.#attempt(() =>
      operation().catch((error: unknown) => {
        if (!(error instanceof StoreFullError)) throw error;
        full = error;
        return undefined;
      }),
    );
    if (full) throw full;
    return result as T;
  }

  async #attempt<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof CacheopsLockError) throw error;
      throw this.#outages.note(error);
    }
  }

  async #renewAll(): Promise<void> {
    await Promise.all([...this.#epochs.values()].map((epoch) => this.#renew(epoch)));
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
