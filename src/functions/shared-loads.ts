import type { Reservation } from "./entry-files";
import type { FileValues, Found } from "./file-values";

/** What a function does when nothing is stored, and for how long its result is. */
export interface Load {
  readonly run: () => Promise<unknown>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** One load under way in this process, which identical calls share. */
interface Flight {
  /** Undefined if the value was found, and nothing has to be loaded. */
  readonly loading: Promise<Loading | undefined>;
}

interface Loading {
  /** Undefined if the files failed. */
  readonly reservation: Reservation | undefined;
  readonly loaded: Promise<Loaded>;
  /** `unstored`: the load or the storing failed, and what it gave is all that there is. */
  readonly state: "under way" | "settled" | "unstored";
}

interface Loaded extends Found {
  readonly payload: Buffer;
}

/**
 * Answers calls from the files, else by loading. Identical calls in a process are one load, unless the key
 * has been invalidated, by whatever process, since that load began.
 */
export class SharedLoads {
  readonly #flights = new Map<string, Flight>();
  readonly #values: FileValues;

  constructor(values: FileValues) {
    this.#values = values;
  }

  async call(key: string, load: Load): Promise<unknown> {
    for (;;) {
      const flight = this.#flights.get(key);
      // No await between the look and the take-off.
      const answer = await (flight ? this.#join(key, flight) : this.#lead(key, load));
      if (answer) return answer.value;
    }
  }

  /** Loads whatever is stored. Once it has returned the old value is gone, even if the new one was not stored. */
  async refresh(key: string, load: Load): Promise<unknown> {
    await this.#values.files.dropLoads(key);
    const loading = await this.#begin(key, load);
    const flight: Flight = { loading: Promise.resolve(loading) };
    this.#flights.set(key, flight);
    try {
      const { value } = await loading.loaded;
      if (loading.state === "unstored") await this.#values.files.remove(key);
      return value;
    } finally {
      this.#land(key, flight);
    }
  }

  async #lead(key: string, load: Load): Promise<Found> {
    let found: Found | undefined;
    const flight: Flight = {
      loading: this.#values.find(key).then((value) => {
        found = value;
        return value ? undefined : this.#begin(key, load);
      }),
    };
    this.#flights.set(key, flight);
    try {
      const loading = await flight.loading;
      return loading ? await loading.loaded : (found as Found);
    } finally {
      this.#land(key, flight);
    }
  }

  /** Undefined if the flight gives no answer that this caller may have; it is over then. */
  async #join(key: string, flight: Flight): Promise<Found | undefined> {
    // The leader may have looked before an invalidation that this caller knows to be done.
    const found = await this.#values.find(key);
    if (found) return found;
    const loading = await flight.loading;
    if (loading && (await this.#mayShare(loading))) {
      const { payload } = await loading.loaded;
      return { value: this.#values.codec.decode(payload) };
    }
    this.#land(key, flight);
    return undefined;
  }

  async #mayShare(loading: Loading): Promise<boolean> {
    const { reservation } = loading;
    const pending = reservation === undefined || (await this.#values.files.isPending(reservation));
    return pending || loading.state === "unstored";
  }

  async #begin(key: string, { run, timeout }: Load): Promise<Loading> {
    const reservation = await this.#values.attempt(() => this.#values.files.reserve(key));
    const loading = { reservation, state: "under way" as Loading["state"] };
    const finish = async (): Promise<Loaded> => {
      try {
        const value = await run();
        const payload = this.#values.codec.encode(value);
        loading.state = (await this.#stored(reservation, payload, timeout)) ? "settled" : "unstored";
        return { value, payload };
      } catch (error) {
        loading.state = "unstored";
        throw error;
      } finally {
        // Not before the state tells so: whoever joins must not take this for an invalidation.
        if (reservation && loading.state === "unstored") await this.#release(reservation);
      }
    };
    const loaded = finish();
    loaded.catch(() => undefined); // whoever waits for it handles it
    return Object.assign(loading, { loaded });
  }

  /** False if the files failed. An invalidation in the meantime is none of their failures. */
  async #stored(reservation: Reservation | undefined, payload: Buffer, timeout: number): Promise<boolean> {
    if (!reservation) return false;
    const stored = await this.#values.attempt(() => this.#values.store(reservation, payload, timeout));
    return stored !== undefined;
  }

  async #release(reservation: Reservation): Promise<void> {
    await this.#values.attempt(() => this.#values.files.release(reservation));
  }

  #land(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
