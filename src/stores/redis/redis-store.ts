import { randomBytes } from "node:crypto";
import type { CacheStore, Dependency, EntryKey, Lookup, Version } from "../store";
import type { RedisOption } from "./client";
import { type Argument, Connection } from "./connection";
import { entryKey, isEpochKey, isRecordKey, keysUnder, recordKey } from "./keyspace";
import { FENCE } from "./lua/fence.lua";
import { FORGET } from "./lua/forget.lua";
import { LOOKUP } from "./lua/lookup.lua";
import { OPEN } from "./lua/open.lua";
import { REPLACE } from "./lua/replace.lua";
import { STORE } from "./lua/store.lua";
import { readLookup, readScan } from "./replies";
import { Script } from "./script";

export interface RedisStoreOptions {
  /** URL, options of node-redis, or a connected client of node-redis 5 or 6, which stays the caller's to close. */
  readonly redis: RedisOption;
  /** Milliseconds that one operation may take; then it rejects, and its late answer is ignored. */
  readonly operationTimeout: number;
  /** Milliseconds until `connect` rejects. Default 2000. An own client goes on trying behind it. */
  readonly connectTimeout?: number;
}

/** Ten years: PEXPIRE refuses what overflows, and Lua prints numbers above 10^17 in a way that it refuses too. */
const LONGEST = 10 * 365 * 24 * 3600 * 1000;

const SCAN_COUNT = "500";

/** Throws `CacheopsConfigError` for a client or URL that cannot be used. Connects in `connect()`. */
export function createRedisStore(options: RedisStoreOptions): CacheStore {
  return new RedisStore(options);
}

class RedisStore implements CacheStore {
  readonly name = "redis";
  private readonly connection: Connection;
  private readonly scripts = {
    open: new Script(OPEN),
    lookup: new Script(LOOKUP),
    store: new Script(STORE),
    fence: new Script(FENCE),
    replace: new Script(REPLACE),
    forget: new Script(FORGET),
  };

  constructor({ redis, operationTimeout, connectTimeout = 2000 }: RedisStoreOptions) {
    this.connection = new Connection(redis, { operation: operationTimeout, connect: connectTimeout });
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

  async open(epoch: Dependency): Promise<void> {
    await this.run("open", [recordKey(epoch)], [nonce()]);
  }

  lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Lookup> {
    const keys = [entryKey(entry), ...dependencies.map(recordKey)];
    return this.run("lookup", keys, [nonce(), duration(ttl), duration(lease)], readLookup);
  }

  store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
  ): Promise<boolean> {
    const keys = [entryKey(entry), ...dependencies.map(recordKey)];
    return this.run("store", keys, [versions.join(" "), payload, duration(ttl)], (reply) => reply === 1);
  }

  async remove(entries: readonly EntryKey[]): Promise<void> {
    if (entries.length === 0) return;
    await this.connection.perform("remove", (send) => send(["UNLINK", ...entries.map(entryKey)]));
  }

  async fence(
    writer: string,
    epoch: Dependency,
    dependencies: readonly Dependency[],
    lease: number,
  ): Promise<void> {
    if (dependencies.length === 0) return;
    const keys = [epoch, ...dependencies].map(recordKey);
    await this.run("fence", keys, [nonce(), nameInMarks(writer), duration(lease)]);
  }

  async replace(writer: string, epoch: Dependency, dependencies: readonly Dependency[]): Promise<void> {
    if (dependencies.length === 0) return;
    await this.run("replace", [epoch, ...dependencies].map(recordKey), [nonce(), nameInMarks(writer)]);
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

  private async drop(keys: readonly Buffer[]): Promise<void> {
    const epochs = keys.filter(isEpochKey);
    const records = keys.filter((key) => isRecordKey(key) && !isEpochKey(key));
    const entries = keys.filter((key) => !isRecordKey(key));
    if (entries.length > 0) await this.connection.perform("clear", (send) => send(["UNLINK", ...entries]));
    if (records.length > 0) await this.run("forget", records, []);
    for (const epoch of epochs) await this.run("replace", [epoch, epoch], [nonce(), nameInMarks("")]);
  }

  private run<T = unknown>(
    name: keyof RedisStore["scripts"],
    keys: readonly Argument[],
    args: readonly Argument[],
    read: (reply: unknown) => T = (reply) => reply as T,
  ): Promise<T> {
    return this.connection.perform(name, async (send) =>
      read(await this.scripts[name].run(send, keys, args)),
    );
  }
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
