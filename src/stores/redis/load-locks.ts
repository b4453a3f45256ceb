import { setTimeout as wait } from "node:timers/promises";
import Redlock, { type Lock, ResourceLockedError } from "redlock";
import { CacheopsLockError } from "../../errors";
import type { EntryKey, LoadLocks } from "../store";
import { lockKey } from "./keyspace";
import type { LockNode } from "./lock-node";

export interface LoadLocksOptions {
  /** Milliseconds that a lock outlives its holder's process. */
  readonly lease: number;
  readonly warn: (message: string) => void;
}

// Milliseconds between looks at a lock that somebody else holds. The longest is what a waiter may lose after it is freed.
const FIRST_LOOK = 4;
const LONGEST_LOOK = 20;

/**
 * Locks of loads, by Redlock on one Redis or on several that know nothing of each other. Its own waiting is not used: a
 * lock that was waited for is counted from before the wait. So each attempt is one vote, and who is refused looks now and
 * then, with a cheap command, whether the lock is still there.
 */
export class RedisLoadLocks implements LoadLocks {
  readonly #nodes: readonly LockNode[];
  readonly #options: LoadLocksOptions;
  readonly #quorum: number;
  readonly #releasing = new Set<Promise<unknown>>();

  constructor(nodes: readonly LockNode[], options: LoadLocksOptions) {
    this.#nodes = nodes;
    this.#options = options;
    this.#quorum = Math.floor(nodes.length / 2) + 1;
  }

  /** Rejects with `CacheopsLockError` if no lock could ever be held; not if nodes cannot be reached. */
  async check(): Promise<void> {
    const { lease } = this.#options;
    const trips = await Promise.allSettled(this.#nodes.map((node) => node.roundTrip()));
    const answered = trips.flatMap((trip) => (trip.status === "fulfilled" ? [trip.value] : []));
    // One that was just busy is no reason to refuse to start.
    const fastest = Math.min(...answered);
    if (Number.isFinite(fastest) && fastest >= lease) throw new CacheopsLockError(tooShort(lease, fastest));
  }

  /** Waits for locks that are being released: a process that ends would leave them for their lease. */
  async settle(): Promise<void> {
    await Promise.all(this.#releasing);
  }

  async hold<T>(entry: EntryKey, load: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const lock = await this.#acquire(lockKey(entry));
    if (lock === "taken") return undefined;
    return { value: lock ? await this.#holding(lock, load) : await load() };
  }

  async freed(entry: EntryKey, ms: number): Promise<"freed" | "never held" | "late"> {
    const key = lockKey(entry);
    const until = performance.now() + ms;
    for (let turn = 0; performance.now() < until; turn++) {
      await wait(Math.min(pause(turn), until - performance.now()));
      if (!(await this.#isHeld(key))) return turn === 0 ? "never held" : "freed";
    }
    return "late";
  }

  /** `undefined`: nobody has it, and it cannot be had. */
  async #acquire(key: string): Promise<Lock | "taken" | undefined> {
    const { lease, warn } = this.#options;
    const started = performance.now();
    const redlock = new Redlock(this.#nodes, { retryCount: 0 });
    let taken = false;
    redlock.on("error", (error) => (taken ||= error instanceof ResourceLockedError));
    try {
      const lock = await redlock.acquire([key], lease);
      if (lock.expiration > Date.now()) return lock;
      warn(tooShort(lease, performance.now() - started));
      this.#release(() => lock.release());
      return undefined;
    } catch {
      return taken ? "taken" : undefined;
    }
  }

  async #holding<T>(lock: Lock, load: () => Promise<T>): Promise<T> {
    const { lease } = this.#options;
    let current = lock;
    let extending: Promise<unknown> = Promise.resolve();
    const extend = async (): Promise<void> => {
      current = await current.extend(lease);
    };
    // One that fails is tried again. A lock that is lost costs somebody a second load, and nothing else.
    const timer = setInterval(() => {
      extending = extending.then(extend).catch(() => undefined);
    }, lease / 3);
    timer.unref();
    try {
      return await load();
    } finally {
      clearInterval(timer);
      this.#release(() => extending.then(() => current.release()));
    }
  }

  /** Behind the holder's back: it has its result. */
  #release(release: () => Promise<unknown>): void {
    const releasing = release()
      .catch(() => undefined)
      .finally(() => this.#releasing.delete(releasing));
    this.#releasing.add(releasing);
  }

  /** By a majority; decided as soon as it is, whatever hangs. */
  #isHeld(key: string): Promise<boolean> {
    return new Promise((resolve) => {
      let left = this.#nodes.length;
      let held = 0;
      for (const node of this.#nodes)
        void node.holds(key).then((holds) => {
          left--;
          if (holds) held++;
          if (held >= this.#quorum) resolve(true);
          else if (held + left < this.#quorum) resolve(false);
        });
    });
  }
}

/** Of different lengths, so that who came at one time does not come back at one time. */
function pause(turn: number): number {
  return Math.min(FIRST_LOOK * 2 ** turn, LONGEST_LOOK) * (0.5 + Math.random() / 2);
}

function tooShort(lease: number, roundTrip: number): string {
  return (
    `lockLease: a lock of ${lease} ms has run out before Redis's answer arrives, which took ${Math.ceil(roundTrip)} ms: ` +
    `nobody can hold one. Give a longer lockLease, at least ten times the round trip, or Redis nodes that are nearer.`
  );
}
