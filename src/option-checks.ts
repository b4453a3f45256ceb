import type { CacheopsOptions } from "./options";
import type { CacheStore } from "./stores/store";
import { milliseconds } from "./duration";
import { CacheopsConfigError } from "./errors";
import { checkProfile, type ProfileOptions } from "./profiles/profile";
import { wrongOption } from "./wrong-option";

type Given<K extends keyof CacheopsOptions> = Exclude<CacheopsOptions[K], undefined>;

/** For every option: throws `CacheopsConfigError` if the value, which is not undefined, cannot be used. */
type Checks = { readonly [K in keyof CacheopsOptions]-?: (value: Given<K>, option: K) => void };

const STORE_METHODS: readonly (keyof CacheStore)[] = [
  "connect",
  "disconnect",
  "open",
  "lookup",
  "store",
  "remove",
  "registries",
  "fence",
  "replace",
  "clear",
];

/** Timers count to 2^31 milliseconds; nobody waits an hour for a cache. */
const LONGEST_TIME = 60 * 60 * 1000;
/** Renewed every third of it, by a process that may be busy for a moment. */
const SHORTEST_LEASE = 1000;

const SHORTEST_LOCK_LEASE = 100;

/** Each is a key of the store, asked for with every look-up. */
const MOST_IN_LIST = 1000;

const CHECKS: Checks = {
  // The store itself checks its own option, and knows better.
  redis: () => undefined,
  store: (store) => {
    const missing = STORE_METHODS.find(
      (name) => typeof (store as Partial<CacheStore> | null)?.[name] !== "function",
    );
    if (missing !== undefined) throw wrongOption("store", store, `a CacheStore; ${missing}() is missing`);
  },
  codec: (codec) => {
    const { encode, decode } = (codec ?? {}) as Partial<Given<"codec">>;
    if (typeof encode === "function" && typeof decode === "function") return;
    throw wrongOption("codec", codec, "an object with encode and decode");
  },
  enabled: (enabled) => {
    if (typeof enabled !== "boolean") throw wrongOption("enabled", enabled, "true or false");
  },
  prefix: (prefix) => {
    if (typeof prefix !== "function") checkedPrefix(prefix);
  },
  localSettings: (value, option) => names(option, value, "setting"),
  shareWith: (shareWith) => {
    if (typeof shareWith === "string" ? shareWith !== "" : isDataSource(shareWith)) return;
    throw wrongOption("shareWith", shareWith, "the name of a data source, or a DataSource");
  },
  consistency: (value, option) => oneOf(option, value, ["strict", "relaxed"]),
  onStoreError: (value, option) => oneOf(option, value, ["bypass", "throw"]),
  maxEntrySize: (bytes) => {
    if (Number.isInteger(bytes) && bytes > 0) return;
    throw wrongOption("maxEntrySize", bytes, "a whole number of bytes above 0");
  },
  compressAbove: (bytes) => {
    if (typeof bytes === "number" && bytes >= 0) return;
    throw wrongOption("compressAbove", bytes, "a number of bytes from 0");
  },
  maxInList: (most) => {
    if (Number.isInteger(most) && most >= 1 && most <= MOST_IN_LIST) return;
    throw wrongOption("maxInList", most, `a whole number from 1 to ${MOST_IN_LIST}`);
  },
  operationTimeout: (value, option) => void time(option, value, 1),
  lease: (value, option) => void time(option, value, SHORTEST_LEASE),
  lockTimeout: (value, option) => void time(option, value, 1),
  lockLease: (value, option) => void time(option, value, SHORTEST_LOCK_LEASE),
  lockNodes: (nodes, option) => {
    if (!Array.isArray(nodes)) throw wrongOption(option, nodes, "an array of what `redis` takes");
  },
  replicaLag: (value, option) => void time(option, value, 1),
  readAfterWrite: (value, option) => oneOf(option, value, ["replica", "master"]),
  triggers: (triggers) => {
    if (!isPlain(triggers)) throw wrongOption("triggers", triggers, "an object of lists by table name");
    for (const [name, tables] of Object.entries(triggers)) names(`triggers.${name}`, tables, "table");
  },
  stableFunctions: (value, option) => names(option, value),
  volatileFunctions: (value, option) => names(option, value),
  defaults: (defaults) => {
    if (!isPlain(defaults)) throw wrongOption("defaults", defaults, "{ ops, timeout }");
    checkProfile(defaults, "defaults");
  },
  profiles: (profiles) => {
    if (!isPlain(profiles)) throw wrongOption("profiles", profiles, "an object by entity name");
    for (const [name, profile] of Object.entries(profiles)) checkProfileOf(name, profile);
  },
};

