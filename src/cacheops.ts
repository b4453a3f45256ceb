import type { CacheopsEmitter, CacheopsEvents } from "./events";
import type { WriteSet } from "./dependencies/writes";

type Listener<E extends keyof CacheopsEvents> = (...args: CacheopsEvents[E]) => void;

export interface CacheopsState {
  enabled: boolean;
}

/** The cache of one data source, as `cacheopsOf(dataSource)` gives it. */
export class Cacheops {
  /** Name of the store: `"redis"`, `"memory"` (the in-process one), or that of the `store` option. */
  readonly store: string;
  readonly #events: CacheopsEmitter;
  readonly #state: CacheopsState;
  readonly #invalidate: (writes: WriteSet) => Promise<void>;

  /** @internal */
  constructor(
    store: string,
    events: CacheopsEmitter,
    state: CacheopsState,
    invalidate: (writes: WriteSet) => Promise<void>,
  ) {
    this.store = store;
    this.#events = events;
    this.#state = state;
    this.#invalidate = invalidate;
  }

  /** `false`: reads go to the database, writes still invalidate. Takes effect with the next statement. */
  get enabled(): boolean {
    return this.#state.enabled;
  }

  set enabled(enabled: boolean) {
    this.#state.enabled = enabled;
  }

  /** Listeners are called synchronously, in the asynchronous context of the read or write. */
  on<E extends keyof CacheopsEvents>(event: E, listener: Listener<E>): this {
    this.#events.on(event, listener as never);
    return this;
  }

  once<E extends keyof CacheopsEvents>(event: E, listener: Listener<E>): this {
    this.#events.once(event, listener as never);
    return this;
  }

  off<E extends keyof CacheopsEvents>(event: E, listener: Listener<E>): this {
    this.#events.off(event, listener as never);
    return this;
  }

  /** @internal Public as `invalidateModel` and its siblings. */
  invalidate(writes: WriteSet): Promise<void> {
    return this.#invalidate(writes);
  }
}
