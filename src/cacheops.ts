import type { ObjectLiteral, QueryBuilder } from "typeorm";
import type { Explanation } from "./core/explanation";
import type { CacheopsEmitter, CacheopsEvents } from "./events";
import type { WriteSet } from "./dependencies/writes";

type Listener<E extends keyof CacheopsEvents> = (...args: CacheopsEvents[E]) => void;

export interface CacheopsState {
  enabled: boolean;
}

/** @internal What it is made of. */
export interface CacheopsParts {
  readonly store: string;
  readonly events: CacheopsEmitter;
  readonly state: CacheopsState;
  invalidate(writes: WriteSet): Promise<void>;
  explain(
    statement: QueryBuilder<ObjectLiteral> | string,
    parameters: readonly unknown[],
  ): Promise<Explanation>;
}

/** The cache of one data source, as `cacheopsOf(dataSource)` gives it. */
export class Cacheops {
  /** Name of the store: `"redis"`, `"memory"` (the in-process one), or that of the `store` option. */
  readonly store: string;
  readonly #parts: CacheopsParts;

  /** @internal */
  constructor(parts: CacheopsParts) {
    this.store = parts.store;
    this.#parts = parts;
  }

  /** `false`: reads go to the database, writes still invalidate. Takes effect with the next statement. */
  get enabled(): boolean {
    return this.#parts.state.enabled;
  }

  set enabled(enabled: boolean) {
    this.#parts.state.enabled = enabled;
  }

  /** Listeners are called synchronously, in the asynchronous context of the read or write. */
  on<E extends keyof CacheopsEvents>(event: E, listener: Listener<E>): this {
    this.#parts.events.on(event, listener as never);
    return this;
  }

  once<E extends keyof CacheopsEvents>(event: E, listener: Listener<E>): this {
    this.#parts.events.once(event, listener as never);
    return this;
  }

  off<E extends keyof CacheopsEvents>(event: E, listener: Listener<E>): this {
    this.#parts.events.off(event, listener as never);
    return this;
  }

  /**
   * What the library makes of a statement, which is not run: of a read, whether it would be cached, and which rows and
   * columns of which tables it relies on; of a write, what of that it would drop at present. Asks the store, and may
   * ask the database for its tables. Rejects with `CacheopsConfigError` for what is no statement.
   */
  explain(
    statement: QueryBuilder<ObjectLiteral> | string,
    parameters: readonly unknown[] = [],
  ): Promise<Explanation> {
    return this.#parts.explain(statement, parameters);
  }

  /** @internal Public as `invalidateModel` and its siblings. */
  invalidate(writes: WriteSet): Promise<void> {
    return this.#parts.invalidate(writes);
  }
}
