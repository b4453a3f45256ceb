import type {
  CacheStore,
  Claim,
  Dependency,
  EntryKey,
  Freshness,
  Lookup,
  RecordName,
  Registry,
  Version,
} from "../store";
import { nonce } from "./arguments";
import type { RedisOption } from "./client";
import { Connection } from "./connection";
import { APART, TOGETHER } from "./groups";
import { entryKey, isEpochKey, isRecordKey, keysUnder, recordKey } from "./keyspace";
import type { Argument, NodeSend, Send } from "./links/link";
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
}

const SCAN_COUNT = "500";

/** Throws `CacheopsConfigError` for a client or URL that cannot be used. Connects in `connect()`. */
export function createRedisStore(options: RedisStoreOptions): CacheStore {
  return new RedisStore(options);
}

class RedisStore implements CacheStore {
  readonly name = "redis";
  private readonly connection: Connection;
  private readonly reading: Reading;
  private readonly writing: Writing;
  private readonly opening = new Script(OPEN);
  private readonly forgetting = new Script(FORGET);

  constructor({ redis, operationTimeout, connectTimeout = 2000 }: RedisStoreOptions) {
    this.connection = new Connection(redis, { operation: operationTimeout, connect: connectTimeout });
    const tagOf = this.connection.isSlotted ? APART : TOGETHER;
    this.reading = new Reading(tagOf);
    this.writing = new Writing(tagOf);
  }

  connect(): Promise<void> {
    return this.connection.connect();
  }

  disconnect(): Promise<void> {
    return this.connection.disconnect();
  }

  onInterruption(listener: (cause: Error) => void): () => void {
    return this.connection.onInterruption(listener);
  }

  async open(epoch: RecordName): Promise<void> {
    await this.connection.perform("open", (send) => this.opening.run(send, [recordKey(epoch)], [nonce()]));
  }

  lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Lookup> {
    return this.connection.perform("lookup", (send) =>
      this.reading.lookup(send, entry, dependencies, ttl, lease),
    );
  }

  freshness(dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Freshness> {
    return this.connection.perform("freshness", (send) =>
      this.reading.freshness(send, dependencies, ttl, lease),
    );
  }

  store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
  ): Promise<boolean> {
    return this.connection.perform("store", (send) =>
      this.reading.store(send, entry, dependencies, versions, payload, ttl),
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
