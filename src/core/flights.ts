/** A result and, if others may have it, its payload. */
export interface Landed<T> {
  readonly result: T;
  readonly payload: Buffer | undefined;
  /** It is stored and all that it relies on is in the key: who has just missed it may have it, too. */
  readonly lingers: boolean;
}

interface Flight {
  readonly payload: Promise<Buffer | undefined>;
  /** The leader had its connection when it began, so it waits for none. */
  readonly connected: boolean;
}

/**
 * Loads under way in this process: identical ones are one load. The key holds the versions that the
 * caller has just read, so whoever joins knows that nothing has changed between the start of that
 * load and its own call: the result is as good as one of its own.
 */
export class Flights {
  readonly #flights = new Map<string, Flight>();
  readonly #looking = new Set<Promise<unknown>>();

  /** Whoever looks whether something is stored, and loads it if not. */
  async looking<T>(lookup: Promise<T>): Promise<T> {
    this.#looking.add(lookup);
    try {
      return await lookup;
    } finally {
      this.#looking.delete(lookup);
    }
  }

  /**
   * The payload of a load under way, itself `undefined` if it turns out that it cannot be shared.
   * A caller that holds a connection is not let wait for a leader that may be waiting for one: with
   * a pool of one that would be for ever.
   */
  join(key: string, connected: boolean): Promise<Buffer | undefined> | undefined {
    const flight = this.#flights.get(key);
    return flight && (flight.connected || !connected) ? flight.payload : undefined;
  }

  has(key: string): boolean {
    return this.#flights.has(key);
  }

  async lead<T>(key: string, connected: boolean, load: () => Promise<Landed<T>>): Promise<T> {
    const loading = load();
    const payload = loading.then(
      (loaded) => loaded.payload,
      () => undefined,
    );
    const flight = { payload, connected };
    this.#flights.set(key, flight);
    // Only our own: a second leader (one that may not join) can have taken the place meanwhile.
    const drop = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    try {
      const landed = await loading;
      if (landed.lingers) void this.#answered().then(drop);
      else drop();
      return landed.result;
    } catch (error) {
      drop();
      throw error;
    }
  }
  /**
   * 1. a look-up: a miss. 2. ours is stored. 3. the answer of 1 arrives. Who has missed it is to find it here; the versions
   * that it saw say that it may. What is not stored has to be loaded by somebody who may store it.
   */
  async #answered(): Promise<void> {
    await Promise.allSettled(this.#looking);
    // Until those who have looked have gone on to load.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
