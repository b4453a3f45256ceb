import { randomUUID } from "node:crypto";
import type { CacheStore, Dependency, EntryKey } from "../../src";

/**
 * The protocol of stores against a database of one register, in every order that its steps can take.
 * What is asserted of every answer is the promise itself: the register held it between call and answer.
 */

// Of its own for each process: two runs may share a Redis.
const namespace = { prefix: `explored-${randomUUID()}`, database: "register" };
export const EPOCH: Dependency = { namespace, kind: "everything", name: "" };
export const TABLE: Dependency = { namespace, kind: "table", name: "register" };
export const ENTRY: EntryKey = { namespace, hash: "read", home: TABLE };
const DEPENDENCIES = [EPOCH, TABLE];
const LEASE = 10_000;
const HOUR = 3_600_000;

/** How the protocol can be got wrong; each has to be noticed. */
export interface Mutation {
  readonly withoutFence?: boolean;
  readonly replaceBeforeCommit?: boolean;
  readonly versionsAfterLoad?: boolean;
  /** Writers share one mark, so that the first to end removes it for all. */
  readonly sharedMark?: boolean;
  readonly hitsDespiteFence?: boolean;
}

/** Where one order of steps takes place: an empty store of its own, and what can happen to it. */
export interface Stage {
  readonly store: CacheStore;
  /** Moves the store's clock. */
  pass?(ms: number): void;
  lose?(records: readonly Dependency[]): Promise<unknown>;
}

class World {
  readonly history = ["0"];
  wrong: string | undefined;

  constructor(readonly stage: Stage) {}

  get store(): CacheStore {
    return this.stage.store;
  }

  get value(): string {
    return this.history[this.history.length - 1] as string;
  }

  commit(value: string): void {
    this.history.push(value);
  }

  /** `since`: length of the history when the read was called. */
  answer(value: string, since: number): void {
    if (!this.history.slice(since - 1).includes(value)) this.wrong ??= `${value} of ${this.history.join()}`;
  }
}

type Step = () => Promise<unknown>;

/** Of actors of one kind it makes no difference which is which. */
export interface Actor {
  readonly kind: "reader" | "glance" | "writer" | "dying" | "loss";
  readonly steps: (world: World, mutation: Mutation) => readonly Step[];
}

export const reader: Actor = {
  kind: "reader",
  steps: (world, mutation) => {
    let since = 0;
    let versions: readonly string[] = [];
    let loaded = "";
    let done = false;
    const lookup = async (): Promise<void> => {
      since = world.history.length;
      const { snapshot, entry: found } = await world.store.lookup(ENTRY, DEPENDENCIES, HOUR, HOUR);
      versions = snapshot.fenced ? [] : snapshot.versions;
      const usable = !snapshot.fenced || mutation.hitsDespiteFence;
      if (!usable || found?.versions.join() !== snapshot.versions.join()) return;
      done = true;
      world.answer(String(found?.payload), since);
    };
    const load = async (): Promise<void> => {
      if (done) return;
      loaded = world.value;
      world.answer(loaded, since);
    };
    const store = async (): Promise<void> => {
      if (done || versions.length === 0) return;
      if (mutation.versionsAfterLoad)
        versions = (await world.store.lookup(ENTRY, DEPENDENCIES, HOUR, HOUR)).snapshot.versions;
      await world.store.store(ENTRY, DEPENDENCIES, versions, Buffer.from(loaded), HOUR);
    };
    return [lookup, load, store];
  },
};

/** A reader that only counts if it hits: one step, so that there are fewer orders. */
export const glance: Actor = {
  kind: "glance",
  steps: (world, mutation) => reader.steps(world, mutation).slice(0, 1),
};

/** One that lives renews its lease: it does not run out along with that of one that died. */
export const writer = (name: string): Actor => ({
  kind: "writer",
  steps: (world, mutation) => {
    const mark = mutation.sharedMark ? "shared" : name;
    const fence = async (): Promise<void> => {
      if (!mutation.withoutFence) await world.store.fence(mark, EPOCH, [TABLE], HOUR);
    };
    const commit = async (): Promise<void> => world.commit(name);
    const replace = (): Promise<void> => world.store.replace(mark, EPOCH, [TABLE]);
    return mutation.replaceBeforeCommit ? [fence, replace, commit] : [fence, commit, replace];
  },
});

/** A writer whose process dies after COMMIT: nobody replaces anything, and some time later its lease is over. */
export const dying: Actor = {
  kind: "dying",
  steps: (world) => [
    () => world.store.fence("dying", EPOCH, [TABLE], LEASE),
    async () => world.commit("dying"),
    async () => world.stage.pass?.(LEASE),
  ],
};

/** The store drops records at one moment: evicted, deleted, flushed. */
export const lossOf = (...records: Dependency[]): Actor => ({
  kind: "loss",
  steps: (world) => [async () => world.stage.lose?.(records)],
});

/** Every order of `counts` steps; of actors of the same kind, the first to begin is always the same one. */
function* orders(counts: readonly number[], kinds: readonly string[]): Generator<readonly number[]> {
  const left = [...counts];
  const order: number[] = [];
  const begun = (actor: number): boolean => left[actor] !== counts[actor];
  const mayRun = (actor: number): boolean =>
    left[actor] !== 0 &&
    (begun(actor) || kinds.every((kind, other) => kind !== kinds[actor] || other >= actor || begun(other)));
  function* visit(): Generator<readonly number[]> {
    if (left.every((each) => each === 0)) yield order;
    for (let actor = 0; actor < left.length; actor++) {
      if (!mayRun(actor)) continue;
      left[actor] = (left[actor] as number) - 1;
      order.push(actor);
      yield* visit();
      order.pop();
      left[actor] = (left[actor] as number) + 1;
    }
  }
  yield* visit();
}

export interface Explored {
  readonly orders: number;
  readonly wrong: string | undefined;
}

/** Runs the actors' steps in every order, each followed by one more read; stops at the first wrong answer. */
export async function explore(
  actors: readonly Actor[],
  stage: () => Promise<Stage> | Stage,
  { mutation = {}, warm }: { readonly mutation?: Mutation; readonly warm: boolean },
): Promise<Explored> {
  const counts = actors.map(({ steps }) => steps(new World({} as Stage), mutation).length);
  const kinds = actors.map(({ kind }) => kind);
  let count = 0;
  for (const order of orders(counts, kinds)) {
    count++;
    const world = new World(await stage());
    if (warm) await runAll(reader.steps(world, mutation));
    const steps = actors.map((actor) => [...actor.steps(world, mutation)]);
    for (const actor of order) await steps[actor]?.shift()?.();
    await runAll(reader.steps(world, mutation));
    if (world.wrong !== undefined) return { orders: count, wrong: `${world.wrong} after ${order.join("")}` };
  }
  return { orders: count, wrong: undefined };
}

async function runAll(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step();
}
