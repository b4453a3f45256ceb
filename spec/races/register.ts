import type { Dependency, EntryKey, RecordName } from "../../src/stores/store";
import { type Actor, EPOCH, HOUR, LEASE, NAMESPACE, type World } from "./world";

/** The protocol of stores against a database of one register, on all of whose table reads rely. */

export const TABLE: RecordName = { namespace: NAMESPACE, kind: "table", name: "register" };
export const ENTRY: EntryKey = { namespace: NAMESPACE, hash: "read", home: TABLE };
const DEPENDENCIES: readonly Dependency[] = [{ record: EPOCH }, { record: TABLE }];
const CLAIMS = [{ record: TABLE }];

/** How the protocol can be got wrong; each has to be noticed. */
export interface Mutation {
  readonly withoutFence?: boolean;
  readonly replaceBeforeCommit?: boolean;
  readonly versionsAfterLoad?: boolean;
  /** Writers share one mark, so that the first to end removes it for all. */
  readonly sharedMark?: boolean;
  readonly hitsDespiteFence?: boolean;
}

type Register = Actor<string, Mutation>;

const itself = (value: string): string => value;

/** Under which versions the entry of a world was stored. */
const storedUnder = new WeakMap<World<string>, readonly string[]>();

export const reader: Register = {
  kind: "reader",
  steps: (world, mutation) => {
    let since = 0;
    let versions: readonly string[] = [];
    let loaded = "";
    let done = false;
    const lookup = async (): Promise<void> => {
      since = world.history.length;
      const { snapshot, entry } = await world.store.lookup(ENTRY, DEPENDENCIES, HOUR, HOUR);
      versions = snapshot.fenced ? [] : snapshot.versions;
      const equal = storedUnder.get(world)?.join() === snapshot.versions.join();
      const current = mutation.hitsDespiteFence ? equal : !snapshot.fenced && entry?.current;
      if (!entry || !current) return;
      done = true;
      world.answer(String(entry.payload), itself, since);
    };
    const load = async (): Promise<void> => {
      if (done) return;
      loaded = world.state;
      world.answer(loaded, itself, since);
    };
    const store = async (): Promise<void> => {
      if (done || versions.length === 0) return;
      if (mutation.versionsAfterLoad)
        versions = (await world.store.lookup(ENTRY, DEPENDENCIES, HOUR, HOUR)).snapshot.versions;
      const stored = await world.store.store(ENTRY, DEPENDENCIES, versions, Buffer.from(loaded), HOUR);
      if (stored) storedUnder.set(world, versions);
    };
    return [lookup, load, store];
  },
};

/** A reader that only counts if it hits: one step, so that there are fewer orders. */
export const glance: Register = {
  kind: "glance",
  steps: (world, mutation) => reader.steps(world, mutation).slice(0, 1),
};

/** One that lives renews its lease: it does not run out along with that of one that died. */
export const writer = (name: string): Register => ({
  kind: "writer",
  steps: (world, mutation) => {
    const mark = mutation.sharedMark ? "shared" : name;
    const fence = async (): Promise<void> => {
      if (!mutation.withoutFence) await world.store.fence(mark, EPOCH, CLAIMS, HOUR);
    };
    const commit = async (): Promise<void> => world.commit(name);
    const replace = (): Promise<unknown> => world.store.replace(mark, EPOCH, CLAIMS);
    return mutation.replaceBeforeCommit ? [fence, replace, commit] : [fence, commit, replace];
  },
});

/** A writer whose process dies after COMMIT: nobody replaces anything, and some time later its lease is over. */
export const dying: Register = {
  kind: "dying",
  steps: (world) => [
    () => world.store.fence("dying", EPOCH, CLAIMS, LEASE),
    async () => world.commit("dying"),
    async () => world.stage.pass?.(LEASE),
  ],
};
