import { EventEmitter } from "node:events";
import type { Op } from "./profiles/profile";

/**
 * What became of a read. `hit`: answered from the store. `miss`: nothing was stored. `stale`:
 * something was, but what it relies on has changed since. `bypass`: the cache was not asked, or not
 * believed; `reason` says why.
 */
export type Outcome = "hit" | "miss" | "stale" | "bypass";

/**
 * - `profile`: neither the entity's profile nor the call asks for caching; `forbidden`: its profile is `null`
 * - `disabled`: `enabled` is false; `without-cache`, `cache-false`: the caller said so
 * - `persistence`: TypeORM compares rows before it writes
 * - `dirty-transaction`, `isolation`, `session`: the query runner's transaction or session sees rows of its own
 * - `volatile`, `lock`, `writes`: the statement's own nature
 * - `unknown-table`, `unparsed`, `parameter`, `prefix`: not enough is known to cache it soundly
 * - `write-in-flight`: a write to one of its tables has not ended yet
 * - `store-error`: the store failed
 * - `replica-lag`, of a miss: not stored, as a replica gave it that may not have the last write yet
 * - `value`, of a miss: not stored, as it holds a value of a class that nobody knows
 * - `altered`, of a miss: not stored, as a table may have been altered since the statement was planned
 * - `data-source`, of a cached function: it also read through another data source
 * - `time`, of a cached function: it also called one whose result may be out of date
 * - `early-refresh`, of a miss: what was stored would have expired soon (`earlyRefresh`)
 * - `stale-for`, of a stale result: given all the same, as `staleFor` allows
 */
export type BypassReason =
  | "profile"
  | "forbidden"
  | "disabled"
  | "without-cache"
  | "cache-false"
  | "persistence"
  | "dirty-transaction"
  | "isolation"
  | "session"
  | "volatile"
  | "lock"
  | "writes"
  | "unknown-table"
  | "unparsed"
  | "parameter"
  | "prefix"
  | "write-in-flight"
  | "store-error"
  | "replica-lag"
  | "value"
  | "altered"
  | "data-source"
  | "time"
  | "early-refresh"
  | "stale-for";

export interface ReadEvent {
  /** `"function"`: a call of a cached function, which `func` names. */
  readonly op: Op | "function";
  /** Name of the cached function, with its class if it is a method; `undefined` of a statement. */
  readonly func: string | undefined;
  /** Name of the statement's main entity; `undefined` if it has none. */
  readonly entity: string | undefined;
  /** Tables that the result depends on; empty if they were not determined. */
  readonly tables: readonly string[];
  /** Bounds past which it relies on more than the statement says, in words; empty if there were none. */
  readonly coarser: readonly string[];
  readonly outcome: Outcome;
  /** Why the cache was bypassed, or why a miss was not stored. */
  readonly reason: BypassReason | undefined;
  /** More about the reason: the function, table or setting that it was. */
  readonly detail: string | undefined;
  /** The statement's text, without its parameters; empty of a function. */
  readonly sql: string;
  /** Milliseconds from the call to the answer. */
  readonly duration: number;
  /** Size of the stored result; 0 if there is none. */
  readonly bytes: number;
  /** Whether this read stored its result. */
  readonly stored: boolean;
}

export interface InvalidateEvent {
  /** Tables whose entries cannot be used any more; empty if it is all of them. */
  readonly tables: readonly string[];
  /** Why everything was invalidated, if it was. */
  readonly everything: string | undefined;
  /** False if the store could not be reached: then nothing older is served once it can be. */
  readonly delivered: boolean;
}

export interface DegradeEvent {
  readonly cause: unknown;
}

export interface CacheopsEvents {
  read: [ReadEvent];
  invalidate: [InvalidateEvent];
  /** The store failed for the first time since it last worked. */
  degrade: [DegradeEvent];
  /** The store works again, and nothing from before its failure is used any more. */
  recover: [];
  /** Something that an operator should see once; also written to the console if nobody listens. */
  warning: [string];
}

export type CacheopsEmitter = EventEmitter<CacheopsEvents>;

export function createEmitter(): CacheopsEmitter {
  return new EventEmitter<CacheopsEvents>();
}
