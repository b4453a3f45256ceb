import { inScope } from "./core/scope";
import { type Duration, milliseconds } from "./duration";
import { type Ops, opsOf } from "./profiles/profile";

export interface WithCacheOptions {
  /** Replaces the ops of every profile. Default: the profile's. */
  ops?: Ops;
  /** Replaces the timeout of every profile and of manual caching, in milliseconds or as `"15m"`. */
  timeout?: Duration;
}

/** Statements that are started inside `fn` are cached by these settings; entities that forbid caching are not. */
export function withCache<T>(options: WithCacheOptions, fn: () => T): T {
  const { ops, timeout } = options;
  const caching = {
    ops: ops === undefined ? undefined : new Set(opsOf(ops, "withCache.ops")),
    timeout: timeout === undefined ? undefined : milliseconds(timeout, "withCache.timeout"),
  };
  return inScope({ caching, bypass: undefined }, fn);
}

/** Reads that are started inside `fn` go to the database; nothing is stored. */
export function withoutCache<T>(fn: () => T): T {
  return inScope({ bypass: "without-cache" }, fn);
}
