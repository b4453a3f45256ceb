import { expect } from "chai";
import { Cluster, Redis } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis-5";
import { createCluster, createSentinel } from "redis";
import { createCluster as createCluster5, createSentinel as createSentinel5 } from "redis-5";
import { createRedisStore, type RedisOption } from "../../src";
import { StoreGuard } from "../../src/core/store-guard";
import { recordKey } from "../../src/stores/redis/keyspace";
import type { CacheStore, RecordName } from "../../src/stores/store";
import { all, entryBeside, epoch, freshNamespace, table } from "../contract/addresses";
import {
  type Node,
  type ReplicatedNode,
  type RunningCluster,
  type RunningSentinel,
  startCluster,
  startSentinel,
} from "./running";

const HOUR = 3_600_000;
const LEASE = 60_000;
const NODE_REDIS_5 = "a client of node-redis 5";

interface Client {
  readonly redis: RedisOption;
  close(): unknown;
}

/** A process: a store, and what the guard makes of its troubles. */
class Process {
  readonly interruptions: Error[] = [];
  readonly store: CacheStore;
  readonly guard: StoreGuard;

  constructor(
    private readonly client: Client,
    private readonly everything: RecordName,
    private readonly city: RecordName,
  ) {
    this.store = createRedisStore({ redis: client.redis, operationTimeout: 1000 });
    this.store.onInterruption?.((cause) => this.interruptions.push(cause));
    const listener = { degraded: () => undefined, recovered: () => undefined };
    this.guard = new StoreGuard(this.store, { policy: "bypass", writer: "process", lease: LEASE, listener });
  }

  async open(): Promise<void> {
    await this.guard.connect();
    await this.guard.open(this.everything);
  }

  get dependencies() {
    return [all(this.everything), all(this.city)];
  }

  look() {
    return this.guard.lookup(entryBeside(this.city), this.dependencies, HOUR);
  }

