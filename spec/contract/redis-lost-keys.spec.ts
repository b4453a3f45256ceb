import { expect } from "chai";
import { createClient, type RedisClientType } from "redis";
import { createRedisStore } from "../../src/stores/redis";
import { recordKey } from "../../src/stores/redis/keyspace";
import type { CacheStore, Dependency, Lookup } from "../../src/stores/store";
import { services } from "../support/services";
import { entryBeside, epoch, freshNamespace, table } from "./addresses";

const TTL = 60_000;
const LEASE = 60_000;

/** Longer than what a busy machine takes for two calls. */
const SHORT = 700;

describe("redis store: what it does about lost keys", () => {
  let client: RedisClientType;
  let store: CacheStore;
  let everything: Dependency;
  let city: Dependency;
  let country: Dependency;

  before(async () => void (client = await createClient({ url: services().redisUrl }).connect()));
  after(() => client.destroy());

  beforeEach(async () => {
    store = createRedisStore({ redis: services().redisUrl, operationTimeout: 5000 });
    await store.connect();
    const namespace = freshNamespace();
    [everything, city, country] = [epoch(namespace), table(namespace, "city"), table(namespace, "country")];
    await store.open(everything);
  });

  afterEach(async () => {
    await client.del([everything, city, country].map(recordKey));
    await store.disconnect();
  });

  const look = (lease = LEASE, record = city): Promise<Lookup> =>
    store.lookup(entryBeside(record), [everything, record], TTL, lease);
  const fenced = async (record = city): Promise<boolean> => (await look(LEASE, record)).snapshot.fenced;
  const put = (versions: readonly string[]): Promise<boolean> =>
    store.store(entryBeside(city), [everything, city], versions, Buffer.from("payload"), TTL);
  const lose = (...records: Dependency[]): Promise<number> => client.del(records.map(recordKey));
  const exists = async (record: Dependency): Promise<boolean> =>
    (await client.exists(recordKey(record))) === 1;
  const fieldsOf = (record: Dependency): Promise<string[]> =>
    client.hKeys(recordKey(record)).then((names) => names.sort());

  describe("a record that was marked", () => {
    it("stays marked for all who look, until each of its writers has replaced", async () => {
      await store.fence("first", everything, [city], LEASE);
      await store.fence("second", everything, [city, country], LEASE);
      await lose(city);
      expect(await fenced()).to.equal(true);
      await store.replace("first", everything, [city]);
      expect(await fenced()).to.equal(true);
      await store.replace("second", everything, [country]);
      expect([await fenced(), await fenced(country)]).to.deep.equal([true, false]);
      await store.replace("second", everything, [city]);
      expect(await fenced()).to.equal(false);
      expect(await fieldsOf(everything)).to.deep.equal(["at", "version"]);
    });

    it("takes nothing that was read before it was lost", async () => {
      const { versions } = (await look()).snapshot;
      await store.fence("writer", everything, [city], LEASE);
      await lose(city);
      expect(await put(versions)).to.equal(false);
      await look();
      expect(await put(versions)).to.equal(false);
    });

    it("is free again when the lease has run out, and the note goes with the next mark", async () => {
      await store.fence("died", everything, [city], SHORT);
      await lose(city);
      expect(await fenced()).to.equal(true);
      while (await fenced());
      await store.fence("next", everything, [city], LEASE);
      await store.replace("next", everything, [city]);
      expect(await fieldsOf(everything)).to.deep.equal(["at", "version"]);
    });
  });

  describe("an epoch", () => {
    it("is made by open, and left alone where it is", async () => {
      const { versions } = (await look()).snapshot;
      await store.open(everything);
      expect((await look()).snapshot).to.deep.equal({ versions, fenced: false });
    });

    it("that was lost comes back fenced for a lease, whoever needs it first, and new after that", async () => {
      const comebacks: Record<string, () => Promise<unknown>> = {
        "a look-up": () => look(SHORT),
        "a fence": () => store.fence("writer", everything, [country], SHORT),
      };
      for (const [who, comeback] of Object.entries(comebacks)) {
        const { versions } = (await look()).snapshot;
        expect(await put(versions), who).to.equal(true);
        await lose(everything);
        await comeback();
        const back = (await look()).snapshot;
        expect(back.fenced, who).to.equal(true);
        expect(await put(back.versions), who).to.equal(false);
        while (await fenced());
        const { snapshot, entry } = await look();
        expect([versions[0], back.versions[0]], who).to.not.include(snapshot.versions[0]);
        expect(entry?.versions, who).to.deep.equal(versions);
        await store.replace("writer", everything, [country]);
      }
    });

    it("that was lost is not brought back by a replacement or by a result", async () => {
      const { versions } = (await look()).snapshot;
      await store.fence("writer", everything, [city], LEASE);
      await lose(everything);
      await store.replace("writer", everything, [city]);
      await store.replace("writer", everything, [everything]);
      expect(await put(versions)).to.equal(false);
      expect(await exists(everything)).to.equal(false);
      expect(await fenced()).to.equal(true);
    });

    it("of another type counts as lost", async () => {
      await client.set(recordKey(everything), "not ours");
      expect(await fenced()).to.equal(true);
    });

    it("stays through clear, under a new version and with its marks and notes", async () => {
      const before = (await look()).snapshot.versions;
      await store.clear(everything.namespace.prefix);
      const cleared = (await look()).snapshot;
      expect(cleared.fenced).to.equal(false);
      expect(cleared.versions[0]).to.not.equal(before[0]);
      await store.fence("writer", everything, [city], LEASE);
      await store.clear(everything.namespace.prefix);
      await lose(city);
      expect(await fenced()).to.equal(true);
    });
  });

  /** A change of these needs a new format version in keyspace.ts. */
  it("keeps records and entries in these fields", async () => {
    await store.fence("a writer:1", everything, [city], LEASE);
    const record = await client.hGetAll(recordKey(city));
    expect(record.version).to.match(/^[\w-]{16}\.1$/);
    expect(record.at).to.match(/^\d{13}$/);
    expect(record.marks).to.match(/^a%20writer:1 \d{13}$/);
    expect(await fieldsOf(city)).to.deep.equal(["at", "marks", "version"]);
    const notes = await client.hGetAll(recordKey(everything));
    expect(notes[`note:${recordKey(city)}`]).to.equal(record.marks);
    expect(Object.keys(notes)).to.have.members(["version", "at", `note:${recordKey(city)}`]);
    await lose(everything);
    await look();
    expect(await client.hGet(recordKey(everything), "marks")).to.match(/^%lost \d{13}$/);
  });

  it("replaces a version from the future: the server's clock was set back (section 5: clock jump)", async () => {
    const before = (await look()).snapshot.versions;
    await client.hSet(recordKey(city), "at", String(Date.now() + 3_600_000));
    const { snapshot, age } = await look();
    expect(snapshot.versions[1]).to.not.equal(before[1]);
    expect(age).to.be.within(0, 3_600_000);
    expect((await look()).snapshot.versions).to.deep.equal(snapshot.versions);
  });
});
