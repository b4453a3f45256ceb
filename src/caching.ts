import { currentScope, inScope } from "./core/scope";
import { type Duration, optionalMilliseconds } from "./duration";
import { checkLoading, eagerness } from "./loading";
import { type Ops, opsOf } from "./profiles/profile";

export interface WithCacheOptions {
  /** Replaces the ops of every profile. Default: those of the enclosing `withCache`, else the profile's. */
  ops?: Ops;
  /**
   * Replaces the timeout of every profile and of manual caching, in milliseconds or as `"15m"`.
   * Default: that of the enclosing `withCache`, else the call's own, else the profile's.
   */
  timeout?: Duration;
  /** Replaces the `lock` of every profile. Default: that of the enclosing `withCache`, else the profile's. */
  lock?: boolean;
  /** Replaces the `earlyRefresh` of every profile. Default: that of the enclosing `withCache`, else the profile's. */
  earlyRefresh?: boolean | number;
}

/** Statements that are started inside `fn` are cached by these settings; entities that forbid caching are not. */
export function withCache<T>(options: WithCacheOptions, fn: () => T): T {
  const { ops, timeout, lock, earlyRefresh } = options;
  checkLoading(options, "withCache");
  const outer = currentScope().caching;
  const caching = {
    ops: ops === undefined ? outer?.ops : new Set(opsOf(ops, "withCache.ops")),
    timeout: optionalMilliseconds(timeout, "withCache.timeout") ?? outer?.timeout,
    lock: lock ?? outer?.lock,
    earlyRefresh: eagerness(earlyRefresh, "withCache.earlyRefresh") ?? outer?.earlyRefresh,
  };
  return inScope({ caching, bypass: undefined }, fn);
}

/** Reads that are started inside `fn` go to the database; nothing is stored. */
export function withoutCache<T>(fn: () => T): T {
  return inScope({ bypass: "without-cache" }, fn);
}
