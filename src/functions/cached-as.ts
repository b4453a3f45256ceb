import { optionalMilliseconds } from "../duration";
import { CacheopsConfigError } from "../errors";
import { checkLoading, eagerness } from "../loading";
import { wrongOption } from "../wrong-option";
import { createCached } from "./cached";
import type { CachedAsOptions, CachedOptions, FunctionCaching, LoadingOptions } from "./cached-function";
import type { Samples } from "./samples";
import { callsOn, type StoredCallOptions } from "./stored-calls";

/**
 * Caches a function or a method in the store of a data source until something changes that it depends on, at most for
 * its timeout. Null and undefined are results, a throw is none; identical calls of a process at one time are one.
 *
 * `"auto"`: it depends on what it reads through the data source while it runs, `query()` included, be it cached itself
 * or not. If it reads what cannot be relied on (volatile functions, locks, tables that no entity declares, rows of its
 * own transaction), or writes, its result is returned and not stored; the `read` event says why.
 *
 * Results are told apart by the function's class, name and text, by all arguments and by the samples; not by `this`, nor
 * by what the function closes over (see `extra` and `key`). Results keep their types, entities their classes; with
 * values of other classes they are returned and not stored, and a warning names the class.
 *
 * A wrapped function always returns a promise, as the store has to be asked. Inside a transaction that has written it
 * simply runs, and so it does in `withoutCache` and where the store fails.
 *
 * Calls reject with `CacheopsConfigError` while no initialised data source knows the samples, or where several do and
 * `dataSource` does not say which; with `CacheopsError` for an argument that cannot be keyed.
 *
 * @example `const top = cachedAs(Article, { timeout: "5m" })(async (n: number) => …)`
 * @throws CacheopsConfigError for options that cannot be used.
 */
export function cachedAs(samples: Samples, options: CachedAsOptions = {}): FunctionCaching {
  checkSamples(samples);
  checkGuarantees(options);
  const { dataSource } = options;
  const timeout = optionalMilliseconds(options.timeout, "cachedAs.timeout");
  const staleFor = optionalMilliseconds(options.staleFor, "cachedAs.staleFor");
  return createCached(
    callsOn({ samples, timeout, staleFor, dataSource, ...loading(options, "cachedAs") }),
    options,
  );
}

/**
 * Caches a function or a method in the store of a data source for its timeout, whatever changes. The rest is as in
 * `cachedAs`.
 *
 * @throws CacheopsConfigError for options that cannot be used.
 */
export function cached(options: CachedOptions = {}): FunctionCaching {
  const { dataSource } = options;
  const timeout = optionalMilliseconds(options.timeout, "cached.timeout");
  const kept = { samples: undefined, timeout, staleFor: undefined, dataSource };
  return createCached(callsOn({ ...kept, ...loading(options, "cached") }), options);
}

function checkSamples(samples: unknown): void {
  const list: readonly unknown[] = Array.isArray(samples) ? samples : [samples];
  const isSample = (each: unknown): boolean =>
    typeof each === "string" || typeof each === "function" || (typeof each === "object" && each !== null);
  if (list.length > 0 && list.every(isSample)) return;
  throw wrongOption(
    "cachedAs",
    samples,
    'entities, instances, query builders, tables, { entity, where }, a function that gives them, or "auto"',
  );
}

function loading(options: LoadingOptions, where: string): Pick<StoredCallOptions, "lock" | "earlyRefresh"> {
  checkLoading(options, where);
  const { lock = false, earlyRefresh } = options;
  return { lock, earlyRefresh: eagerness(earlyRefresh, `${where}.earlyRefresh`) ?? 0 };
}

function checkGuarantees({ keepFresh = true }: CachedAsOptions): void {
  if (keepFresh) return;
  throw new CacheopsConfigError(
    "cachedAs.keepFresh: false is not possible. A result that something changed under would be stored as if it were " +
      "current. Leave the option out; to be given old results for a while, use `staleFor`.",
  );
}
