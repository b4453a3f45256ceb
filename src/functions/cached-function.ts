import type { DataSource } from "typeorm";
import type { Duration } from "../duration";

/** A function that can be cached in place: one that returns a promise. */
export type AsyncFunction = (...args: never[]) => Promise<unknown>;

/** A function that can be wrapped. What it returns need not be a promise; what its wrapper returns is one. */
export type AnyFunction = (...args: never[]) => unknown;

export interface FileCachedOptions {
  /** How long a result is kept. Default: the cache's timeout. */
  timeout?: Duration;
  /** What results depend on besides the arguments and is known now: a tenant, a version, what `fn` closes over. */
  extra?: unknown;
  /**
   * Gives the value that counts instead of the arguments, of which it is called with all, and with `this`.
   * For arguments that cannot be keyed, or do not matter.
   */
  key?: (...args: never[]) => unknown;
}

/** How results come to be loaded where several want them, or they are about to expire. */
export interface LoadingOptions {
  /**
   * `true`: where several processes want the same at one time, one of them runs the function, and the others wait for what
   * it stores, at most for the option `lockTimeout`. It costs three commands more where nothing is stored. Within a process
   * identical calls are one in any case. A call in a transaction never waits. Default: `false`.
   */
  lock?: boolean;
  /**
   * Now and then a caller runs the function before its result expires, the likelier the longer that took and the sooner it
   * expires, and all others go on being given what is stored. `true`, or a factor: above 1 earlier, below 1 later.
   * Default: `false`.
   */
  earlyRefresh?: boolean | number;
}

export interface CachedOptions extends FileCachedOptions, LoadingOptions {
  /** How long a result is kept, in milliseconds or as `"15m"`. Default: that of the data source's `defaults`. */
  timeout?: Duration;
  /** Whose store keeps the results. Default: the only initialised data source that has a cache. */
  dataSource?: DataSource;
}

export interface CachedAsOptions extends FileCachedOptions, LoadingOptions {
  /**
   * How long a result is kept at most, in milliseconds or as `"15m"`. Default: the shortest of the samples' profiles,
   * with `"auto"` of the entities that were read; without a profile that of the data source's `defaults`.
   */
  timeout?: Duration;
  /** Whose store keeps the results. Default: the only initialised data source with a cache that knows the samples. */
  dataSource?: DataSource;
  /**
   * A result is not stored if something that it depends on changed while the function ran. That is always so:
   * `true`, the default, says it once more, and `false` throws `CacheopsConfigError`.
   */
  keepFresh?: boolean;
  /**
   * How long, in milliseconds or as `"30s"`, a result that went stale may still be given to those who ask for it while
   * one caller computes the new one. They do not wait, and may be told what is not so any more: it trades the promise
   * that cached answers are current away. Counted from when this process last knew the result to be current, so a
   * function that is seldom called gains nothing. Default: not at all.
   */
  staleFor?: Duration;
}

/** The type of a function's wrapper: its own, unless it returns something else than a promise. */
export type Promising<F extends AnyFunction> =
  ReturnType<F> extends Promise<unknown>
    ? F
    : (this: ThisParameterType<F>, ...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>>;

/**
 * The function, and beside it what concerns the stored result of the same arguments. Where a `key` or samples of a
 * method use `this`, give it: `report.rows.invalidate.call(report, 2024)`.
 */
export type CachedFunction<F extends AnyFunction> = Promising<F> & {
  /** Whoever calls from now on computes anew, in this process and every other. */
  invalidate(...args: Parameters<F>): Promise<void>;
  /** Computes now, and stores the result in the place of the old one. */
  refresh(...args: Parameters<F>): Promise<Awaited<ReturnType<F>>>;
  /** What is stored; `undefined` if nothing is. Computes nothing. */
  peek(...args: Parameters<F>): Promise<Awaited<ReturnType<F>> | undefined>;
  /** The key of the result: of `cached` and `fileCache` for `get`, `set` and `delete` of the cache. */
  key(...args: Parameters<F>): string;
};

/** A decorator, legacy or standard, of a method that returns a promise. */
export interface MethodCaching {
  <F extends AsyncFunction>(method: F, context: MethodContext): CachedFunction<F>;
  <F extends AsyncFunction>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/** Wraps a function; as a decorator, legacy or standard, a method that returns a promise. */
export interface FunctionCaching extends MethodCaching {
  <F extends AnyFunction>(fn: F): CachedFunction<F>;
}

/** Wraps a function that returns a promise; as a decorator, legacy or standard, a method. */
export interface FileCached extends MethodCaching {
  <F extends AsyncFunction>(fn: F): CachedFunction<F>;
}

/** The part of a standard decorator's context that is used here. */
export interface MethodContext {
  readonly kind: string;
  readonly name: string | symbol;
  readonly private: boolean;
  addInitializer(initializer: (this: never) => void): void;
}
