/** A result and, if others may have it, its payload. */
export interface Landed<T> {
  readonly result: T;
  readonly payload: Buffer | undefined;
  readonly stored: boolean;
  /** All that it relies on is in the key: once it is stored, who has missed it before may have it, too; else find it. */
  readonly told: boolean;
}

/** A load that one may wait for. */
export interface Flight {
  /** `undefined` if it turns out that it cannot be shared. */
  readonly payload: Promise<Buffer | undefined>;
  /** It is over, and what it gave can be found in the store. */
  readonly stored: boolean;
  /** The leader had its connection when it began, so it waits for none. */
  readonly connected: boolean;
}

const NONE: Promise<undefined> = Promise.resolve(undefined);

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
   * A caller that holds a connection is not let wait for a leader that may be waiting for one: with
   * a pool of one that would be for ever.
   */
  join(key: string, connected: boolean): Flight | undefined {
    const flight = this.#flights.get(key);
    return flight && (flight.connected || !connected) ? flight : undefined;
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
    let flight: Flight = { payload, stored: false, connected };
    this.#flights.set(key, flight);
    // Only our own: a second leader (one that may not join) can have taken the place meanwhile.
    const isOurs = (): boolean => this.#flights.get(key) === flight;
    const drop = (): void => void (isOurs() && this.#flights.delete(key));
    try {
      const landed = await loading;
      if (landed.stored && isOurs()) {
        flight = { payload: landed.told ? payload : NONE, stored: true, connected: true };
        this.#flights.set(key, flight);
        void this.#answered().then(drop);
      } else drop();
      return landed.result;
    } catch (error) {
      drop();
      throw error;
    }
  }
  /**
   * 1. a look-up: a miss. 2. ours is stored. 3. the answer of 1 arrives. Who has missed it is to find it here, if the versions
   * that it saw say that it may, or to look once more. What is not stored has to be loaded by somebody who may store it.
   */
  async #answered(): Promise<void> {
    await Promise.allSettled(this.#looking);
    // Until those who have looked have gone on to load.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
