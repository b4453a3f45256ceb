import type { DataSource } from "typeorm";
import { CacheopsConfigError, type Duration, type LoadingOptions } from "../../index";
import { Vary, type VaryBy } from "./vary";

export interface ViewOptions<R> extends LoadingOptions {
  /**
   * How long a response is kept at most, and how long its ETag is taken for current, in milliseconds or as
   * `"15m"`. Default: the timeout of the samples' profiles, else of the data source's `defaults`; for ETags 1 hour.
   */
  timeout?: Duration;
  /**
   * How long a response that went stale may still be given to those who ask for it while the handler makes the new one
   * for somebody. They do not wait, and may be told what is not so any more: it trades the promise that cached answers
   * are current away. Only with samples. Default: not at all.
   */
  staleFor?: Duration;
  /**
   * What responses depend on besides the request and the samples and is known at the start: a version of the
   * templates, a tenant. Two views of one address that must not share responses differ in it.
   */
  extra?: unknown;
  /**
   * What makes a difference besides the address: names of request headers, functions of the request, or a list
   * of both. Names go into the response's `Vary` header; for a function it names `Authorization` and `Cookie`.
   *
   * Requests with an `Authorization` or `Cookie` header are answered by the handler alone, unless that header is
   * named here or a function tells who may share: `(request) => request.user?.id`, or `() => undefined` where
   * everybody gets the same.
   */
  vary?: VaryBy<R> | readonly VaryBy<R>[];
  /**
   * Gives responses a weak ETag. A conditional request whose samples have not changed since is answered with 304
   * without asking the handler; without samples, if the response is still stored. It costs a second look-up, at
   * the same time as the first. Default: false.
   */
  etag?: boolean;
  /**
   * The `Cache-Control` header of responses that are shared here and whose handler does not set it, or a function
   * of the request that gives it. It is for browsers and proxies, and changes nothing about this cache: even with
   * `"private, no-cache"` responses are stored here. Default: none.
   */
  cacheControl?: string | ((request: R) => string | undefined);
  /** Statuses that are stored besides those from 200 to 299, such as `[301, 404]`. Default: none. */
  statuses?: readonly number[];
  /**
   * Whether the order of query parameters makes no difference. The handler must not care for it, either.
   * Default: false, the address counts as it was received.
   */
  sortQuery?: boolean;
  /** Whose store keeps the responses. Default: the only initialised data source that has a cache. */
  dataSource?: DataSource;
}

/** Options as they were checked. */
export interface ViewSettings<R> extends Omit<ViewOptions<R>, "vary" | "statuses" | "cacheControl"> {
  readonly vary: Vary<R>;
  readonly statuses: ReadonlySet<number>;
  readonly cacheControl: (request: R) => string | undefined;
}

const NAMES = new Set([
  "timeout",
  "staleFor",
  "extra",
  "vary",
  "etag",
  "cacheControl",
  "statuses",
  "sortQuery",
  "lock",
  "earlyRefresh",
  "dataSource",
]);

/** @throws CacheopsConfigError for an option that cannot be used. */
export function viewSettings<R>(options: ViewOptions<R>, hasSamples: boolean): ViewSettings<R> {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw wrong(name, `it is no option. There are ${[...NAMES].join(", ")}`);
  }
  if (options.staleFor !== undefined && !hasSamples)
    throw wrong("staleFor", "it is for cachedViewAs. Without samples nothing goes stale before its timeout");
  const { vary = [], statuses = [], cacheControl, etag, sortQuery } = options;
  for (const [name, value] of Object.entries({ etag, sortQuery })) {
    if (value !== undefined && typeof value !== "boolean") throw wrong(name, "give true or false");
  }
  return {
    ...options,
    vary: new Vary(Array.isArray(vary) ? (vary as VaryBy<R>[]) : [vary as VaryBy<R>]),
    statuses: storableStatuses(statuses),
    cacheControl: cacheControlOf(cacheControl),
  };
}

/** Of 206 and 304 there is no telling what they are a part of. */
function storableStatuses(statuses: readonly number[]): ReadonlySet<number> {
  const possible = (status: unknown): boolean =>
    Number.isInteger(status) && (status as number) >= 200 && (status as number) < 600;
  const refused = Array.isArray(statuses) && statuses.every(possible) ? [206, 304] : undefined;
  if (!refused || statuses.some((status) => refused.includes(status)))
    throw wrong("statuses", "give a list of HTTP statuses, such as [301, 404], without 206 and 304");
  return new Set(statuses);
}

function cacheControlOf<R>(option: ViewOptions<R>["cacheControl"]): ViewSettings<R>["cacheControl"] {
  if (typeof option === "function") return option;
  if (option !== undefined && (typeof option !== "string" || /[\r\n]/.test(option)))
    throw wrong(
      "cacheControl",
      'give the value of a header, such as "no-cache", or a function that gives it',
    );
  return () => option;
}

function wrong(name: string, right: string): CacheopsConfigError {
  return new CacheopsConfigError(`cachedView: ${name}: ${right}.`);
}
