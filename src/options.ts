import type { DataSource } from "typeorm";
import type { RedisOption } from "./stores/redis";
import type { CacheStore } from "./stores/store";
import type { Codec } from "./core/codec";
import type { Profiles } from "./profiles/match";
import type { Duration } from "./duration";
import type { ProfileOptions } from "./profiles/profile";

/** What a `prefix` function is told. */
export interface PrefixContext {
  readonly dataSource: DataSource;
  /** Tables of the statement; one table where a table's own record is addressed. */
  readonly tables: readonly string[];
  readonly databases: readonly string[];
}

export interface CacheopsOptions {
  /**
   * Where entries and versions live: a URL, options of node-redis, `{ cluster }` with those of its `createCluster`,
   * `{ sentinel }` with those of its `createSentinel`, or a client that is already connected (node-redis 5 or 6,
   * ioredis 5 or 6, of a cluster as well), which stays the caller's to close. Default: none, the in-process store.
   */
  redis?: RedisOption;
  /** Any other store, instead of `redis`. */
  store?: CacheStore;
  /** `false`: reads go to the database, writes still invalidate. Default: `true`. */
  enabled?: boolean;
  /** Merged under every profile. Default: `{ ops: [], timeout: "1h" }`. */
  defaults?: ProfileOptions;
  /**
   * Profiles by entity name, table name or glob (`geo.*`, `*`); an exact name beats a glob, a later
   * glob an earlier one, all of them `@Cached`. `null` forbids caching, by hand too. Default: `{}`.
   */
  profiles?: Profiles;
  /**
   * First part of every key. A function serves tenants and hosts: it is called for every read and
   * write and has to give the same answer for both. Default: `"cacheops"`.
   */
  prefix?: string | ((context: PrefixContext) => string);
  /**
   * PostgreSQL: settings that transactions make for themselves, by `SET LOCAL` or `set_config(…, …, true)`, and on which
   * hangs which rows they see: `["app.tenant"]`, `["search_path"]`, `["role"]`. Reads of such a transaction are then
   * cached by the values of these settings; for others, and in cached functions, they go to the database. With
   * `"search_path"` or `"role"`, tables of entities without a schema are invalidated as a whole. Default: `[]`.
   */
  localSettings?: readonly string[];
  /**
   * The data source whose database this one reads, too: a replica, a second connection, another user's. A write of
   * either then invalidates what both have cached. Its name, in TypeORM versions that name data sources and in other
   * processes, or the `DataSource` itself, initialised or not. Both need the same `redis`, or one `store` object, and the
   * same `prefix`. Results of this one are taken for those of a replica: within `replicaLag` of a write they are not
   * stored. Default: none, every data source has the database to itself that its own name, database and schema tell.
   */
  shareWith?: DataSource | string;
  /**
   * `"strict"`: writes are fenced before COMMIT. `"relaxed"`: one round trip less for a write, and
   * readers may see the old rows until the invalidation after COMMIT has arrived (for the whole
   * timeout, if the process dies in between). Default: `"strict"`.
   */
  consistency?: "strict" | "relaxed";
  /**
   * When the store fails. `"bypass"`: reads and writes go to the database alone, and what was
   * cached before is thrown away afterwards. `"throw"`: a write whose fence cannot be placed is
   * refused, and so is `initialize()`. Default: `"bypass"`.
   */
  onStoreError?: "bypass" | "throw";
  /** How results become bytes. Default: a codec that keeps every type of every driver. */
  codec?: Codec;
  /** Results of more bytes, as they are stored, are not stored. Default: 1 MiB. */
  maxEntrySize?: number;
  /**
   * Results of more bytes are compressed before they are stored (Brotli, quality 1): about a third of the size, for about
   * 30 µs per kB when it is stored and 10 µs when it is read, of this process's own thread. From 0. Not together with a
   * `codec` of your own, which can do so by itself. Default: none is.
   */
  compressAbove?: number;
  /**
   * How many rows one condition may name (`id IN (…)`, or the product of several lists) for a result to rely on those
   * rows alone; past it the longest list is left out, and changes of other rows drop the result, too. More is finer, at
   * 200 bytes in Redis for each. From 1 to 1000. Default: 100.
   */
  maxInList?: number;
  /**
   * Time that one operation of the Redis store may take, at most half of `lease`; what takes longer counts as an outage.
   * Shorter spares those who ask first when Redis hangs, and throws the cache away when it was just slow. From 1 ms.
   * Default: `"500ms"`.
   */
  operationTimeout?: Duration;
  /**
   * How long the mark of a write in flight stays valid without being renewed; a process that dies
   * in a COMMIT blocks caching of its tables this long. From 1 second to an hour. Default: `"10s"`.
   */
  lease?: Duration;
  /**
   * With `lock`: how long a read waits for the load of another process at most; then it loads by itself. From 1 ms to an
   * hour. Default: `"10s"`.
   */
  lockTimeout?: Duration;
  /**
   * With `lock`: how long those who wait are held up if the process that loads dies. It is renewed as long as the load
   * lasts. Must be longer than a round trip to Redis, else `initialize()` rejects with `CacheopsLockError`. From 100 ms to
   * an hour. Default: `"2s"`.
   */
  lockLease?: Duration;
  /**
   * With `lock`: independent Redis nodes (each as for `redis`), best three or five, of which a majority decides who loads.
   * Default: none, `redis` alone decides. While that cannot be reached the cache cannot either, so it is seldom worth it.
   */
  lockNodes?: readonly RedisOption[];
  /**
   * How long a replica may lag behind, with TypeORM's `replication`: a result that a replica gave
   * within this time of an invalidation, or of the first use of a table, is not stored. A replica that
   * lags longer can bring old rows into the cache, for the timeout; a longer time keeps the cache empty
   * for longer after each write. From 1 ms to an hour. Default: `"1s"`.
   */
  replicaLag?: Duration;
  /**
   * Where cached reads go within `replicaLag` of a write. `"replica"`: wherever TypeORM sends them.
   * `"master"`: to the master, whose results can be stored at once, for some more load on it (a query
   * runner that holds a replica's connection already keeps it). Default: `"replica"`.
   */
  readAfterWrite?: "replica" | "master";
  /**
   * Tables that triggers on a table change, by entity or table name: `{ city: ["city_audit"] }`. A write to `city`
   * invalidates them, too. With `[]` the triggers change no table. A table with triggers of which nothing is declared is
   * invalidated as a whole by each write to it, as is one that lists itself. Default: `{}`.
   */
  triggers?: Readonly<Record<string, readonly string[]>>;
  /** Functions of the database that neither write nor change their answer while tables stay the same. */
  stableFunctions?: readonly string[];
  /** Functions of the database that do not write, but answer differently each time. */
  volatileFunctions?: readonly string[];
}
