import { ClusterLink } from "./links/cluster";
import {
  IoredisClusterLink,
  IoredisLink,
  type ReadyIoredis,
  type ReadyIoredisCluster,
} from "./links/ioredis";
import type { Link } from "./links/link";
import type {
  AnyClientOptions,
  AnyClusterOptions,
  AnySentinelOptions,
  ReadyRedisClient,
  ReadyRedisCluster,
  ReadyRedisSentinel,
} from "./links/node-redis";
import { SentinelLink } from "./links/sentinel";
import { SingleLink } from "./links/single";
import type { TimeLimits } from "./links/time-limits";
import { unknownClient, unusable } from "./links/wrong-redis";

/** A client that is connected, of node-redis 5 or 6 or of ioredis 5 or 6. It stays the caller's to close. */
export type ReadyClient =
  ReadyRedisClient | ReadyRedisCluster | ReadyRedisSentinel | ReadyIoredis | ReadyIoredisCluster;

/** A Redis Cluster, with the options of `createCluster` of node-redis. */
export interface ClusterOption {
  readonly cluster: AnyClusterOptions;
}

/**
 * A master that Sentinel looks after, with the options of `createSentinel` of node-redis. Replicas are not asked,
 * whatever `replicaPoolSize` says.
 */
export interface SentinelOption {
  readonly sentinel: AnySentinelOptions;
}

/**
 * `redis[s]://[[user][:password]@]host[:port][/database]`, options of node-redis, `{ cluster }`, `{ sentinel }`, or a
 * client that is connected.
 */
export type RedisOption = string | AnyClientOptions | ClusterOption | SentinelOption | ReadyClient;

/** Throws `CacheopsConfigError` for what cannot be used. Not connected yet, unless the client that is given is. */
export function linkTo(option: RedisOption, limits: TimeLimits): Link {
  if (typeof option === "string") return SingleLink.own(option, limits.connect);
  if (typeof option !== "object" || option === null || Array.isArray(option)) throw unusable();
  if (isClient(option)) return linkOver(option, limits);
  if ("cluster" in option) return ClusterLink.own(option.cluster, limits);
  if ("sentinel" in option) return SentinelLink.own(option.sentinel, limits.connect);
  if (FOREIGN.some((name) => name in option)) throw unusable();
  return SingleLink.own(option, limits.connect);
}

/** Of node-redis' other clients and of ioredis. node-redis would ignore them and talk to localhost:6379. */
const FOREIGN = ["rootNodes", "sentinelRootNodes", "sentinels", "host", "port", "db"];

function isClient(option: object): option is ReadyClient {
  return has(option, "sendCommand") || has(option, "callBuffer");
}

/**
 * By their structure: an application may have a copy of the package of its own. node-redis 4 has no type mapping, and
 * pools have none of the rest.
 */
function linkOver(client: ReadyClient, limits: TimeLimits): Link {
  if (has(client, "callBuffer"))
    return has(client, "nodes")
      ? new IoredisClusterLink(client as ReadyIoredisCluster)
      : new IoredisLink(client as ReadyIoredis);
  if (has(client, "withTypeMapping")) {
    if (has(client, "createPool")) return SingleLink.over(client as ReadyRedisClient);
    if (has(client, "nodeClient")) return ClusterLink.over(client as ReadyRedisCluster, limits);
    if (has(client, "getMasterNode")) return SentinelLink.over(client as ReadyRedisSentinel);
  }
  throw unknownClient();
}

function has(object: object, method: string): boolean {
  return typeof (object as Record<string, unknown>)[method] === "function";
}
