import { Redis } from "ioredis";
import { Redis as Redis5 } from "ioredis-5";
import { createClient } from "redis";
import { createClient as createClient5 } from "redis-5";
import { services } from "../support/services";
import { subject } from "./redis-subject";
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
describeStoreContract("redis by a client of ioredis 6", async () => {
  const client = new Redis(url());
  return subject(client, () => client.disconnect());
});
describeStoreContract("redis by a client of ioredis 5", async () => {
  const client = new Redis5(url());
  return subject(client, () => client.disconnect());
});
