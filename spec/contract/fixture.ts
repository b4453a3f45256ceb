import type {
  CacheStore,
  Dependency,
  EntryKey,
  Lookup,
  Namespace,
  Snapshot,
  Version,
} from "../../src/stores/store";
import { entryBeside, freshNamespace, table } from "./addresses";

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

/** A store and a namespace of its own for each spec, and the steps that specs are made of. */
export interface Fixture {
  readonly store: CacheStore;
  readonly namespace: Namespace;
  readonly city: Dependency;
  readonly country: Dependency;
  /** Beside `city`. */
  readonly entry: EntryKey;
  tick(): Promise<void>;
  look(dependencies?: readonly Dependency[], key?: EntryKey): Promise<Lookup>;
  versionsOf(...dependencies: Dependency[]): Promise<readonly Version[]>;
  put(
    versions: readonly Version[],
    payload?: Buffer,
    dependencies?: readonly Dependency[],
    key?: EntryKey,
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
  });

  afterEach(async () => {
    await subject.store.clear(namespace.prefix);
    await subject.store.disconnect();
    await subject.close();
  });

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
    look: (dependencies = [fixture.city], key = fixture.entry) =>
      subject.store.lookup(key, dependencies, TTL),
    versionsOf: async (...dependencies) => (await fixture.look(dependencies)).snapshot.versions,
    put: (versions, payload = OLD, dependencies = [fixture.city], key = fixture.entry) =>
      subject.store.store(key, dependencies, versions, payload, TTL),
    isCurrent: async (dependencies, key) => {
      const { entry, snapshot } = await fixture.look(dependencies, key);
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
