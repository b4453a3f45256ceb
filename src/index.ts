export { cacheops, cacheopsOf, type CacheopsCacheOption } from "./setup";
export type { Cacheops } from "./cacheops";
export { Cached, type CachedDecorator } from "./profiles/cached";
export type { Op, Ops, ProfileOptions } from "./profiles/profile";
export type { Profiles } from "./profiles/match";
export type { CacheopsOptions, PrefixContext } from "./options";
export type { Duration } from "./duration";
export { withCache, withoutCache, type WithCacheOptions } from "./caching";
export {
  invalidateAll,
  invalidateModel,
  invalidateObj,
  invalidateWhere,
  invalidatedUpdate,
  noInvalidation,
  postponeInvalidation,
  type Entity,
  type InvalidateOptions,
} from "./invalidation";
export type {
  BypassReason,
  CacheopsEvents,
  DegradeEvent,
  InvalidateEvent,
  Outcome,
  ReadEvent,
} from "./events";
export { fileCache, type FileCache, type FileCacheOptions } from "./functions/file-cache";
export { cacheKey, type Keyed } from "./functions/argument-key";
export { cached, cachedAs } from "./functions/cached-as";
export { cachedFragment, invalidateFragment, type FragmentOptions } from "./functions/fragments";
export { lastInvalidation } from "./functions/last-invalidation";
export type { Sample, SampleRows, Samples } from "./functions/samples";
export { simpleCache, type SimpleCache } from "./functions/simple-cache";
export type {
  AnyFunction,
  AsyncFunction,
  CachedAsOptions,
  CachedFunction,
  CachedOptions,
  FileCached,
  FileCachedOptions,
  FunctionCaching,
  LoadingOptions,
  MethodCaching,
  MethodContext,
  Promising,
} from "./functions/cached-function";
export type { Codec } from "./core/codec";
export type {
  ClusterOption,
  ReadyClient,
  ReadyIoredis,
  ReadyIoredisCluster,
  ReadyRedisClient,
  ReadyRedisCluster,
  ReadyRedisSentinel,
  RedisOption,
  SentinelOption,
} from "./stores/redis";
export { createMemoryStore, type MemoryStoreOptions } from "./stores/memory";
export { createRedisStore, type RedisStoreOptions } from "./stores/redis";
export { StoreFullError } from "./stores/store";
export type {
  CacheStore,
  Claim,
  Dependency,
  EntryKey,
  Freshness,
  LoadLocks,
  Lookup,
  Namespace,
  Part,
  RecordName,
  Registry,
  Scheme,
  Snapshot,
  Version,
} from "./stores/store";
export type {
  DependencyExplanation,
  DropExplanation,
  Explanation,
  ReadExplanation,
  WriteExplanation,
} from "./core/explanation";
export {
  CacheopsConfigError,
  CacheopsError,
  CacheopsLockError,
  CacheopsStoreError,
  CacheopsUnsupportedError,
} from "./errors";
