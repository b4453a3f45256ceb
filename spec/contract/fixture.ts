import type {
  CacheStore,
  Dependency,
  EntryKey,
  Lookup,
  Namespace,
  Snapshot,
  Version,
} from "../../src/stores/store";
import { entryBeside, epoch, freshNamespace, table } from "./addresses";

export interface StoreUnderTest {
  readonly store: CacheStore;
  /** Lets the store's clock go on, by a millisecond or by however long a look at it takes. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

const TTL = 60_000;
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
  readonly city: Dependency;
  readonly country: Dependency;
  /** Beside `city`. */
  readonly entry: EntryKey;
  tick(): Promise<void>;
  fence(writer: string, dependencies: readonly Dependency[], lease: number): Promise<void>;
  replace(writer: string, dependencies: readonly Dependency[]): Promise<void>;
  look(dependencies?: readonly Dependency[], key?: EntryKey): Promise<Lookup>;
  versionsOf(...dependencies: Dependency[]): Promise<readonly Version[]>;
  put(
    versions: readonly Version[],
    payload?: Buffer,
    dependencies?: readonly Dependency[],
    key?: EntryKey,
    ttl?: number,
  ): Promise<boolean>;
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

  const lookAll = (dependencies: readonly Dependency[], key: EntryKey): Promise<Lookup> =>
    subject.store.lookup(key, [epoch(namespace), ...dependencies], TTL, LEASE);

  const fixture: Fixture = {
    get store() {
      return subject.store;
    },
    get namespace() {
      return namespace;
    },
    get city() {
      return table(namespace, "city");
    },
    get country() {
      return table(namespace, "country");
    },
    get entry() {
      return entryBeside(fixture.city);
    },
    tick: () => subject.tick(),
    fence: (writer, dependencies, lease) =>
      subject.store.fence(writer, epoch(namespace), dependencies, lease),
    replace: (writer, dependencies) => subject.store.replace(writer, epoch(namespace), dependencies),
    look: async (dependencies = [fixture.city], key = fixture.entry) => {
      const { snapshot, age, entry } = await lookAll(dependencies, key);
      return {
        snapshot: { ...snapshot, versions: snapshot.versions.slice(1) },
        age,
        entry: entry && { ...entry, versions: entry.versions.slice(1) },
      };
    },
    versionsOf: async (...dependencies) => (await fixture.look(dependencies)).snapshot.versions,
    put: async (versions, payload = OLD, dependencies = [fixture.city], key = fixture.entry, ttl = TTL) => {
      const now = await lookAll([], key);
      const all = [...now.snapshot.versions, ...versions];
      return subject.store.store(key, [epoch(namespace), ...dependencies], all, payload, ttl);
    },
    isCurrent: async (dependencies = [fixture.city], key = fixture.entry) => {
      const { entry, snapshot } = await lookAll(dependencies, key);
      return entry !== undefined && entry.versions.join() === snapshot.versions.join();
    },
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
