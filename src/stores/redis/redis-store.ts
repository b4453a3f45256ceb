import { randomBytes } from "node:crypto";
import { CacheopsStoreError } from "../../errors";
import {
  type CacheStore,
  type Claim,
  type Dependency,
  type EntryKey,
  type Freshness,
  type Lookup,
  type RecordName,
  type Registry,
  StoreFullError,
  type Version,
} from "../store";
import type { RedisOption } from "./client";
import { type Argument, Connection } from "./connection";
import { entryKey, isEpochKey, isRecordKey, keysUnder, recordKey } from "./keyspace";
import { RedisLoadLocks } from "./load-locks";
import { LockNode } from "./lock-node";
import { FENCE } from "./lua/fence.lua";
import { FORGET } from "./lua/forget.lua";
import { FRESHNESS } from "./lua/freshness.lua";
import { LOOKUP } from "./lua/lookup.lua";
import { OPEN } from "./lua/open.lua";
import { REGISTRIES } from "./lua/registries.lua";
import { REPLACE } from "./lua/replace.lua";
import { STORE } from "./lua/store.lua";
import {
  describeClaims,
  describeForLookup,
  describeForStore,
  keysOfClaims,
  keysOfDependencies,
} from "./operands";
import { readFreshness, readLookup, readRegistries, readScan } from "./replies";
import { Script } from "./script";

export interface RedisStoreOptions {
  /** URL, options of node-redis, or a connected client of node-redis 5 or 6, which stays the caller's to close. */
  readonly redis: RedisOption;
  /** Milliseconds that one operation may take; then it rejects, and its late answer is ignored. */
  readonly operationTimeout: number;
  /** Milliseconds until `connect` rejects. Default 2000. An own client goes on trying behind it. */
  readonly connectTimeout?: number;
  /** Milliseconds that the lock of a load outlives its holder's process. Default 2000. */
  readonly lockLease?: number;
  /** What votes on locks instead of `redis`. Default: none. */
  readonly lockNodes?: readonly RedisOption[];
  /** Told what an operator should see. Default: nobody. */
  readonly warn?: (message: string) => void;
}

/** Ten years: PEXPIRE refuses what overflows, and Lua prints numbers above 10^17 in a way that it refuses too. */
const LONGEST = 10 * 365 * 24 * 3600 * 1000;

const SCAN_COUNT = "500";

/** A claim on all of a record. */
const ALL = "[{}]";

/** Throws `CacheopsConfigError` for a client or URL that cannot be used. Connects in `connect()`. */
export function createRedisStore(options: RedisStoreOptions): CacheStore {
  return new RedisStore(options);
}

class RedisStore implements CacheStore {
  readonly name = "redis";
  readonly locks: RedisLoadLocks;
  private readonly connection: Connection;
  private readonly lockNodes: readonly Connection[];
  private readonly warn: (message: string) => void;
  private readonly scripts = {
    open: new Script(OPEN),
    lookup: new Script(LOOKUP),
    freshness: new Script(FRESHNESS),
    store: new Script(STORE),
    registries: new Script(REGISTRIES),
    fence: new Script(FENCE),
    replace: new Script(REPLACE),
    forget: new Script(FORGET),
  };

  constructor(options: RedisStoreOptions) {
    const { redis, operationTimeout, connectTimeout = 2000, lockNodes = [] } = options;
    const { lockLease = 2000, warn = () => undefined } = options;
    const limits = { operation: operationTimeout, connect: connectTimeout };
    this.connection = new Connection(redis, limits);
    this.lockNodes = lockNodes.map((node) => new Connection(node, limits));
    const voting = this.lockNodes.length > 0 ? this.lockNodes : [this.connection];
    const nodes = voting.map((connection) => new LockNode(connection));
    this.locks = new RedisLoadLocks(nodes, { lease: lockLease, warn });
    this.warn = warn;
  }

  async connect(): Promise<void> {
    await Promise.all([
      this.connection.connect(),
      ...this.lockNodes.map((node) => this.connectLockNode(node)),
    ]);
    await this.locks.check();
  }

  async disconnect(): Promise<void> {
    await this.locks.settle();
    await Promise.all([this.connection, ...this.lockNodes].map((each) => each.disconnect()));
  }

  onInterruption(listener: (cause: Error) => void): () => void {
    return this.connection.onInterruption(listener);
  }

  async open(epoch: RecordName): Promise<void> {
    await this.run("open", [recordKey(epoch)], [nonce()]);
  }

  lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Lookup> {
    const keys = [entryKey(entry), ...keysOfDependencies(dependencies)];
    const args = [nonce(), duration(ttl), duration(lease), describeForLookup(dependencies)];
    return this.run("lookup", keys, args, readLookup);
  }

