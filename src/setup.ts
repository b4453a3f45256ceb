import type { DataSource } from "typeorm";
import type { QueryResultCache } from "typeorm/cache/QueryResultCache";
import type { Cacheops } from "./cacheops";
import { CacheopsConfigError } from "./errors";
import type { CacheopsOptions } from "./options";
import { CacheopsProvider } from "./typeorm/provider";
import { installedOn } from "./typeorm/registry";

/** The value of a data source's `cache` option. */
export interface CacheopsCacheOption {
  readonly provider: (dataSource: DataSource) => QueryResultCache;
}

/**
 * The whole installation: `new DataSource({ …, cache: cacheops({ redis }) })`. Wrong options throw
 * `CacheopsConfigError` at `initialize()`.
 */
export function cacheops(options: CacheopsOptions = {}): CacheopsCacheOption {
  return { provider: (dataSource) => new CacheopsProvider(dataSource, options) };
}

/** The cache of an initialised data source, for events and switches. Throws if it has none. */
export function cacheopsOf(dataSource: DataSource): Cacheops {
  const installation = installedOn(dataSource);
  if (installation) return installation.cacheops;
  throw new CacheopsConfigError(
    "The data source is not initialised, or it has no `cache: cacheops(…)` option.",
  );
}
