import { CacheopsConfigError } from "../errors";
import { type Duration, milliseconds, optionalMilliseconds } from "../duration";
import { checkLoading, eagerness } from "../loading";
import { shown } from "../wrong-option";

/**
 * What a read does, told from its builder and its statement:
 * `get` one entity or row, `fetch` a list, `count` a single COUNT, `aggregate` any other aggregate
 * or GROUP BY, `exists` a test for existence.
 */
export type Op = "get" | "fetch" | "count" | "aggregate" | "exists";

export const OPS: readonly Op[] = ["get", "fetch", "count", "aggregate", "exists"];

/** One op, several, `"all"`, or `[]`: cached only where a call asks for it. */
export type Ops = Op | "all" | readonly Op[];

export interface ProfileOptions {
  /** Which reads are cached without being asked. Default: `[]`, only those that ask. */
  ops?: Ops;
  /** How long an entry may live, in milliseconds or as `"15m"`. Default: `"1h"`. */
  timeout?: Duration;
  /**
   * How long, in milliseconds or as `"30s"`, a result that went stale may still be given to those who ask for it while
   * one caller loads the new one. They do not wait, and may be told what is not so any more, of their own writes as
   * well: it trades the promise that cached answers are current away. Counted from when this process last knew the
   * result to be current. Default: not at all.
   */
  staleFor?: Duration;
  /**
   * Whether a saved row is in the cache once it is committed, so that the next `findOneBy` of its primary key, or of
   * this property, is a hit. It costs a SELECT for each saved row, up to 100 of a transaction; of `save()`, `recover()` and
   * the like, not of `update()` and builders. Default: `false`.
   */
  cacheOnSave?: boolean | string;
  /**
   * `"row"`: results rely on the rows and columns that the statement says, and a write drops those that it can have
   * changed; now and then it reads the rows that it is about to write. `"table"`: they rely on the whole table of this
   * entity, and no write reads anything first. Default: `"row"`.
   */
  granularity?: "row" | "table";
  /**
   * `true`: the table holds the same rows in every database, so that data sources of different databases (of one type,
   * with one store, `prefix` and name of the user) share the results that show such tables alone, and a write in any of them
   * invalidates those of all. A data source with such an entity has its invalidations in common with all others that
   * have one, also of other tables, and this entity's are of the whole table. Every data source on these databases has to
   * agree on whether it has any. Default: `false`, the same statement in two databases has two results.
   */
  dbAgnostic?: boolean;
  /**
   * `true`: where several processes miss at one time, one of them loads, and the others wait for what it stores, at most
   * for `lockTimeout`. It costs a miss three commands more and a hit nothing; for results that take longer to load than
   * that. Within a process identical loads are one in any case. A read that holds a connection already (of a transaction,
   * of a query runner) never waits. Default: `false`.
   */
  lock?: boolean;
  /**
   * For results that are read all the time and take long to load: now and then a reader loads one anew before it
   * expires, the likelier the longer its load took and the sooner it expires, and all others go on being given what is
   * stored. So nobody waits when it expires. `true`, or a factor: above 1 earlier, below 1 later. Default: `false`.
   */
  earlyRefresh?: boolean | number;
}

/** The resolved caching settings of one entity; `forbidden` ones are never cached, not by hand either. */
export interface Profile {
  readonly ops: ReadonlySet<Op>;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly staleFor: number | undefined;
  readonly cacheOnSave: boolean | string;
  readonly granularity: "row" | "table";
  readonly dbAgnostic: boolean;
  readonly lock: boolean;
  /** 0: not at all. */
  readonly earlyRefresh: number;
  readonly forbidden: boolean;
}

const PROFILE_OPTIONS: readonly (keyof ProfileOptions)[] = [
  "ops",
  "timeout",
  "staleFor",
  "cacheOnSave",
  "granularity",
  "dbAgnostic",
  "lock",
  "earlyRefresh",
];

/** Throws `CacheopsConfigError` for what is not a profile; `where` names it in the message. */
export function resolveProfile(layers: readonly (ProfileOptions | null)[], where: string): Profile {
  // A later layer replaces the earlier one's null: an exact profile may allow what a glob forbids.
  const last = layers[layers.length - 1];
  const merged = layers.reduce<ProfileOptions>((under, layer) => ({ ...under, ...defined(layer) }), {});
  checkProfile(merged, where);
  return Object.freeze({
    ops: new Set(opsOf(merged.ops ?? [], `${where}.ops`)),
    timeout: milliseconds(merged.timeout ?? "1h", `${where}.timeout`),
    staleFor: optionalMilliseconds(merged.staleFor, `${where}.staleFor`),
    cacheOnSave: merged.cacheOnSave ?? false,
    granularity: merged.granularity ?? "row",
    dbAgnostic: merged.dbAgnostic ?? false,
    lock: merged.lock ?? false,
    earlyRefresh: eagerness(merged.earlyRefresh, `${where}.earlyRefresh`) ?? 0,
    forbidden: last === null,
  });
}

export function opsOf(ops: Ops, where: string): readonly Op[] {
  if (ops === "all") return OPS;
  const list: unknown = typeof ops === "string" ? [ops] : ops;
  const unknown: unknown = Array.isArray(list) ? list.find((op) => !OPS.includes(op as Op)) : ops;
  if (unknown === undefined && Array.isArray(list)) return list as readonly Op[];
  throw new CacheopsConfigError(
    `${where}: ${shown(unknown)} is not an op. Ops are ${OPS.map((op) => `"${op}"`).join(", ")}, ` +
      `an array of them, "all", or [] for manual caching only.`,
  );
}

function defined(layer: ProfileOptions | null): ProfileOptions {
  const entries = Object.entries(layer ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

/** Throws `CacheopsConfigError` that names the option by `where`. */
export function checkProfile(options: ProfileOptions, where: string): void {
  const { ops, timeout, staleFor, cacheOnSave, granularity, dbAgnostic, lock, earlyRefresh } = options;
  const unknown = Object.keys(options).find((name) => !(PROFILE_OPTIONS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new CacheopsConfigError(
      `${where}.${unknown} is not a profile option. Profile options are ${PROFILE_OPTIONS.join(", ")}.`,
    );
  }
  if (ops !== undefined) opsOf(ops, `${where}.ops`);
  optionalMilliseconds(timeout, `${where}.timeout`);
  optionalMilliseconds(staleFor, `${where}.staleFor`);
  if (!["undefined", "boolean", "string"].includes(typeof cacheOnSave))
    throw new CacheopsConfigError(
      `${where}.cacheOnSave: ${shown(cacheOnSave)} is neither true, false nor a property.`,
    );
  if (dbAgnostic !== undefined && typeof dbAgnostic !== "boolean")
    throw new CacheopsConfigError(`${where}.dbAgnostic: ${shown(dbAgnostic)} is neither true nor false.`);
  checkLoading({ lock, earlyRefresh }, where);
  if (granularity !== undefined && granularity !== "row" && granularity !== "table")
    throw new CacheopsConfigError(
      `${where}.granularity: ${shown(granularity)} is neither "row" nor "table".`,
    );
}