  freshness(dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Freshness> {
    const args = [nonce(), duration(ttl), duration(lease), describeForLookup(dependencies)];
    return this.run("freshness", keysOfDependencies(dependencies), args, readFreshness);
  }

  store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
    took = 0,
  ): Promise<boolean> {
    const keys = [entryKey(entry), ...keysOfDependencies(dependencies)];
    const described = describeForStore(dependencies, versions);
    const args = [nonce(), duration(ttl), payload, described, duration(took)];
    return this.run("store", keys, args, (reply) => reply === 1);
  }

  async remove(entries: readonly EntryKey[]): Promise<void> {
    if (entries.length === 0) return;
    await this.connection.perform("remove", (send) => send(["UNLINK", ...entries.map(entryKey)]));
  }

  async registries(records: readonly RecordName[]): Promise<readonly Registry[]> {
    if (records.length === 0) return [];
    return this.run("registries", records.map(recordKey), [], readRegistries);
  }

  async fence(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
    lease: number,
  ): Promise<readonly (Registry | undefined)[]> {
    if (claims.length === 0) return [];
    const keys = [recordKey(epoch), ...keysOfClaims(claims)];
    const args = [nonce(), nameInMarks(writer), duration(lease), describeClaims(claims)];
    return newlyKnown(claims, await this.run("fence", keys, args, readRegistries));
  }

  async replace(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
  ): Promise<readonly (Registry | undefined)[]> {
    if (claims.length === 0) return [];
    const keys = [recordKey(epoch), ...keysOfClaims(claims)];
    const args = [nonce(), nameInMarks(writer), describeClaims(claims)];
    return newlyKnown(claims, await this.run("replace", keys, args, readRegistries));
  }

  /** Not one step: what is stored while it runs may survive. Who needs more replaces the epoch first. */
  async clear(prefix: string): Promise<void> {
    const scan = ["MATCH", keysUnder(prefix), "COUNT", SCAN_COUNT];
    let cursor = "0";
    do {
      const found = await this.connection.perform("clear", async (send) =>
        readScan(await send(["SCAN", cursor, ...scan])),
      );
      await this.drop(found.keys);
      cursor = found.cursor;
    } while (cursor !== "0");
  }

  /** Without a majority of them nobody is kept from loading; it can be back at any time. */
  private async connectLockNode(node: Connection): Promise<void> {
    await node.connect().catch((error: Error) => this.warn(`lockNodes: ${error.message}`));
  }

  private async drop(keys: readonly Buffer[]): Promise<void> {
    const epochs = keys.filter(isEpochKey);
    const records = keys.filter((key) => isRecordKey(key) && !isEpochKey(key));
    const others = keys.filter((key) => !isRecordKey(key));
    if (others.length > 0) await this.connection.perform("clear", (send) => send(["UNLINK", ...others]));
    if (records.length > 0) await this.run("forget", records, []);
    for (const epoch of epochs) await this.run("replace", [epoch, epoch], [nonce(), nameInMarks(""), ALL]);
  }

  private full(cause: CacheopsStoreError): StoreFullError {
    this.warn(
      "Redis is out of memory (maxmemory) and may not evict: nothing more is cached until there is room. " +
        'Set maxmemory-policy to "allkeys-lru" or another that evicts, or raise maxmemory.',
    );
    return new StoreFullError(cause.message, { cause });
  }

  private run<T = unknown>(
    name: keyof RedisStore["scripts"],
    keys: readonly Argument[],
    args: readonly Argument[],
    read: (reply: unknown) => T = (reply) => reply as T,
  ): Promise<T> {
    return this.connection
      .perform(name, async (send) => read(await this.scripts[name].run(send, keys, args)))
      .catch((error: unknown) => {
        throw isFull(error) ? this.full(error) : error;
      });
  }
}

/** The scripts answer who knows the stamp with no more than that. */
function newlyKnown(
  claims: readonly Claim[],
  registries: readonly Registry[],
): readonly (Registry | undefined)[] {
  return registries.map((registry, at) =>
    registry.stamp === claims[at]?.changes?.stamp ? undefined : registry,
  );
}

function isFull(error: unknown): error is CacheopsStoreError {
  const { cause } = error instanceof CacheopsStoreError ? error : {};
  return cause instanceof Error && cause.message.startsWith("OOM ");
}

/** New for each call: a version made of it has never been one before, on whatever host. */
function nonce(): string {
  return randomBytes(12).toString("base64url");
}

/** Marks are separated by blanks, and a name with a bare percent sign is the scripts' own. */
function nameInMarks(writer: string): string {
  return encodeURI(writer);
}

function duration(ms: number): string {
  return String(Math.min(Math.max(Math.ceil(ms), 1), LONGEST));
}
