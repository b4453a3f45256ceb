import { expect } from "chai";
import { type CacheStore, createMemoryStore, type Dependency, type EntryKey } from "../../src";

/**
 * The protocol of stores against a database of one register, in every order that its steps can take.
 * What is asserted of every answer is the promise itself: the register held it between call and answer.
 */

const namespace = { prefix: "explored", database: "register" };
const table: Dependency = { namespace, kind: "table", name: "register" };
const epoch: Dependency = { namespace, kind: "everything", name: "" };
const entry: EntryKey = { namespace, hash: "read", home: table };
const LEASE = 10_000;
const HOUR = 3_600_000;

/** How the protocol can be got wrong; each has to be noticed. */
interface Mutation {
  readonly withoutFence?: boolean;
  readonly replaceBeforeCommit?: boolean;
  readonly versionsAfterLoad?: boolean;
  /** Writers share one mark, so that the first to end removes it for all. */
  readonly sharedMark?: boolean;
  readonly hitsDespiteFence?: boolean;
}

class World {
  // Small: there are two hundred thousand of them.
  readonly store: CacheStore = createMemoryStore({ maxEntries: 2, maxRecords: 4, clock: () => this.now });
  now = 0;
  readonly history = ["0"];
  wrong: string | undefined;

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

type Step = () => Promise<void>;
type Actor = (world: World, mutation: Mutation) => Step[];

const reader: Actor = (world, mutation) => {
  let since = 0;
  let versions: readonly string[] = [];
  let loaded = "";
  let done = false;
  const lookup = async (): Promise<void> => {
    since = world.history.length;
    const { snapshot, entry: found } = await world.store.lookup(entry, [table], HOUR, HOUR);
    versions = snapshot.fenced ? [] : snapshot.versions;
    const usable = !snapshot.fenced || mutation.hitsDespiteFence;
    if (!usable || found?.versions[0] !== snapshot.versions[0]) return;
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
      versions = (await world.store.lookup(entry, [table], HOUR, HOUR)).snapshot.versions;
    await world.store.store(entry, [table], versions, Buffer.from(loaded), HOUR);
  };
  return [lookup, load, store];
};

const writer =
  (name: string): Actor =>
  (world, mutation) => {
    const mark = mutation.sharedMark ? "shared" : name;
    const fence = async (): Promise<void> => {
      if (!mutation.withoutFence) await world.store.fence(mark, epoch, [table], LEASE);
    };
    const commit = async (): Promise<void> => world.commit(name);
    const replace = (): Promise<void> => world.store.replace(mark, epoch, [table]);
    return mutation.replaceBeforeCommit ? [fence, replace, commit] : [fence, commit, replace];
  };

/** A writer whose process dies after COMMIT: nobody replaces anything, and some time later its lease is over. */
const dying: Actor = (world) => [
  () => world.store.fence("dying", epoch, [table], LEASE),
  async () => world.commit("dying"),
  async () => void (world.now += LEASE),
];

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

interface Explored {
  readonly orders: number;
  readonly wrong: string | undefined;
}

async function explore(actors: readonly Actor[], mutation: Mutation, warm: boolean): Promise<Explored> {
  const kinds = actors.map((actor) => (actor === reader ? "reader" : actor === dying ? "dying" : "writer"));
  let count = 0;
  for (const order of orders(
    actors.map(() => 3),
    kinds,
  )) {
    count++;
    const world = new World();
    if (warm) await runAll(reader(world, mutation));
    const steps = actors.map((actor) => actor(world, mutation));
    for (const actor of order) await steps[actor]?.shift()?.();
    await runAll(reader(world, mutation));
    if (world.wrong !== undefined) return { orders: count, wrong: `${world.wrong} after ${order.join("")}` };
  }
  return { orders: count, wrong: undefined };
}

async function runAll(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step();
}

const CASTS: Record<string, readonly Actor[]> = {
  "two readers and a writer": [reader, reader, writer("1")],
  "a reader and two writers": [reader, writer("1"), writer("2")],
  "two readers and two writers": [reader, reader, writer("1"), writer("2")],
  "two readers and a writer that dies": [reader, reader, dying],
};

const MUTANTS: Record<string, Mutation> = {
  "there is no fence": { withoutFence: true },
  "versions are replaced before COMMIT, without a fence": { replaceBeforeCommit: true, withoutFence: true },
  "versions are replaced before COMMIT": { replaceBeforeCommit: true },
  "versions are read after the load": { versionsAfterLoad: true },
  "writers share a mark": { sharedMark: true },
  "marks do not keep hits out": { hitsDespiteFence: true },
};

describe("every interleaving of the protocol (traps 1, 20; section 5)", function () {
  this.timeout(60_000);

  for (const [title, actors] of Object.entries(CASTS)) {
    for (const warm of [false, true]) {
      it(`answers with a value of its time: ${title}, ${warm ? "something" : "nothing"} cached before`, async () => {
        const { orders: count, wrong } = await explore(actors, {}, warm);
        expect(wrong).to.equal(undefined);
        expect(count).to.be.above(500);
      });
    }
  }

  for (const [title, mutation] of Object.entries(MUTANTS)) {
    it(`would notice if ${title}`, async () => {
      const casts = [
        CASTS["two readers and a writer"],
        CASTS["two readers and two writers"],
      ] as (readonly Actor[])[];
      let found: string | undefined;
      for (const actors of casts)
        for (const warm of [true, false]) found ??= (await explore(actors, mutation, warm)).wrong;
      expect(found).to.be.a("string");
    });
  }
});
