import { CacheopsConfigError } from "../../../errors";

/** What is wrong with the option `redis`, or with where it leads. */

export function unusable(): CacheopsConfigError {
  return new CacheopsConfigError(
    "redis: not usable as options of node-redis for a single node. Give " +
      "redis[s]://[[user][:password]@]host[:port][/database], an object as createClient() takes it, " +
      "{ cluster } as createCluster() takes it, or { sentinel } as createSentinel() does.",
  );
}

export function unknownClient(): CacheopsConfigError {
  return new CacheopsConfigError(
    "redis: this is no client of node-redis 5 or 6 (createClient, createCluster, createSentinel) or of ioredis 5 or 6 " +
      "(Redis, Cluster). Give one of these, options, or a URL.",
  );
}

export function keyPrefixed(): CacheopsConfigError {
  return new CacheopsConfigError(
    "redis: this ioredis client has a keyPrefix, which it puts before some keys and not before others. " +
      'Give a client without one, and the prefix as the option "prefix".',
  );
}

export function unusableCluster(): CacheopsConfigError {
  return new CacheopsConfigError(
    "redis.cluster: not usable as options of node-redis for a cluster. Give an object as createCluster() takes it: " +
      '{ rootNodes: [{ url: "redis://host:port" }, …], defaults: { username, password } }.',
  );
}

export function unusableSentinel(): CacheopsConfigError {
  return new CacheopsConfigError(
    "redis.sentinel: not usable as options of node-redis for Sentinel. Give an object as createSentinel() takes it: " +
      "{ name, sentinelRootNodes: [{ host, port }, …], nodeClientOptions: { username, password } }.",
  );
}

export function partOfCluster(address: string): CacheopsConfigError {
  return new CacheopsConfigError(
    `redis: ${address} is a node of a Redis Cluster, where keys live on other nodes as well. Give ` +
      `{ cluster: { rootNodes: [{ url: "redis://${address}" }] } }, or a client made with createCluster().`,
  );
}

export function noCluster(address: string): CacheopsConfigError {
  return new CacheopsConfigError(
    `redis.cluster: no Redis Cluster at ${address} (its cluster support is disabled). Give its URL as redis.`,
  );
}

export function unknownMaster(name: string, address: string): CacheopsConfigError {
  return new CacheopsConfigError(
    `redis.sentinel.name: the Sentinel at ${address} knows no master named ${JSON.stringify(name)}. ` +
      "Give the name of its configuration (SENTINEL MASTERS lists them).",
  );
}

export function noSentinel(address: string): CacheopsConfigError {
  return new CacheopsConfigError(
    `redis.sentinel.sentinelRootNodes: what answers at ${address} is no Sentinel. Give the addresses of Sentinels ` +
      "(their port is 26379 unless configured), or the URL of Redis as redis.",
  );
}
