import type { Duration } from "../duration";
import type { Ops, ProfileOptions } from "./profile";

// Registered, so that a class decorated through one copy of the package is known to every copy.
const PROFILE = Symbol.for("typeorm-cacheops:profile");

/**
 * Gives an entity class its caching profile. `@Cached(null)` forbids caching it, by hand too.
 * Subclasses (single table inheritance) inherit the profile unless they have one of their own.
 * Options of the data source (`profiles`) override it.
 *
 * @example `@Cached("get", "15m")`, `@Cached(["get", "count"], 60_000)`, `@Cached({ ops: "all" })`
 */
export function Cached(options: ProfileOptions | null): CachedDecorator;
export function Cached(ops: Ops, timeout?: Duration, options?: ProfileOptions): CachedDecorator;
export function Cached(
  first: Ops | ProfileOptions | null,
  timeout?: Duration,
  options?: ProfileOptions,
): CachedDecorator {
  const profile = isOps(first) ? { ...options, ops: first, timeout: timeout ?? options?.timeout } : first;
  return (target) => {
    Object.defineProperty(target, PROFILE, { value: profile, configurable: true });
  };
}

/** Works as TypeScript's legacy and as a standard class decorator. */
export type CachedDecorator = (target: object, context?: unknown) => void;

/** `undefined`: not decorated; `null`: `@Cached(null)`. */
export function declaredProfile(target: unknown): ProfileOptions | null | undefined {
  if (typeof target !== "function") return undefined;
  return (target as { [PROFILE]?: ProfileOptions | null })[PROFILE];
}

function isOps(value: Ops | ProfileOptions | null): value is Ops {
  return typeof value === "string" || Array.isArray(value);
}
