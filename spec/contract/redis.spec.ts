import { createClient } from "redis";
import { createClient as createClient5 } from "redis-5";
import { createRedisStore } from "../../src/stores/redis";
import type { RedisOption } from "../../src/stores/redis";
import { services } from "../support/services";
import type { StoreUnderTest } from "./fixture";
import { describeStoreContract } from "./store.contract";

const url = () => services().redisUrl;

describeStoreContract("redis by URL", async () => subject(url()));
describeStoreContract("redis by options", async () => subject({ url: url(), name: "cacheops", RESP: 2 }));
describeStoreContract("redis by a client of node-redis 6", async () => {
  const client = await createClient({ url: url() }).connect();
  return subject(client, () => client.destroy());
});
describeStoreContract("redis by a client of node-redis 5", async () => {
  const client = await createClient5({ url: url() }).connect();
  return subject(client, () => client.destroy());
});

function subject(redis: RedisOption, close: () => void = () => undefined): StoreUnderTest {
  const store = createRedisStore({ redis, operationTimeout: 5000 });
  return {
    store,
    tick: async () => new Promise((resolve) => setTimeout(resolve, 1)),
    close: async () => close(),
  };
}
