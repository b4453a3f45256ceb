import type { EventEmitter } from "node:events";
import {
  RESP_TYPES,
  type RedisClientOptions,
  type RedisClusterOptions,
  type RedisFunctions,
  type RedisModules,
  type RedisScripts,
  type RedisSentinelOptions,
  type RespVersions,
  type TypeMapping,
} from "redis";

/** The parts of node-redis, 5 and 6, that are used here. */

type Arguments = ReadonlyArray<string | Buffer>;
interface CommandOptions {
  typeMapping?: object;
  timeout?: number | undefined;
}

/** A client that is connected, for a single node: made with `createClient` of node-redis 5 or 6. */
export interface ReadyRedisClient extends EventEmitter {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly options?: { readonly socket?: object };
  sendCommand(args: Arguments, options?: CommandOptions): Promise<unknown>;
}

interface ClusterNode {
  readonly address: string;
  readonly client?: { readonly isReady: boolean } | undefined;
}

type NodeClient = Pick<ReadyRedisClient, "sendCommand">;

/** A client that is connected, for a Redis Cluster: made with `createCluster` of node-redis 5 or 6. */
export interface ReadyRedisCluster extends EventEmitter {
  readonly isOpen: boolean;
  /** node-redis 6 alone. */
  readonly isReady?: boolean;
  readonly masters: readonly ClusterNode[];
  readonly nodeByAddress: ReadonlyMap<string, ClusterNode>;
  // As node-redis names its own type for it, which is of no use to others.
  nodeClient(node: never): NodeClient | Promise<NodeClient>;
  sendCommand(
    firstKey: string | Buffer | undefined,
    isReadonly: boolean | undefined,
    args: Arguments,
    options?: CommandOptions,
  ): Promise<unknown>;
}

/**
 * A client that is connected, through Sentinel: made with `createSentinel` of node-redis 5 or 6, with
 * `passthroughClientErrorEvents: true`, as nothing else tells of a connection to the master that was lost.
 */
export interface ReadyRedisSentinel extends EventEmitter {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  getMasterNode(): { readonly host: string; readonly port: number } | undefined;
  sendCommand(isReadonly: boolean | undefined, args: Arguments, options?: CommandOptions): Promise<unknown>;
}

/** Options of `createClient`. */
export type AnyClientOptions = RedisClientOptions<
  RedisModules,
  RedisFunctions,
  RedisScripts,
  RespVersions,
  TypeMapping
>;

/** Options of `createCluster`. */
export type AnyClusterOptions = RedisClusterOptions<
  RedisModules,
  RedisFunctions,
  RedisScripts,
  RespVersions,
  TypeMapping
>;

/** Options of `createSentinel`. */
export type AnySentinelOptions = RedisSentinelOptions<
  RedisModules,
  RedisFunctions,
  RedisScripts,
  RespVersions,
  TypeMapping
>;

/**
 * Given with each command, because what a client made by the user has for defaults is the user's
 * business. `timeout: undefined` switches off node-redis's own, an AbortSignal for each command.
 */
export const COMMAND_OPTIONS = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }, timeout: undefined };

/** node-redis's own strategy gives up after a socket timeout; a cache has to come back. */
export function reconnectStrategy(retries: number): number {
  return Math.min(50 * 2 ** retries, 2000) + Math.floor(Math.random() * 100);
}

/** `host:port`, or the path, of a client's `socket` options. */
export function addressOfSocket(socket: object | undefined): string {
  const { host, port, path }: { host?: string; port?: number; path?: string } = socket ?? {};
  return path ?? `${host || "localhost"}:${port || 6379}`;
}

/** `host:port` of a URL, or what it is not; no password. */
export function addressOfUrl(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || "localhost"}:${port || 6379}`;
}
