import { expect } from "chai";
import { createClient } from "redis";
import type { DataSource } from "typeorm";
import { withCache } from "../../src";
import { CacheopsLockError } from "../../src/errors";
import { createRedisStore, type RedisStoreOptions } from "../../src/stores/redis";
import type { CacheStore, EntryKey, LoadLocks } from "../../src/stores/store";
import { RedisServer } from "../consistency/redis-server";
import { BLOG, Post } from "../support/blog/entities";
import { gate, holdStatement } from "../support/gates";
import { Lab } from "../support/lab";
import { type Relay, relayTo } from "../support/redis";
import { services } from "../support/services";
import { entryBeside, freshNamespace, table } from "./addresses";
import { holding, itHoldsLoads, load } from "./locks.contract";

describe("redis store: its locks", () => {
  let entry: EntryKey;
  let stores: CacheStore[];
  let warnings: string[];
  beforeEach(() => {
    entry = entryBeside(table(freshNamespace(), "city"));
    stores = [];
    warnings = [];
  });
  afterEach(() => Promise.all(stores.map((store) => store.disconnect())));

  async function locks(options: Partial<RedisStoreOptions> = {}): Promise<LoadLocks> {
    const warn = (message: string): void => void warnings.push(message);
    const store = createRedisStore({ redis: services().redisUrl, operationTimeout: 5000, warn, ...options });
    stores.push(store);
    await store.connect();
    return store.locks as LoadLocks;
  }

  itHoldsLoads(locks, () => entry);

  it("are renewed as long as the load lasts", async () => {
    const one = await locks({ lockLease: 1500 });
    const client = await createClient({ url: services().redisUrl }).connect();
    const { prefix } = entry.home.namespace;
    const left = async (): Promise<number> => {
      const [key] = await client.keys(`${prefix}*:lock:*`);
      return client.pTTL(key as string);
    };
    const letGo = await holding(one, entry);
    let last = await left();
    for (;;) {
      const now = await left();
      if (now > last) break;
      last = now;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(last).to.be.above(0);
    await letGo();
    client.destroy();
  });

  it("come free by themselves when their holder is gone", async () => {
    const relay = await relayTo(services().redisUrl);
    const [gone, other] = [await locks({ redis: relay.url, lockLease: 200 }), await locks()];
    const letGo = await holding(gone, entry);
    await relay.cut();
    expect(await other.freed(entry, 10_000)).to.be.oneOf(["freed", "never held"]);
    expect(await other.hold(entry, load)).to.deep.equal({ value: "loaded" });
    await letGo();
    await relay.close();
  });

  it("keep nobody from loading when Redis cannot be asked", async () => {
    const relay = await relayTo(services().redisUrl);
    const one = await locks({ redis: relay.url });
    await relay.cut();
    expect(await one.hold(entry, load)).to.deep.equal({ value: "loaded" });
    expect(await one.freed(entry, 10_000)).to.equal("never held");
    await relay.close();
  });

  it("know their scripts again after SCRIPT FLUSH", async () => {
    const server = await RedisServer.start();
    const [one, other] = [await locks({ redis: server.url }), await locks({ redis: server.url })];
    const letGo = await holding(one, entry);
    await server.command("SCRIPT", "FLUSH");
    expect(await other.hold(entry, load)).to.equal(undefined);
    await letGo();
    await server.kill();
  });

  describe("that cannot be held", () => {
    let relay: Relay;
    beforeEach(async () => (relay = await relayTo(services().redisUrl)));
    afterEach(() => relay.close());

    it("are refused at the start, with the option and the remedy", async () => {
      relay.slow(150);
      const error: unknown = await locks({ redis: relay.url, lockLease: 100 }).catch(
        (caught: unknown) => caught,
      );
      expect(error).to.be.instanceOf(CacheopsLockError).with.property("code", "CACHEOPS_LOCK");
      expect((error as Error).message)
        .to.include("lockLease")
        .and.to.include("Give a longer lockLease");
    });

    it("are warned of when Redis has become slow, and keep nobody from loading", async () => {
      const one = await locks({ redis: relay.url, lockLease: 100 });
      relay.slow(150);
      expect(await one.hold(entry, load)).to.deep.equal({ value: "loaded" });
      expect(warnings.join()).to.include("lockLease");
    });
  });

  describe("of several nodes", () => {
    let nodes: RedisServer[];
    beforeEach(async () => {
      nodes = await Promise.all([RedisServer.start(), RedisServer.start(), RedisServer.start()]);
    });
    afterEach(() => Promise.all(nodes.map((node) => node.kill())));
    const urls = (): string[] => nodes.map(({ url }) => url);

    it("are held by a majority, the cache's own Redis not being asked", async () => {
      const [one, other] = [await locks({ lockNodes: urls() }), await locks({ lockNodes: urls() })];
      const letGo = await holding(one, entry);
      expect(await other.hold(entry, load)).to.equal(undefined);
      expect(await (await locks()).hold(entry, load)).to.deep.equal({ value: "loaded" });
      const counts = await Promise.all(nodes.map((node) => node.command("DBSIZE")));
      expect(counts).to.deep.equal([1, 1, 1]);
      await letGo();
      expect(await other.freed(entry, 10_000)).to.be.oneOf(["freed", "never held"]);
      expect(await other.hold(entry, load)).to.deep.equal({ value: "loaded" });
    });

    it("let two data sources that have them as an option load once", async () => {
      const cache = { lockNodes: urls() };
      const lab = await Lab.open({ database: "postgres", store: "redis", entities: BLOG, cache });
      const other = await lab.sibling(cache);
      const monitor = await createClient({ url: urls()[0]! }).connect();
      try {
        await lab.repository(Post).insert([{ title: "one" }, { title: "two" }]);
        lab.forget();
        const read = (dataSource: DataSource): Promise<Post[]> =>
          withCache({ ops: "all", lock: true }, () =>
            dataSource.getRepository(Post).find({ order: { id: "ASC" } }),
          );
        const held = holdStatement(lab.dataSource, /^SELECT/);
        const first = read(lab.dataSource);
        await held.reached;
        const { reached: waiting, pass } = gate();
        // Only who has been refused looks whether a lock is still there.
        await monitor.monitor((line) => void (/"EXISTS" .*:lock:/i.test(String(line)) && pass()));
        const second = read(other);
        await waiting;
        held.release();
        const titles = [await first, await second].map((posts) => posts.map(({ title }) => title));
        expect(titles).to.deep.equal([
          ["one", "two"],
          ["one", "two"],
        ]);
        expect(lab.statements.filter((sql) => sql.startsWith("SELECT")).length).to.equal(1);
      } finally {
        monitor.destroy();
        await other.destroy();
        await lab.close();
      }
    });

    for (const [what, fault] of Object.entries({
      killed: (node: RedisServer) => node.kill(),
      frozen: async (node: RedisServer) => node.freeze(),
    }))
      it(`are held, refused and given back with one of three ${what}`, async () => {
        const options = { lockNodes: urls(), operationTimeout: 500 };
        const [one, other] = [await locks(options), await locks(options)];
        await fault(nodes[2] as RedisServer);
        const letGo = await holding(one, entry);
        expect(await other.hold(entry, load)).to.equal(undefined);
        const freed = other.freed(entry, 10_000);
        await letGo();
        expect(await freed).to.be.oneOf(["freed", "never held"]);
        expect(await other.hold(entry, load)).to.deep.equal({ value: "loaded" });
      });

    it("keep nobody from loading, and say so, with two of three gone", async () => {
      await Promise.all(nodes.slice(1).map((node) => node.kill()));
      const options = { lockNodes: urls(), connectTimeout: 500 };
      const [one, other] = [await locks(options), await locks(options)];
      expect(warnings.length).to.equal(4);
      expect(warnings[0]).to.match(/^lockNodes: /);
      const letGo = await holding(one, entry);
      expect(await other.hold(entry, load)).to.deep.equal({ value: "loaded" });
      await letGo();
    });
  });
});
