import { expect } from "chai";
import { type RedisClientType, createClient } from "redis";
import { createRedisStore } from "../../src/stores/redis";
import type { CacheStore, Claim, Dependency, EntryKey, Namespace, RecordName } from "../../src/stores/store";
import { commandsWith } from "../support/redis";
import { services } from "../support/services";
import { all, claim, entryBeside, epoch, freshNamespace, some, table } from "./addresses";

const TTL = 60_000;
const LEASE = 500_000;

describe("redis store: what it does to the server", () => {
  let client: RedisClientType;
  let store: CacheStore;
  let namespace: Namespace;
  let everything: RecordName;
  let city: RecordName;
  let country: RecordName;
  let dependencies: Dependency[];
  let claims: Claim[];
  let entry: EntryKey;

  before(async () => void (client = await createClient({ url: services().redisUrl }).connect()));
  after(() => client.destroy());

  beforeEach(async () => {
    store = createRedisStore({ redis: services().redisUrl, operationTimeout: 5000 });
    await store.connect();
    namespace = freshNamespace();
    [everything, city, country] = [epoch(namespace), table(namespace, "city"), table(namespace, "country")];
    await store.open(everything);
    dependencies = [all(everything), some(city, "id/1", "owner"), all(country)];
    claims = [claim(city, "", "id/1", "id/never", "owner"), all(country)];
    entry = entryBeside(city);
  });

  afterEach(async () => {
    await store.clear(namespace.prefix);
    await store.disconnect();
  });

  const look = () => store.lookup(entry, dependencies, TTL, LEASE);
  const fill = async () => {
    const { versions } = (await look()).snapshot;
    expect(await store.store(entry, dependencies, versions, Buffer.from("payload"), TTL)).to.equal(true);
  };
  const keys = async () => {
    const found: string[] = [];
    for await (const batch of client.scanIterator({ MATCH: `${namespace.prefix}*` })) found.push(...batch);
    return found.sort();
  };
  const epochs = () => keys().then((all) => all.filter((key) => key.endsWith("everything:}:record")));
  const others = () => keys().then((all) => all.filter((key) => !key.endsWith("everything:}:record")));
  const record = "}:record";
  const isEntry = (key: string) => key.includes(":entry:");
  const fence = () => store.fence("writer", everything, claims, LEASE);
  const replace = () => store.replace("writer", everything, claims);

  it("is one EVALSHA for a hit", async () => {
    await fill();
    const commands = await commandsWith(services().redisUrl, namespace.prefix, async () => {
      expect((await look()).entry?.payload.toString()).to.equal("payload");
    });
    expect(commands).to.deep.equal(["EVALSHA"]);
  });

  it("is one command for each step of a fill and of a write", async () => {
    const fillAndWrite = async () => {
      await fill();
      await store.registries([city, country]);
      await fence();
      await replace();
    };
    await fillAndWrite();
    const commands = await commandsWith(services().redisUrl, namespace.prefix, fillAndWrite);
    expect(commands).to.deep.equal(Array(5).fill("EVALSHA"));
  });

  it("is one command also where a result told parts that nobody knew", async () => {
    const versions = (await look()).snapshot.versions;
    const complete = [dependencies[0]!, some(city, "id/1", "owner/1", "owner/2"), dependencies[2]!];
    const commands = await commandsWith(services().redisUrl, namespace.prefix, async () => {
      expect(await store.store(entry, complete, versions, Buffer.from("payload"), TTL)).to.equal(true);
      expect((await look()).entry?.current).to.equal(true);
    });
    expect(commands).to.deep.equal(["EVALSHA", "EVALSHA"]);
  });

  it("sends a script again after the server forgot it (section 5: script flush)", async () => {
    await fill();
    await client.scriptFlush();
    expect((await look()).entry?.payload.toString()).to.equal("payload");
  });

  it("leaves no key without a lifetime, and none of a record below lease or twice the entry's", async () => {
    await fill();
    for (const key of await others())
      expect(await client.pTTL(key)).to.be.within(1, isEntry(key) ? TTL : 2 * TTL);
    await fence();
    for (const key of await others()) {
      if (key.endsWith(record)) expect(await client.pTTL(key)).to.be.within(LEASE - 10_000, 2 * LEASE);
    }
    await replace();
    await look();
    for (const key of await others()) {
      if (key.endsWith(record)) expect(await client.pTTL(key)).to.be.within(LEASE - 10_000, 2 * LEASE);
      else if (!isEntry(key)) expect(await client.pTTL(key)).to.be.within(2 * TTL - 10_000, 2 * TTL);
    }
  });

  it("makes records outlive the entries that a lookup may find and a store leaves behind (cacheops test_ttl)", async () => {
    const { versions } = (await store.lookup(entry, dependencies, 1000, LEASE)).snapshot;
    for (const key of await others()) expect(await client.pTTL(key)).to.be.within(1, 2000);
    await store.store(entry, dependencies, versions, Buffer.from("payload"), 500_000);
    for (const key of await others()) expect(await client.pTTL(key)).to.be.within(490_000, 1_000_000);
    await store.lookup(entry, dependencies, 2_000_000, LEASE);
    for (const key of await others()) {
      if (!isEntry(key)) expect(await client.pTTL(key)).to.be.within(1_990_000, 4_000_000);
    }
  });

  it("keeps an epoch for a week at least, or an application that idles would come back to a lost one", async () => {
    const week = 7 * 24 * 3600 * 1000;
    for (const use of [() => Promise.resolve(), look, () => fence()]) {
      await use();
      for (const key of await epochs()) {
        expect(await client.pTTL(key)).to.be.within(week, 2 * week);
        await client.pExpire(key, 1000);
      }
    }
  });

  it("accepts lifetimes of any length", async () => {
    for (const ttl of [5000.2, 1e17, Number.MAX_VALUE, Infinity]) {
      const { versions } = (await store.lookup(entry, dependencies, ttl, LEASE)).snapshot;
      expect(await store.store(entry, dependencies, versions, Buffer.from("payload"), ttl)).to.equal(true);
    }
    for (const key of await keys()) expect(await client.pTTL(key)).to.be.above(TTL);
  });

  it("treats values of other types under its keys as missing, and replaces them", async () => {
    await fill();
    const before = (await look()).snapshot.versions;
    for (const key of await others()) await client.set(key, "not ours");
    const found = await look();
    expect(found.entry).to.equal(undefined);
    expect(found.snapshot.versions.slice(1).filter((version) => before.includes(version))).to.deep.equal([]);
    for (const key of await others()) await client.set(key, "not ours");
    await fence();
    for (const key of await others()) await client.set(key, "not ours");
    await replace();
    for (const key of await others()) await client.set(key, "not ours");
    expect(await store.store(entry, dependencies, before, Buffer.from("payload"), TTL)).to.equal(false);
    await fill();
    expect((await look()).entry?.payload.toString()).to.equal("payload");
  });

  it("treats an entry without its fields as missing", async () => {
    await fill();
    const [key] = (await keys()).filter((name) => name.includes(":entry:"));
    await client.hDel(key!, "payload");
    expect((await look()).entry).to.equal(undefined);
    await fill();
    expect(await client.hGet(key!, "payload")).to.equal("payload");
  });

  it("clears more keys than one SCAN gives", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => some(table(namespace, `table ${index}`), "id/1"));
    await store.lookup(entry, [dependencies[0]!, ...many], TTL, LEASE);
    await store.clear(namespace.prefix);
    expect(await others()).to.deep.equal([]);
  });
});
