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
import { nonce } from "./arguments";
import type { RedisOption } from "./client";
import { Connection } from "./connection";
import { APART, TOGETHER } from "./groups";
import { entryKey, isEpochKey, isRecordKey, keysUnder, recordKey } from "./keyspace";
import type { Argument, NodeSend, Send } from "./links/link";
import { RedisLoadLocks } from "./load-locks";
import { LockNode } from "./lock-node";
import { FORGET } from "./lua/forget.lua";
import { OPEN } from "./lua/open.lua";
import { Reading } from "./reading";
import { readScan } from "./replies";
import { Script } from "./script";
import { Writing } from "./writing";

export interface RedisStoreOptions {
  /**
   * URL, options of node-redis, `{ cluster }`, `{ sentinel }`, or a connected client of node-redis or ioredis, 5 or 6,
   * which stays the caller's to close.
   */
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

const SCAN_COUNT = "500";

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
  private readonly reading: Reading;
  private readonly writing: Writing;
  private readonly opening = new Script(OPEN);
  private readonly forgetting = new Script(FORGET);

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
    const tagOf = this.connection.isSlotted ? APART : TOGETHER;
    this.reading = new Reading(tagOf);
    this.writing = new Writing(tagOf);
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
    await this.connection.perform("open", (send) => this.opening.run(send, [recordKey(epoch)], [nonce()]));
  }

  lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Lookup> {
    return this.perform("lookup", (send) => this.reading.lookup(send, entry, dependencies, ttl, lease));
  }

  freshness(dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Freshness> {
    return this.perform("freshness", (send) => this.reading.freshness(send, dependencies, ttl, lease));
  }

  store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
    took = 0,
  ): Promise<boolean> {
    return this.perform("store", (send) =>
      this.reading.store(send, entry, dependencies, versions, payload, ttl, took),
    );
  }

  async remove(entries: readonly EntryKey[]): Promise<void> {
    if (entries.length === 0) return;
    await this.connection.perform("remove", (send) => this.unlink(send, entries.map(entryKey)));
  }

  async registries(records: readonly RecordName[]): Promise<readonly Registry[]> {
    if (records.length === 0) return [];
    return this.connection.perform("registries", (send) => this.writing.registries(send, records));
  }

  async fence(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
    lease: number,
  ): Promise<readonly (Registry | undefined)[]> {
    if (claims.length === 0) return [];
    return this.connection.perform("fence", (send) => this.writing.fence(send, writer, epoch, claims, lease));
  }

  async replace(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
  ): Promise<readonly (Registry | undefined)[]> {
    if (claims.length === 0) return [];
    return this.connection.perform("replace", (send) => this.writing.replace(send, writer, epoch, claims));
  }

  /** Not one step: what is stored while it runs may survive. Who needs more replaces the epoch first. */
  async clear(prefix: string): Promise<void> {
    for (const node of this.connection.nodes()) await this.clearNode(node, keysUnder(prefix));
  }

  /** Without a majority of them nobody is kept from loading; it can be back at any time. */
  private async connectLockNode(node: Connection): Promise<void> {
    await node.connect().catch((error: Error) => this.warn(`lockNodes: ${error.message}`));
  }

  /** What may be refused for want of memory. */
  private perform<T>(name: string, work: (send: Send) => Promise<T>): Promise<T> {
    return this.connection.perform(name, work).catch((error: unknown) => {
      throw isFull(error) ? this.full(error) : error;
    });
  }

  private full(cause: CacheopsStoreError): StoreFullError {
    this.warn(
      "Redis is out of memory (maxmemory) and may not evict: nothing more is cached until there is room. " +
        'Set maxmemory-policy to "allkeys-lru" or another that evicts, or raise maxmemory.',
    );
    return new StoreFullError(cause.message, { cause });
  }

  private async clearNode(node: NodeSend, pattern: string): Promise<void> {
    let cursor = "0";
    do {
      const found = await this.connection.perform("clear", async () =>
        readScan(await node(["SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT])),
      );
      await this.connection.perform("clear", (send) => this.drop(send, found.keys));
      cursor = found.cursor;
    } while (cursor !== "0");
  }

  private async drop(send: Send, keys: readonly Buffer[]): Promise<void> {
    const epochs = keys.filter(isEpochKey);
    const records = keys.filter((key) => isRecordKey(key) && !isEpochKey(key));
    await this.unlink(
      send,
      keys.filter((key) => !isRecordKey(key)),
    );
    await this.inSlots(records, (some) => this.forgetting.run(send, some, []));
    await Promise.all(epochs.map((epoch) => this.writing.renew(send, epoch)));
  }

  private unlink(send: Send, keys: readonly Argument[]): Promise<void> {
    return this.inSlots(keys, (some) => send(some[0], ["UNLINK", ...some]));
  }

  /** In one call, or one for each key where keys live in slots. */
  private async inSlots(
    keys: readonly Argument[],
    call: (some: readonly [Argument, ...Argument[]]) => Promise<unknown>,
  ): Promise<void> {
    const [first, ...others] = keys;
    if (first === undefined) return;
    if (this.connection.isSlotted) await Promise.all(keys.map((key) => call([key])));
    else await call([first, ...others]);
  }
}

function isFull(error: unknown): error is CacheopsStoreError {
  const { cause } = error instanceof CacheopsStoreError ? error : {};
  return cause instanceof Error && cause.message.startsWith("OOM ");
}
