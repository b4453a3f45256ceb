import type {
  CacheStore,
  Claim,
  Dependency,
  EntryKey,
  Lookup,
  Namespace,
  RecordName,
  Registry,
  Snapshot,
  Version,
} from "../../src/stores/store";
import { type Whole, all, entryBeside, epoch, freshNamespace, table } from "./addresses";

export interface StoreUnderTest {
  readonly store: CacheStore;
  /** Lets the store's clock go on, by a millisecond or by however long a look at it takes. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

export const TTL = 60_000;
export const LEASE = 60_000;
export const OLD = Buffer.from("old");
export const NEW = Buffer.from("new");

/**
 * A store and a namespace of its own for each spec, and the steps that specs are made of. The epoch is
 * part of all of them and not seen: not in what they take, nor in what they give.
 */
export interface Fixture {
  readonly store: CacheStore;
  readonly namespace: Namespace;
  readonly city: Whole;
  readonly country: Whole;
  /** Beside `city`. */
  readonly entry: EntryKey;
  tick(): Promise<void>;
  fence(writer: string, claims: readonly Claim[], lease: number): Promise<readonly (Registry | undefined)[]>;
  replace(writer: string, claims: readonly Claim[]): Promise<readonly (Registry | undefined)[]>;
  registry(record?: RecordName): Promise<Registry>;
  look(dependencies?: readonly Dependency[], key?: EntryKey, ttl?: number): Promise<Lookup>;
  versionsOf(...dependencies: Dependency[]): Promise<readonly Version[]>;
  put(
    versions: readonly Version[],
    payload?: Buffer,
    dependencies?: readonly Dependency[],
    key?: EntryKey,
    ttl?: number,
    took?: number,
  ): Promise<boolean>;
  /** Looks and stores at once. */
  fill(dependencies: readonly Dependency[], key?: EntryKey): Promise<boolean>;
  isCurrent(dependencies?: readonly Dependency[], key?: EntryKey): Promise<boolean>;
  /** Looks until a lease that is running out has run out. */
  unfenced(): Promise<Snapshot>;
}

/** To be called in a `describe`: registers the hooks that open and close the store. */
export function useStore(makeStore: () => Promise<StoreUnderTest>): Fixture {
  let subject: StoreUnderTest;
  let namespace: Namespace;

  beforeEach(async () => {
    subject = await makeStore();
    await subject.store.connect();
    namespace = freshNamespace();
    await subject.store.open(epoch(namespace));
  });

  afterEach(async () => {
    await subject.store.clear(namespace.prefix);
    await subject.store.disconnect();
    await subject.close();
  });

  const lookAll = (dependencies: readonly Dependency[], key: EntryKey, ttl = TTL): Promise<Lookup> =>
    subject.store.lookup(key, [all(epoch(namespace)), ...dependencies], ttl, LEASE);

  const fixture: Fixture = {
    get store() {
      return subject.store;
    },
    get namespace() {
      return namespace;
    },
    get city() {
      return all(table(namespace, "city"));
    },
    get country() {
      return all(table(namespace, "country"));
    },
    get entry() {
      return entryBeside(fixture.city.record);
    },
    tick: () => subject.tick(),
    fence: (writer, claims, lease) => subject.store.fence(writer, epoch(namespace), claims, lease),
    replace: (writer, claims) => subject.store.replace(writer, epoch(namespace), claims),
    registry: async (record = fixture.city.record) => (await subject.store.registries([record]))[0]!,
    look: async (dependencies = [fixture.city], key = fixture.entry, ttl = TTL) => {
      const { snapshot, ...rest } = await lookAll(dependencies, key, ttl);
      return { snapshot: { ...snapshot, versions: snapshot.versions.slice(1) }, ...rest };
    },
    versionsOf: async (...dependencies) => (await fixture.look(dependencies)).snapshot.versions,
    put: async (
      versions,
      payload = OLD,
      dependencies = [fixture.city],
      key = fixture.entry,
      ttl = TTL,
      took,
    ) => {
      const now = await lookAll([], key);
      const both = [...now.snapshot.versions, ...versions];
      return subject.store.store(key, [all(epoch(namespace)), ...dependencies], both, payload, ttl, took);
    },
    fill: async (dependencies, key) => {
      const { snapshot } = await fixture.look(dependencies, key);
      return fixture.put(snapshot.versions, OLD, dependencies, key);
    },
    isCurrent: async (dependencies = [fixture.city], key = fixture.entry) =>
      (await lookAll(dependencies, key)).entry?.current === true,
    unfenced: async () => {
      for (;;) {
        const { snapshot } = await fixture.look();
        if (!snapshot.fenced) return snapshot;
        await subject.tick();
      }
    },
  };
  return fixture;
}
