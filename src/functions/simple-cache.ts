import type { DataSource } from "typeorm";
import type { Duration } from "../duration";
import { CacheopsUnsupportedError } from "../errors";
import type { CachedOptions, FunctionCaching } from "./cached-function";

/**
 * Values of the user's own in the store of a data source, under its prefix. Values keep their types (Date, Buffer,
 * bigint, Map, Set, undefined, entities …); instances of other classes are refused.
 */
export interface SimpleCache {
  /** `undefined` for a miss. A store that cannot be reached is one. */
  get(key: string): Promise<unknown>;
  /**
   * Rejects with `CacheopsStoreError` if the store fails, with `CacheopsUnsupportedError` for a value of an unknown
   * class or of more than `maxEntrySize` bytes; the old value does not stay then.
   *
   * @param timeout How long it is kept, in milliseconds or as `"15m"`. Default: that of the data source's `defaults`.
   */
  set(key: string, value: unknown, timeout?: Duration): Promise<void>;
  /** Rejects with `CacheopsStoreError` if the store fails. */
  delete(key: string): Promise<void>;
  /** As the function `cached`, in the store of this data source. Its `key(...)` is one for `get`, `set` and `delete`. */
  cached(options?: Omit<CachedOptions, "dataSource">): FunctionCaching;
}

export function simpleCache(_dataSource: DataSource): SimpleCache {
  throw new CacheopsUnsupportedError("simpleCache is being built.");
}
