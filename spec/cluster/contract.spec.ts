import { Cluster, Redis } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis-5";
import { createCluster, createSentinel } from "redis";
import { createCluster as createCluster5, createSentinel as createSentinel5 } from "redis-5";
import type { StoreUnderTest } from "../contract/fixture";
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

/** `SPEC_CLIENTS=few` leaves out all but the first of each kind. */
const KINDS: readonly Readonly<Record<string, () => Promise<StoreUnderTest>>>[] = [
  {
    "cluster by options": async () => subject({ cluster: roots() }),
    "cluster by a client of node-redis 6": async () => {
      const client = createCluster(roots());
      await client.connect();
      return subject(client, () => client.destroy());
    },
    "cluster by a client of node-redis 5": async () => {
      const client = createCluster5(roots());
      await client.connect();
      return subject(client, () => client.destroy());
    },
  },
  {
    "cluster by a client of ioredis 6": async () => {
      const client = new Cluster([services().clusterUrl]);
      return subject(client, () => client.disconnect());
    },
    "cluster by a client of ioredis 5": async () => {
      const client = new Cluster5([services().clusterUrl]);
      return subject(client, () => client.disconnect());
    },
  },
  {
    "sentinel by options": async () => subject({ sentinel: sentinel() }),
    "sentinel by a client of node-redis 6": async () => {
      const client = await createSentinel(sentinel()).connect();
      return subject(client, () => client.destroy());
    },
    "sentinel by a client of node-redis 5": async () => {
      const client = await createSentinel5(sentinel()).connect();
      return subject(client, () => client.destroy());
    },
    "sentinel by a client of ioredis 6": async () => {
      const client = new Redis(throughSentinel());
      return subject(client, () => client.disconnect());
    },
    "sentinel by a client of ioredis 5": async () => {
      const client = new Redis5(throughSentinel());
      return subject(client, () => client.disconnect());
    },
  },
];

for (const kind of KINDS) {
  const all = Object.entries(kind);
  for (const [name, open] of process.env["SPEC_CLIENTS"] === "few" ? all.slice(0, 1) : all)
    describeStoreContract(name, open);
}
