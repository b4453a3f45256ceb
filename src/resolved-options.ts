import type { DataSource } from "typeorm";
import type { Codec } from "./core/codec";
import { milliseconds } from "./duration";
import { checkLease, checkOptions } from "./option-checks";
import type { CacheopsOptions, PrefixContext } from "./options";
import type { Profiles } from "./profiles/match";
import type { ProfileOptions } from "./profiles/profile";
import type { RedisOption } from "./stores/redis";
import type { CacheStore } from "./stores/store";

/** Frozen, every default filled in, durations in milliseconds. */
export interface ResolvedOptions {
  readonly redis: RedisOption | undefined;
  readonly store: CacheStore | undefined;
  readonly enabled: boolean;
  readonly defaults: ProfileOptions;
  readonly profiles: Profiles;
  readonly prefix: string | ((context: PrefixContext) => string);
  readonly localSettings: readonly string[];
  readonly shareWith: DataSource | string | undefined;
  readonly consistency: "strict" | "relaxed";
  readonly onStoreError: "bypass" | "throw";
  readonly codec: Codec | undefined;
  readonly maxEntrySize: number;
  readonly compressAbove: number;
  readonly maxInList: number;
  readonly operationTimeout: number;
  readonly lease: number;
  readonly lockTimeout: number;
  readonly lockLease: number;
  readonly lockNodes: readonly RedisOption[];
  readonly replicaLag: number;
  readonly readAfterWrite: "replica" | "master";
  readonly triggers: Readonly<Record<string, readonly string[]>>;
  readonly stableFunctions: readonly string[];
  readonly volatileFunctions: readonly string[];
}

/** Options that have no default: what they are for is then left out. */
type Optional = "redis" | "store" | "codec" | "shareWith";

type Filled = Required<Omit<CacheopsOptions, Optional>> & Pick<CacheopsOptions, Optional>;

const DEFAULTS: Required<Omit<CacheopsOptions, Optional>> = {
  enabled: true,
  defaults: { ops: [], timeout: "1h" },
  profiles: {},
  prefix: "cacheops",
  localSettings: [],
  consistency: "strict",
  onStoreError: "bypass",
  maxEntrySize: 1024 * 1024,
  compressAbove: Infinity,
  maxInList: 100,
  operationTimeout: "500ms",
  lease: "10s",
  lockTimeout: "10s",
  lockLease: "2s",
  lockNodes: [],
  replicaLag: "1s",
  readAfterWrite: "replica",
  triggers: {},
  stableFunctions: [],
  volatileFunctions: [],
};

/** Throws `CacheopsConfigError` that names the option, its value and what would be right. */
export function resolveOptions(given: CacheopsOptions): ResolvedOptions {
  checkOptions(given);
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options: Filled = { ...DEFAULTS, ...set };
  const operationTimeout = milliseconds(options.operationTimeout, "operationTimeout");
  const lease = milliseconds(options.lease, "lease");
  checkLease(lease, operationTimeout);
  const lockTimeout = milliseconds(options.lockTimeout, "lockTimeout");
  const lockLease = milliseconds(options.lockLease, "lockLease");
  const replicaLag = milliseconds(options.replicaLag, "replicaLag");
  const { redis, store, codec, shareWith } = options;
  const optional = { redis, store, codec, shareWith };
  const durations = { operationTimeout, lease, lockTimeout, lockLease, replicaLag };
  return Object.freeze({ ...options, ...optional, ...durations });
}
