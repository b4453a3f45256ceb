import { createRedisStore, type RedisOption } from "../../src/stores/redis";
import type { StoreUnderTest } from "./fixture";

export function subject(redis: RedisOption, close: () => unknown = () => undefined): StoreUnderTest {
  const store = createRedisStore({ redis, operationTimeout: 5000 });
  return {
    store,
    tick: async () => new Promise((resolve) => setTimeout(resolve, 1)),
    close: async () => void (await close()),
  };
}
