/**
 * Loads under way in this process: identical ones are one load. The key holds the versions that the
 * caller has just read, so whoever joins knows that nothing has changed between the start of that
 * load and its own call: the result is as good as one of its own.
 */
export class Flights {
  readonly #flights = new Map<string, Promise<Buffer | undefined>>();

  /** The payload of a load under way; `undefined` if there is none or it could not be shared. */
  join(key: string): Promise<Buffer | undefined> | undefined {
    return this.#flights.get(key);
  }

  /** `load` answers with its result and, if others may have it, its payload. */
  async lead<T>(key: string, load: () => Promise<{ result: T; payload: Buffer | undefined }>): Promise<T> {
    const loading = load();
    const flight = loading.then(
      ({ payload }) => payload,
      () => undefined,
    );
    this.#flights.set(key, flight);
    try {
      return (await loading).result;
    } finally {
      // Only our own: a second leader (one that may not join) can have taken the place meanwhile.
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    }
  }
}
