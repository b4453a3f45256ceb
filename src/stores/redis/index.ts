export { createRedisStore, type RedisStoreOptions } from "./redis-store";
export type { ReadyRedisClient, RedisOption } from "./client";
