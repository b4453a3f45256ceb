import type { EventEmitter } from "node:events";
import { createClient, type RedisClientOptions } from "redis";
import type { RedisFunctions, RedisModules, RedisScripts, RespVersions, TypeMapping } from "redis";
import { CacheopsConfigError } from "../../errors";

/** The part of a node-redis client, 5 or 6, that is used here. */
export interface ReadyRedisClient extends EventEmitter {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly options?: { readonly socket?: object };
  sendCommand(
    args: ReadonlyArray<string | Buffer>,
    options?: { typeMapping?: object; timeout?: number },
  ): Promise<unknown>;
}

/** A client made here, opened and closed by the store. */
export interface OwnRedisClient extends ReadyRedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
}

type AnyClientOptions = RedisClientOptions<
  RedisModules,
  RedisFunctions,
  RedisScripts,
  RespVersions,
  TypeMapping
>;

/** `redis[s]://[[user][:password]@]host[:port][/database]`, options of node-redis, or a client that is connected. */
export type RedisOption = string | AnyClientOptions | ReadyRedisClient;

/** A client of another kind or version is refused here, with the option's name. */
export function isReadyClient(option: RedisOption): option is ReadyRedisClient {
  if (typeof option !== "object" || option === null) return false;
  const { sendCommand, withTypeMapping, createPool } = option as Record<string, unknown>;
  if (typeof sendCommand !== "function") return false;
  // Only a node-redis client of one node has both: 4.x and ioredis have no type mapping, pools,
  // clusters and sentinels make no pool and take other arguments to sendCommand.
  if (typeof withTypeMapping === "function" && typeof createPool === "function") return true;
  throw new CacheopsConfigError(
    "redis: this client is not one of node-redis 5 or 6 for a single node. " +
      "Give a client made with createClient() of the package redis, its options, or a URL.",
  );
}

/** Not connected yet. Fails fast while it is not, and reconnects for ever. */
export function createOwnClient(option: string | AnyClientOptions, connectTimeout: number): OwnRedisClient {
  const given = typeof option === "string" ? { url: option } : option;
  if (!isObject(given) || given.url === "" || FOREIGN.some((name) => name in given)) throw unusable();
  // node-redis writes into the objects that it is given: it gets copies.
  const options = {
    ...given,
    disableOfflineQueue: true,
    socket: { connectTimeout, reconnectStrategy, ...given.socket },
  };
  try {
    return createClient(options as RedisClientOptions);
  } catch {
    // Without the cause: an "Invalid URL" error holds the URL with its password.
    throw unusable();
  }
}

/** Of clusters, sentinels and ioredis. node-redis would ignore them and talk to localhost:6379. */
const FOREIGN = ["cluster", "rootNodes", "sentinel", "sentinelRootNodes", "sentinels", "host", "port", "db"];

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unusable(): CacheopsConfigError {
  return new CacheopsConfigError(
    "redis: not usable as options of node-redis for a single node. Give " +
      "redis[s]://[[user][:password]@]host[:port][/database] or an object as createClient() takes it.",
  );
}

interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** `host:port` or the socket's path; no password. */
export function addressOf(client: ReadyRedisClient): string {
  const { host, port, path }: Address = client.options?.socket ?? {};
  return path ?? `${host || "localhost"}:${port || 6379}`;
}

/** node-redis's own strategy gives up after a socket timeout; a cache has to come back. */
function reconnectStrategy(retries: number): number {
  return Math.min(50 * 2 ** retries, 2000) + Math.floor(Math.random() * 100);
}
