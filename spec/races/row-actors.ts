import { claimOf } from "../../src/dependencies/claims";
import type { RowChange } from "../../src/dependencies/row-change";
import type { Claim, RecordName, Registry, Version } from "../../src/stores/store";
import {
  type Change,
  type Database,
  entryOf,
  FACTS,
  image,
  joined,
  LISTS,
  moved,
  moveTo,
  POSTS,
  type Query,
  START,
} from "./rows";
import { type Actor, EPOCH, HOUR, LEASE, type Step, type World } from "./world";

/** Readers who rely on rows, and writers who claim what they know of the rows that they change. */
export type Rows = Actor<Database, Mutation>;

/** How the protocol can be got wrong with rows; each has to be noticed. */
export interface Mutation {
  /** An entry does not rely on the rows that only its result tells. */
  readonly untold?: boolean;
  /** The values that a row had are those that the writer has seen some time before. */
  readonly staleImages?: boolean;
  /** A claim says that its writer knew of schemes that it has not looked at. */
  readonly overlookedSchemes?: boolean;
  /** A write is said to have changed nothing, whether it has or not. */
  readonly falselyUnchanged?: boolean;
  readonly withoutFence?: boolean;
}

export function reader(query: Query): Rows {
  return {
    kind: `reader of ${query.name}`,
    steps: (world, mutation) => {
      let since = 0;
      let versions: readonly Version[] = [];
      let loaded = "";
      let done = false;
      const lookup = async (): Promise<void> => {
        since = world.history.length;
        const { snapshot, entry } = await look(world, query);
        versions = snapshot.fenced ? [] : snapshot.versions;
        if (!entry?.current || snapshot.fenced) return;
        done = true;
        world.answer(String(entry.payload), query.see, since);
      };
      const load = async (): Promise<void> => {
        if (done) return;
        loaded = query.see(world.state);
        world.answer(loaded, query.see, since);
      };
      const store = async (): Promise<void> => {
        if (done || versions.length === 0) return;
        const told = mutation.untold ? query.dependencies : (query.tell?.(loaded) ?? query.dependencies);
        const payload = Buffer.from(loaded);
        await world.store.store(entryOf(query), [{ record: EPOCH }, ...told], versions, payload, HOUR);
      };
      return [lookup, load, store];
    },
  };
}

/** A reader that only counts if it hits. */
export function glance(query: Query): Rows {
  return {
    kind: `glance at ${query.name}`,
    steps: (world, mutation) => reader(query).steps(world, mutation).slice(0, 1),
  };
}

function look(world: World<Database>, query: Query) {
  return world.store.lookup(entryOf(query), [{ record: EPOCH }, ...query.dependencies], HOUR, HOUR);
}

/** The record is there, with no scheme: what a writer may know that has written before anybody read. */
export const founder: Rows = {
  kind: "founder",
  steps: (world) => [
    () => {
      const dependencies = [EPOCH, POSTS, LISTS].map((record) => ({ record }));
      return world.store.lookup({ ...entryOf(joined), hash: "founder" }, dependencies, HOUR, HOUR);
    },
  ],
};

/** One writer's claims: with the registry that it has learnt last. */
class Claims {
  #looked: Registry | undefined;
  #known: Registry | undefined;

  constructor(
    private readonly record: RecordName,
    private readonly mutation: Mutation,
  ) {}

  learn(registry: Registry | undefined): void {
    this.#looked ??= registry;
    this.#known = registry;
  }

  of(change: readonly RowChange[] | undefined): Claim {
    const { record, mutation } = this;
    if (!change || mutation.falselyUnchanged) return { record, unchanged: true };
    const known = this.#known;
    const overlooking = known && { stamp: known.stamp, schemes: this.#looked?.schemes ?? [] };
    return claimOf({ record, change, facts: FACTS }, mutation.overlookedSchemes ? overlooking : known, {
      schema: { facts: () => FACTS },
      dialect: "postgres",
    });
  }
}

/** What the writers of a world know before it begins. */
export const learner: Rows = {
  kind: "learner",
  steps: (world) => [
    async () => {
      registriesOf.set(world, await world.store.registries([POSTS, LISTS]));
    },
  ],
};

const registriesOf = new WeakMap<World<Database>, readonly Registry[]>();

function claimsOf(world: World<Database>, { record }: Change, mutation: Mutation): Claims {
  const claims = new Claims(record, mutation);
  const at = record === POSTS ? 0 : 1;
  claims.learn(registriesOf.get(world)?.[at]);
  return claims;
}

/** mark, COMMIT, replace */
export function writer(change: Change): Rows {
  return {
    kind: `writer that ${change.name}`,
    steps: (world, mutation) => {
      const claims = claimsOf(world, change, mutation);
      let exactly: readonly RowChange[] | undefined = change.described;
      return [
        marking(
          world,
          change.name,
          () => claims,
          () => change.described,
          mutation,
        ),
        async () => {
          if (change.exactly) exactly = change.exactly(world.state);
          world.commit(change.apply(world.state));
        },
        () => world.store.replace(change.name, EPOCH, [claims.of(exactly)]),
      ];
    },
  };
}

function marking(
  world: World<Database>,
  name: string,
  claims: () => Claims,
  change: () => readonly RowChange[],
  mutation: Mutation,
  lease = HOUR,
): Step {
  return async () => {
    if (mutation.withoutFence) return;
    const known = await world.store.fence(name, EPOCH, [claims().of(change())], lease);
    claims().learn(known[0]);
  };
}

/** Its process dies after COMMIT, and some time later its lease is over. */
export function dying(change: Change): Rows {
  return {
    kind: "dying",
    steps: (world, mutation) => {
      const claims = claimsOf(world, change, mutation);
      return [
        marking(
          world,
          "dying",
          () => claims,
          () => change.described,
          mutation,
          LEASE,
        ),
        async () => world.commit(change.apply(world.state)),
        async () => world.stage.pass?.(LEASE),
      ];
    },
  };
}

/**
 * Locks the row and reads it; mark; COMMIT, which lets the next one at it; replace. What it read is what it replaces: of
 * two of them, each knows the list that the other one has put the row into.
 */
export function locking(to: string): Rows {
  const change = moveTo(to);
  return {
    kind: `locking writer that ${change.name}`,
    lock: [0, 2],
    steps: (world, mutation) => {
      const claims = claimsOf(world, change, mutation);
      let exactly: readonly RowChange[] = [];
      return [
        async () => {
          const { list } = mutation.staleImages ? START : world.state;
          exactly = moved(image({ id: "1", list }), to);
        },
        marking(
          world,
          change.name,
          () => claims,
          () => exactly,
          mutation,
        ),
        async () => world.commit(change.apply(world.state)),
        () => world.store.replace(change.name, EPOCH, [claims.of(exactly)]),
      ];
    },
  };
}
