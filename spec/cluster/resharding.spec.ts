import { expect } from "chai";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { createRedisStore, type RedisOption } from "../../src";
import { recordKey } from "../../src/stores/redis/keyspace";
import type { CacheStore, RecordName } from "../../src/stores/store";
import { all, claim, entryBeside, epoch, freshNamespace, some, table } from "../contract/addresses";
import { type Node, type RunningCluster, startCluster } from "./running";

const HOUR = 3_600_000;

describe("a slot that moves to another node", function () {
  this.timeout(60_000);
  let cluster: RunningCluster;
  let store: CacheStore;
  let everything: RecordName;
  let city: RecordName;
  let slot: string;
  let from: Node;
  let to: Node;
  let close: () => unknown;

  before(async () => void (cluster = await startCluster()));
  after(() => cluster.stop());

  const CLIENTS: Record<string, () => Promise<{ redis: RedisOption; close(): unknown }>> = {
    "its own client": async () => ({
      redis: { cluster: { rootNodes: [{ url: cluster.url }] } },
      close: () => undefined,
    }),
    "a client of node-redis 6": async () => {
      const client = createCluster({ rootNodes: [{ url: cluster.url }] });
      await client.on("error", () => undefined).connect();
      return { redis: client, close: () => client.destroy() };
    },
    "a client of ioredis 6": async () => {
      const client = new Cluster([cluster.url]);
      return { redis: client, close: () => client.disconnect() };
    },
  };

  const start = async (name: string): Promise<void> => {
    const client = await CLIENTS[name]!();
    close = client.close;
    store = createRedisStore({ redis: client.redis, operationTimeout: 10_000 });
    await store.connect();
    const namespace = freshNamespace();
    [everything, city] = [epoch(namespace), table(namespace, "city")];
    await store.open(everything);
    slot = String(await cluster.masters[0]!.command("CLUSTER", "KEYSLOT", recordKey(city)));
    const counts = await Promise.all(cluster.masters.map((node) => owns(node, slot)));
    from = cluster.masters[counts.indexOf(true)]!;
    to = cluster.masters[(counts.indexOf(true) + 1) % 3]!;
  };
  afterEach(async () => {
    await store.disconnect();
    await close();
  });

  const on = (...names: string[]) => [all(everything), some(city, ...names)];
  const look = (...names: string[]) =>
    store.lookup(entryBeside(city, names.join()), on(...names), HOUR, HOUR);
  const fill = async (...names: string[]): Promise<boolean> => {
    const { versions } = (await look(...names)).snapshot;
    return store.store(entryBeside(city, names.join()), on(...names), versions, Buffer.from("old"), HOUR);
  };
  const announce = async (): Promise<void> => {
    await to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
    await from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
  };
  const keys = async () => (await from.command("CLUSTER", "GETKEYSINSLOT", slot, "1000")) as string[];
  const move = (...some: string[]) =>
    from.command("MIGRATE", "127.0.0.1", String(to.port), "", "0", "5000", "KEYS", ...some);
  const settle = async (): Promise<void> => {
    for (const node of [to, from, ...cluster.masters])
      await node.command("CLUSTER", "SETSLOT", slot, "NODE", to.id);
  };

  for (const name of Object.keys(CLIENTS)) {
    it(`takes entries and versions along: ${name}`, async () => {
      await start(name);
      expect(await fill("id/1")).to.equal(true);
      await announce();
      await move(...(await keys()));
      expect((await look("id/1")).entry?.current, "asked of the node that it goes to").to.equal(true);
      await settle();
      expect((await look("id/1")).entry?.current, "moved").to.equal(true);
      await store.replace("writer", everything, [claim(city, "", "id/1")]);
      expect((await look("id/1")).entry?.current, "replaced").to.equal(false);
    });

    it(`waits while its keys are some here and some there, and loses no invalidation: ${name}`, async () => {
      await start(name);
      expect([await fill("id/1"), await fill("id/2")]).to.deep.equal([true, true]);
      await store.fence("writer", everything, [claim(city, "", "id/1")], HOUR);
      await announce();
      const all = await keys();
      const [record] = all.filter((key) => key.endsWith(":record"));
      await move(record!);
      const ended: string[] = [];
      const replacing = store
        .replace("writer", everything, [claim(city, "", "id/1")])
        .then(() => ended.push("replaced"));
      const looking = look("id/1").then(({ entry, snapshot }) => {
        ended.push("looked");
        // It may have come before the replacement: then a mark is there.
        expect(entry?.current === true && !snapshot.fenced).to.equal(false);
      });
      // Answers come in order, so both have been refused at least once when this one has come.
      await store.registries([everything]);
      expect(ended).to.deep.equal([]);
      await move(...all.filter((key) => key !== record));
      await settle();
      await Promise.all([replacing, looking]);
      expect((await look("id/1")).entry?.current).to.equal(false);
    });
  }
});

async function owns(node: Node, slot: string): Promise<boolean> {
  const ranges = (await node.command("CLUSTER", "SLOTS")) as [number, number, [string, number]][];
  return ranges.some(
    ([first, last, [, port]]) => first <= Number(slot) && Number(slot) <= last && port === node.port,
  );
}
