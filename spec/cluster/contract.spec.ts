import { Cluster, Redis } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis-5";
import { createCluster, createSentinel } from "redis";
import { createCluster as createCluster5, createSentinel as createSentinel5 } from "redis-5";
import { subject } from "../contract/redis-subject";
import { describeStoreContract } from "../contract/store.contract";
import { services } from "../support/services";

const roots = () => ({ rootNodes: [{ url: services().clusterUrl }] });
const sentinel = () => {
  const { name, ...root } = services().sentinel;
  return { name, sentinelRootNodes: [root], passthroughClientErrorEvents: true };
};
const throughSentinel = () => {
  const { name, ...root } = services().sentinel;
  return { name, sentinels: [root] };
};

describeStoreContract("cluster by options", async () => subject({ cluster: roots() }));
describeStoreContract("cluster by a client of node-redis 6", async () => {
  const client = createCluster(roots());
  await client.connect();
  return subject(client, () => client.destroy());
});
describeStoreContract("cluster by a client of node-redis 5", async () => {
  const client = createCluster5(roots());
  await client.connect();
  return subject(client, () => client.destroy());
});
describeStoreContract("cluster by a client of ioredis 6", async () => {
  const client = new Cluster([services().clusterUrl]);
  return subject(client, () => client.disconnect());
});
describeStoreContract("cluster by a client of ioredis 5", async () => {
  const client = new Cluster5([services().clusterUrl]);
  return subject(client, () => client.disconnect());
});

describeStoreContract("sentinel by options", async () => subject({ sentinel: sentinel() }));
describeStoreContract("sentinel by a client of node-redis 6", async () => {
  const client = await createSentinel(sentinel()).connect();
  return subject(client, () => client.destroy());
});
describeStoreContract("sentinel by a client of node-redis 5", async () => {
  const client = await createSentinel5(sentinel()).connect();
  return subject(client, () => client.destroy());
});
describeStoreContract("sentinel by a client of ioredis 6", async () => {
  const client = new Redis(throughSentinel());
  return subject(client, () => client.disconnect());
});
describeStoreContract("sentinel by a client of ioredis 5", async () => {
  const client = new Redis5(throughSentinel());
  return subject(client, () => client.disconnect());
});
