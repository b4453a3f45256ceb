export { createRedisStore, type RedisStoreOptions } from "./redis-store";
export type { ClusterOption, ReadyClient, RedisOption, SentinelOption } from "./client";
export type { ReadyIoredis, ReadyIoredisCluster } from "./links/ioredis";
export type { ReadyRedisClient, ReadyRedisCluster, ReadyRedisSentinel } from "./links/node-redis";