  /** Until the store answers again. */
  async looks() {
    for (;;) {
      try {
        return await this.look();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** Until it holds: there may be another interruption, which ends what was looked at before it. */
  async fill(): Promise<void> {
    do {
      const { versions } = (await this.looks()).snapshot;
      const entry = entryBeside(this.city);
      await this.guard.store(entry, this.dependencies, versions, Buffer.from("old"), HOUR);
    } while (!(await this.looks()).entry?.current);
  }

  async close(): Promise<void> {
    await this.guard.disconnect();
    await this.client.close();
  }
}

describe("a failover", function () {
  this.timeout(60_000);
  let everything: RecordName;
  let city: RecordName;
  let subject: Process;

  const start = async (client: Client): Promise<void> => {
    const namespace = freshNamespace();
    [everything, city] = [epoch(namespace), table(namespace, "city")];
    subject = new Process(client, everything, city);
    await subject.open();
    await subject.fill();
  };

  describe("of a cluster's node", () => {
    let cluster: RunningCluster;

    beforeEach(async () => void (cluster = await startCluster({ replicas: true })));
    afterEach(async () => {
      await subject.close();
      await cluster.stop();
    });

    const roots = () => ({ rootNodes: cluster.masters.map(({ url }) => ({ url })) });
    const CLIENTS: Record<string, () => Promise<Client>> = {
      "its own client": async () => ({ redis: { cluster: roots() }, close: () => undefined }),
      "a client of node-redis 6": async () => {
        const client = createCluster({ ...roots(), defaults: { disableOfflineQueue: true } });
        await client.on("error", () => undefined).connect();
        return { redis: client, close: () => client.destroy() };
      },
      [NODE_REDIS_5]: async () => {
        const client = createCluster5({ ...roots(), defaults: { disableOfflineQueue: true } });
        await client.on("error", () => undefined).connect();
        return { redis: client, close: () => client.destroy() };
      },
      "a client of ioredis 6": async () => {
        const client = new Cluster(cluster.masters.map(({ url }) => url)).on("error", () => undefined);
        return { redis: client, close: () => client.disconnect() };
      },
      "a client of ioredis 5": async () => {
        const client = new Cluster5(cluster.masters.map(({ url }) => url)).on("error", () => undefined);
        return { redis: client, close: () => client.disconnect() };
      },
    };

    const ownerOf = async (record: RecordName): Promise<number> => {
      const slot = Number(await cluster.masters[0]!.command("CLUSTER", "KEYSLOT", recordKey(record)));
      return Math.min(
        Math.floor(slot / Math.ceil(16384 / cluster.masters.length)),
        cluster.masters.length - 1,
      );
    };

    // Of its own accord node-redis 5 never asks for the successor of a node that is gone: only who is redirected does.
    for (const [name, open] of Object.entries(CLIENTS).filter(([name]) => name !== NODE_REDIS_5)) {
      it(`that dies is an interruption, and nothing older counts when it is over: ${name}`, async () => {
        await start(await open());
        const at = await ownerOf(city);
        await untilCopied(cluster.masters[at]!, cluster.replicas[at]!);
        await cluster.masters[at]!.stop();
        const back = await subject.looks();
        expect(subject.interruptions).to.not.deep.equal([]);
        expect(back.entry?.current ?? false).to.equal(false);
      });
    }

    for (const name of ["its own client", NODE_REDIS_5]) {
      it(`that loses what was acknowledged shows nothing older either, though no connection was lost: ${name}`, async () => {
        await start(await CLIENTS[name]!());
        const at = await ownerOf(city);
        const [master, replica] = [cluster.masters[at]!, cluster.replicas[at]!];
        const versionAt = (node: Node) => node.command("HGET", recordKey(city), "incarnation");
        const before = await versionAt(master);
        await untilCopied(master, replica);
        await cut(replica);
        await subject.guard.replace("writer", everything, [all(city)]);
        await promote(replica, master);
        expect([await versionAt(replica), subject.interruptions.length]).to.deep.equal([before, 0]);
        await subject.guard.registries([city]);
        expect(subject.interruptions.map(({ cause }) => String(cause)).join()).to.include("master no longer");
        expect((await subject.looks()).entry?.current ?? false).to.equal(false);
      });
    }
  });

  describe("by Sentinel", () => {
    let running: RunningSentinel;

    beforeEach(async () => void (running = await startSentinel()));
    afterEach(async () => {
      await subject.close();
      await running.stop();
    });

    const root = () => ({ host: "127.0.0.1", port: running.port });
    const options = () => ({
      name: running.name,
      sentinelRootNodes: [root()],
      passthroughClientErrorEvents: true,
      nodeClientOptions: { disableOfflineQueue: true },
    });
    const CLIENTS: Record<string, () => Promise<Client>> = {
      "its own client": async () => ({
        redis: { sentinel: { name: running.name, sentinelRootNodes: [root()], replicaPoolSize: 1 } },
        close: () => undefined,
      }),
      "a client of node-redis 6": async () => {
        const client = createSentinel(options());
        await client.on("error", () => undefined).connect();
        return { redis: client, close: () => client.destroy() };
      },
      [NODE_REDIS_5]: async () => {
        const client = createSentinel5(options());
        await client.on("error", () => undefined).connect();
        return { redis: client, close: () => client.destroy() };
      },
      "a client of ioredis 6": async () => {
        const client = new Redis({ name: running.name, sentinels: [root()] }).on("error", () => undefined);
        return { redis: client, close: () => client.disconnect() };
      },
      "a client of ioredis 5": async () => {
        const client = new Redis5({ name: running.name, sentinels: [root()] }).on("error", () => undefined);
        return { redis: client, close: () => client.disconnect() };
      },
    };

    for (const [name, open] of Object.entries(CLIENTS)) {
      it(`is an interruption, and nothing older counts when it is over: ${name}`, async () => {
        await start(await open());
        await untilCopied(running.master, running.replica);
        await running.master.stop();
        const back = await subject.looks();
        expect(subject.interruptions).to.not.deep.equal([]);
        expect(back.entry?.current ?? false).to.equal(false);
        await subject.fill();
      });
    }
  });
});

/** A replica promoted before would have lost the epoch, and nothing could be stored until the lease is over. */
async function untilCopied(master: ReplicatedNode, replica: ReplicatedNode): Promise<void> {
  while ((await offsetOf(replica)) !== (await offsetOf(master)));
}

async function offsetOf(node: ReplicatedNode): Promise<string | undefined> {
  return /master_repl_offset:(\d+)/.exec(String(await node.command("INFO", "replication")))?.[1];
}

/** The replica hears no more of its master, and keeps what it has. */
async function cut(replica: Node): Promise<void> {
  await replica.command("CONFIG", "SET", "masterauth", "wrong");
  await replica.command("CLIENT", "KILL", "TYPE", "master");
  while (String(await replica.command("INFO", "replication")).includes("master_link_status:up"));
}

/** Without asking the others, as at a partition; until the old master has heard of it. */
async function promote(replica: Node, master: Node): Promise<void> {
  await replica.command("CLUSTER", "FAILOVER", "TAKEOVER");
  for (;;) if (String(await master.command("ROLE")).startsWith("slave")) return;
}
