import type { DataSource } from "typeorm";
import { type Duration, milliseconds } from "../duration";
import { wrongOption } from "../wrong-option";
import { cached } from "./cached-as";
import type { CachedOptions, FunctionCaching } from "./cached-function";
import { installationFor } from "./chosen-data-source";

/**
 * Values of the user's own in the store of a data source, under its prefix. Values keep their types (Date, Buffer,
 * bigint, Map, Set, undefined, entities …); instances of other classes are refused.
 *
 * They stay until their timeout, whatever is written or invalidated: `invalidateAll()` takes none of them.
 * `dataSource.queryResultCache.clear()` does, as everything under the prefix.
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
  /**
   * As the function `cached`, in the store of this data source. Its `key(...)` is one for `get`, `set` and `delete`.
   * What functions gave is computed anew after `invalidateAll()`.
   */
  cached(options?: Omit<CachedOptions, "dataSource">): FunctionCaching;
}

/**
 * The data source has to be initialised when the cache is used, not when it is made: until then everything rejects with
 * `CacheopsConfigError`.
 */
export function simpleCache(dataSource: DataSource): SimpleCache {
  const values = () => installationFor([], dataSource, "simpleCache").values;
  return {
    get: async (key) => values().get(checked(key)),
    set: async (key, value, timeout) => {
      const own = values();
      const kept = timeout === undefined ? own.timeout : milliseconds(timeout, "set: timeout");
      return own.set(checked(key), value, kept);
    },
    delete: async (key) => values().delete(checked(key)),
    cached: (options) => cached({ ...options, dataSource }),
  };
}

function checked(key: unknown): string {
  if (typeof key === "string") return key;
  throw wrongOption("key", key, "a string");
}
