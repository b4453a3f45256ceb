import type { EntryKey, LoadLocks } from "../stores/store";

// Loads of others that one waits for. The second is for one whose process died, that failed, or that was overtaken by a
// write; what two could not store, a third will not either, and waiting for one after another would be a queue.
const PATIENCE = 2;

/**
 * One load at a time for an entry, across processes. Nothing rests on it but the number of loads: what may be stored,
 * and what is a hit, the versions say, whoever holds a lock or has lost one.
 */
export class DogPileGuard {
  readonly #locks: LoadLocks | undefined;
  readonly #timeout: number;

  /** @param timeout Milliseconds that one waits for others at most. */
  constructor(locks: LoadLocks | undefined, timeout: number) {
    this.#locks = locks;
    this.#timeout = timeout;
  }

  /**
   * `load` has to look again: somebody may have stored the result between its caller's look and the lock. `reread` gives
   * what is stored by now, if anything is.
   */
  async run<T>(entry: EntryKey, load: () => Promise<T>, reread: () => Promise<T | undefined>): Promise<T> {
    if (!this.#locks) return load();
    const until = performance.now() + this.#timeout;
    for (let patience = PATIENCE; patience > 0;) {
      const held = await this.#locks.hold(entry, load);
      if (held) return held.value;
      const end = await this.#locks.freed(entry, until - performance.now());
      if (end === "late") break;
      if (end === "freed") patience--;
      const found = await reread();
      if (found !== undefined) return found;
    }
    return load();
  }

  /** `undefined` if somebody else is loading it. */
  async attempt<T>(entry: EntryKey, load: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    return this.#locks ? this.#locks.hold(entry, load) : { value: await load() };
  }
}
