import { createRedisStore } from "../../src/stores/redis";
import { type Single, SplitRedis } from "../support/split-redis";
import { ENTRY, TABLE } from "./register";
import { type Actor, EPOCH, HOUR } from "./world";

/**
 * Readers and writers of the register whose calls come to each slot on their own, at any time: the store's own code and
 * its scripts, over a client that keeps its calls back.
 */

export type Slotted = Actor<string, Mutation>;
type Slot = "epoch" | "table";

/** How the protocol can be got wrong; each has to be noticed. */
export interface Mutation {
  readonly withoutFence?: boolean;
}

const DEPENDENCIES = [{ record: EPOCH }, { record: TABLE }];
const CLAIMS = [{ record: TABLE }];

/** The operations of one actor, one after the other, and the calls that they have on their way. */
class Hand {
  private readonly client: SplitRedis;
  readonly store;

  constructor(redis: Single) {
    this.client = new SplitRedis(redis).hold();
    this.store = createRedisStore({ redis: this.client, operationTimeout: HOUR });
  }

  /** Delivers the call to this slot, if there is one. */
  async to(slot: Slot): Promise<void> {
    const call = this.client.pending.find(({ tag }) => tag.includes("/everything:") === (slot === "epoch"));
    await call?.deliver();
  }

  async next(): Promise<void> {
    await this.client.pending[0]?.deliver();
  }

  async rest(): Promise<void> {
    while (this.client.pending.length > 0) await this.next();
  }
}

const other = (slot: Slot): Slot => (slot === "epoch" ? "table" : "epoch");

/** `proving`: the record may be new, and the look-up goes to the epoch again. */
export function reader(redis: Single, first: Slot, { proving = false } = {}): Slotted {
  return {
    kind: `reader, ${first} first`,
    steps: (world) => {
      const hand = new Hand(redis);
      let since = 0;
      let versions: readonly string[] = [];
      let loaded = "";
      let done = false;
      let looked: Promise<void> = Promise.resolve();
      const look = async (): Promise<void> => {
        const { snapshot, entry } = await hand.store.lookup(ENTRY, DEPENDENCIES, HOUR, HOUR);
        versions = snapshot.fenced ? [] : snapshot.versions;
        if (snapshot.fenced || !entry?.current) return;
        done = true;
        world.answer(String(entry.payload), (value) => value, since);
      };
      const begin = async (): Promise<void> => {
        since = world.history.length;
        looked = look();
        await settled();
        await hand.to(first);
      };
      const load = async (): Promise<void> => {
        await hand.rest();
        await looked;
        if (done) return;
        loaded = world.state;
        world.answer(loaded, (value) => value, since);
      };
      const store = async (): Promise<void> => {
        if (done || versions.length === 0) return;
        const stored = hand.store.store(ENTRY, DEPENDENCIES, versions, Buffer.from(loaded), HOUR);
        await settled();
        await hand.to(first);
        await hand.rest();
        await stored;
      };
      const proof = proving ? [() => hand.next(), () => hand.next()] : [];
      return [begin, () => hand.to(other(first)), ...proof, load, store];
    },
  };
}

/** A reader that only counts if it hits. */
export function glance(redis: Single, first: Slot): Slotted {
  return {
    kind: `glance, ${first} first`,
    steps: (world, mutation) => {
      const [begin, end] = reader(redis, first).steps(world, mutation);
      return [begin!, end!];
    },
  };
}

export function writer(redis: Single, name: string, first: Slot, dies = false): Slotted {
  return {
    kind: "writer",
    steps: (world, mutation) => {
      const hand = new Hand(redis);
      let work: Promise<unknown> = Promise.resolve();
      const fence = async (): Promise<void> => {
        if (mutation.withoutFence) return;
        work = hand.store.fence(name, EPOCH, CLAIMS, HOUR);
        await settled();
        await hand.to("epoch");
      };
      const marked = async (): Promise<void> => {
        await hand.rest();
        await work;
      };
      const replace = async (): Promise<void> => {
        work = hand.store.replace(name, EPOCH, CLAIMS);
        await settled();
        await hand.to(first);
      };
      const replaced = async (): Promise<void> => {
        await hand.rest();
        await work;
      };
      const commit = async (): Promise<void> => world.commit(name);
      return dies ? [fence, marked, commit] : [fence, marked, commit, replace, replaced];
    },
  };
}

/** What has been called is sent when its caller has gone on. */
function settled(): Promise<void> {
  return new Promise(setImmediate);
}
