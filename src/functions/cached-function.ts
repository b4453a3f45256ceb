import type { Duration } from "../duration";

/** A function that can be cached: reading files takes promises. */
export type AsyncFunction = (...args: never[]) => Promise<unknown>;

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

/**
 * The function, and beside it what concerns the stored result of the same arguments. Where a `key` of a
 * method uses `this`, give it: `report.rows.invalidate.call(report, 2024)`.
 */
export type CachedFunction<F extends AsyncFunction> = F & {
  /** Whoever calls from now on computes anew, in this process and every other. */
  invalidate(...args: Parameters<F>): Promise<void>;
  /** Computes now, and stores the result in the place of the old one. */
  refresh(...args: Parameters<F>): ReturnType<F>;
  /** What is stored; `undefined` if nothing is. Computes nothing. */
  peek(...args: Parameters<F>): Promise<Awaited<ReturnType<F>> | undefined>;
  /** The key of the result, for `get`, `set` and `delete` of the cache. */
  key(...args: Parameters<F>): string;
};

/** Wraps a function; as a decorator, legacy or standard, a method. */
export interface FileCached {
  <F extends AsyncFunction>(fn: F): CachedFunction<F>;
  <F extends AsyncFunction>(method: F, context: MethodContext): CachedFunction<F>;
  <F extends AsyncFunction>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/** The part of a standard decorator's context that is used here. */
export interface MethodContext {
  readonly kind: string;
  readonly name: string | symbol;
  readonly private: boolean;
  addInitializer(initializer: (this: never) => void): void;
}