/** Throws `CacheopsConfigError` that names the option, its value and what would be right. */
export function checkOptions(given: CacheopsOptions): void {
  // Its type alone: a URL with a password is easily given in its place.
  if (!isPlain(given)) throw new CacheopsConfigError("cacheops(options): give an object, or nothing.");
  for (const name of Object.keys(given) as (keyof CacheopsOptions)[]) {
    if (!Object.hasOwn(CHECKS, name)) throw unknownOption(name);
    if (given[name] !== undefined)
      (CHECKS[name] as (value: unknown, option: string) => void)(given[name], name);
  }
  if (given.redis !== undefined && given.store !== undefined) {
    throw new CacheopsConfigError("redis and store exclude each other: give one of them.");
  }
  if (given.codec !== undefined && given.compressAbove !== undefined) {
    throw new CacheopsConfigError(
      "codec and compressAbove exclude each other: a codec of your own has to compress by itself.",
    );
  }
  if (given.shareWith !== undefined && given.redis === undefined && given.store === undefined) {
    throw new CacheopsConfigError(
      "shareWith: there is nothing to share without a store that both have. Give both the same `redis`, or one `store`.",
    );
  }
  if (given.lockNodes !== undefined && given.redis === undefined) {
    throw new CacheopsConfigError("lockNodes: only `redis` has locks. Give that, or leave lockNodes out.");
  }
}

function isDataSource(value: unknown): boolean {
  const { options, driver } = (value ?? {}) as { options?: unknown; driver?: unknown };
  return typeof options === "object" && typeof driver === "object";
}

/** What was given for `prefix`, or what a function that was given for it has answered. */
export function checkedPrefix(prefix: unknown): string {
  if (typeof prefix === "string" && prefix !== "") return prefix;
  throw wrongOption("prefix", prefix, "a string that is not empty, or a function that gives one");
}

/** `lease` and `operationTimeout` in milliseconds: a mark must not run out while it is being renewed. */
export function checkLease(lease: number, operationTimeout: number): void {
  if (lease >= 2 * operationTimeout) return;
  throw wrongOption("lease", lease, `at least twice the operationTimeout of ${operationTimeout} ms`);
}

function checkProfileOf(name: string, profile: ProfileOptions | null | undefined): void {
  const where = `profiles["${name}"]`;
  if (profile === null || profile === undefined) return;
  if (!isPlain(profile)) throw wrongOption(where, profile, "{ ops, timeout } or null");
  checkProfile(profile, where);
}

function time(option: string, value: Given<"lease">, least: number): void {
  const ms = milliseconds(value, option);
  if (ms < least || ms > LONGEST_TIME)
    throw wrongOption(option, value, `from ${least < 1000 ? `${least}ms` : `${least / 1000}s`} to 1h`);
}

function names(option: string, value: unknown, what = "function"): void {
  const valid = Array.isArray(value) && value.every((name) => typeof name === "string");
  if (!valid) throw wrongOption(option, value, `an array of ${what} names`);
}

function oneOf(option: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    throw wrongOption(option, value, allowed.map((text) => `"${text}"`).join(" or "));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function unknownOption(name: string): CacheopsConfigError {
  return new CacheopsConfigError(
    `${name} is not an option of cacheops(). Options are ${Object.keys(CHECKS).join(", ")}.`,
  );
}
