import { randomUUID } from "node:crypto";
import type { CacheStore, Part, RecordName } from "../../src/stores/store";

/**
 * Readers and writers of a database, step by step, in every order that their steps can take. What is asserted of
 * every answer is the promise itself: the database could have given it between call and answer.
 */

// Of its own for each process: two runs may share a Redis.
export const NAMESPACE = { prefix: `explored-${randomUUID()}`, database: "database" };
export const EPOCH: RecordName = { namespace: NAMESPACE, kind: "everything", name: "" };
export const LEASE = 10_000;
export const HOUR = 3_600_000;

/** A key of the store that can vanish on its own. */
export interface Lost {
  readonly record: RecordName;
  /** Absent: the record's own. */
  readonly part?: Part | undefined;
}

/** Where one order of steps takes place: an empty store of its own, and what can happen to it. */
export interface Stage {
  readonly store: CacheStore;
  /** Moves the store's clock. */
  pass?(ms: number): void;
  lose?(lost: readonly Lost[]): Promise<unknown>;
}

export class World<State> {
  readonly history: State[];
  wrong: string | undefined;

  constructor(
    readonly stage: Stage,
    start: State,
  ) {
    this.history = [start];
  }

  get store(): CacheStore {
    return this.stage.store;
  }

  get state(): State {
    return this.history[this.history.length - 1] as State;
  }

  commit(state: State): void {
    this.history.push(state);
  }

  /** `since`: length of the history when the read was called. */
  answer(value: string, see: (state: State) => string, since: number): void {
    if (this.history.slice(since - 1).some((state) => see(state) === value)) return;
    this.wrong ??= `${value} of ${this.history.map(see).join()}`;
  }
}

export type Step = () => Promise<unknown>;

/** Of actors of one kind it makes no difference which is which. */
export interface Actor<State, Mutation> {
  readonly kind: string;
  readonly steps: (world: World<State>, mutation: Mutation) => readonly Step[];
  /** The steps with which it takes a lock and gives it back: of two who want it, one waits. */
  readonly lock?: readonly [taken: number, returned: number];
}

interface Turns {
  readonly steps: number;
  readonly kind: string;
  readonly lock: readonly [number, number] | undefined;
}

/** Every order of steps; of actors of the same kind, the first to begin is always the same one. */
function* orders(actors: readonly Turns[]): Generator<readonly number[]> {
  const done = actors.map(() => 0);
  const order: number[] = [];
  const isHeld = ({ lock }: Turns, at: number): boolean =>
    !!lock && (done[at] as number) > lock[0] && (done[at] as number) <= lock[1];
  const mayBegin = ({ kind }: Turns, at: number): boolean =>
    actors.every((each, other) => each.kind !== kind || other >= at || done[other] !== 0);
  const mayRun = (actor: Turns, at: number): boolean => {
    if (done[at] === actor.steps || (done[at] === 0 && !mayBegin(actor, at))) return false;
    return done[at] !== actor.lock?.[0] || !actors.some((each, other) => other !== at && isHeld(each, other));
  };
  function* visit(): Generator<readonly number[]> {
    if (actors.every(({ steps }, at) => done[at] === steps)) yield order;
    for (const [at, actor] of actors.entries()) {
      if (!mayRun(actor, at)) continue;
      done[at] = (done[at] as number) + 1;
      order.push(at);
      yield* visit();
      order.pop();
      done[at] = done[at] - 1;
    }
  }
  yield* visit();
}

export interface Explored {
  readonly orders: number;
  readonly wrong: string | undefined;
}

export interface Exploration<State, Mutation> {
  readonly start: State;
  readonly mutation: Mutation;
  /** Run before all others, one after the other. */
  readonly before?: readonly Actor<State, Mutation>[];
  /** And after them. */
  readonly after: readonly Actor<State, Mutation>[];
}

/** Runs the actors' steps in every order; stops at the first wrong answer. */
export async function explore<State, Mutation>(
  actors: readonly Actor<State, Mutation>[],
  stage: () => Promise<Stage> | Stage,
  { start, mutation, before = [], after }: Exploration<State, Mutation>,
): Promise<Explored> {
  const turns = actors.map(({ steps, kind, lock }): Turns => {
    return { steps: steps(new World({} as Stage, start), mutation).length, kind, lock };
  });
  let count = 0;
  for (const order of orders(turns)) {
    count++;
    const world = new World(await stage(), start);
    for (const each of before) await runAll(each.steps(world, mutation));
    const steps = actors.map((actor) => [...actor.steps(world, mutation)]);
    for (const actor of order) await steps[actor]?.shift()?.();
    for (const each of after) await runAll(each.steps(world, mutation));
    if (world.wrong !== undefined) return { orders: count, wrong: `${world.wrong} after ${order.join("")}` };
  }
  return { orders: count, wrong: undefined };
}

async function runAll(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step();
}

/** The store drops keys at one moment: evicted, deleted, flushed. */
export function lossOf<State, Mutation>(...lost: Lost[]): Actor<State, Mutation> {
  return { kind: "loss", steps: (world) => [async () => world.stage.lose?.(lost)] };
}
