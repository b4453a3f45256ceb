import { expect } from "chai";
import { createClient, type RedisClientType } from "redis";
import { createRedisStore } from "../../src/stores/redis";
import { partKey, recordKey } from "../../src/stores/redis/keyspace";
import type { CacheStore, Claim, Dependency, Lookup, RecordName } from "../../src/stores/store";
import { services } from "../support/services";
import { all, claim, entryBeside, epoch, freshNamespace, some, table } from "./addresses";

const TTL = 60_000;
const LEASE = 60_000;
const UNMARKED = ["at", "count", "incarnation"];

/** Longer than what a busy machine takes for two calls. */
const SHORT = 700;

describe("redis store: what it does about lost keys", () => {
  let client: RedisClientType;
  let store: CacheStore;
  let everything: RecordName;
  let city: RecordName;
  let country: RecordName;

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
    await store.clear(everything.namespace.prefix);
    await client.del([everything, city, country].map(recordKey));
    await store.disconnect();
  });

  const look = (lease = LEASE, record = city, on: Dependency = all(record)): Promise<Lookup> =>
    store.lookup(entryBeside(record), [all(everything), on], TTL, lease);
  const fenced = async (record = city): Promise<boolean> => (await look(LEASE, record)).snapshot.fenced;
  const fencedFor = async (...names: string[]): Promise<boolean> =>
    (await look(LEASE, city, some(city, ...names))).snapshot.fenced;
  const put = (versions: readonly string[], on: Dependency = all(city)): Promise<boolean> =>
    store.store(entryBeside(city), [all(everything), on], versions, Buffer.from("payload"), TTL);
  const fence = (writer: string, lease: number, ...claims: Claim[]) =>
    store.fence(writer, everything, claims, lease);
  const replace = (writer: string, ...claims: Claim[]) => store.replace(writer, everything, claims);
  const lose = (...records: RecordName[]): Promise<number> => client.del(records.map(recordKey));
  const exists = async (record: RecordName): Promise<boolean> =>
    (await client.exists(recordKey(record))) === 1;
  const fieldsOf = (record: RecordName): Promise<string[]> =>
    client.hKeys(recordKey(record)).then((names) => names.sort());

  describe("a record that was marked", () => {
    it("stays marked for all who look, until each of its writers has replaced", async () => {
      await fence("first", LEASE, all(city));
      await fence("second", LEASE, all(city), all(country));
      await lose(city);
      expect(await fenced()).to.equal(true);
      await replace("first", all(city));
      expect(await fenced()).to.equal(true);
      await replace("second", all(country));
      expect([await fenced(), await fenced(country)]).to.deep.equal([true, false]);
      await replace("second", all(city));
      expect(await fenced()).to.equal(false);
      expect(await fieldsOf(everything)).to.deep.equal(UNMARKED);
    });

    it("takes nothing that was read before it was lost", async () => {
      const { versions } = (await look()).snapshot;
      await fence("writer", LEASE, all(city));
      await lose(city);
      expect(await put(versions)).to.equal(false);
      await look();
      expect(await put(versions)).to.equal(false);
    });

    it("is free again when the lease has run out, and the note goes", async () => {
      await fence("died", SHORT, all(city));
      await lose(city);
      expect(await fenced()).to.equal(true);
      while (await fenced());
      expect(await fieldsOf(everything)).to.deep.equal(UNMARKED);
    });
  });

  describe("a record that was marked in part", () => {
    const register = async (): Promise<string> => {
      await look(LEASE, city, some(city, "id/1", "id/2", "owner/1"));
      return (await store.registries([city]))[0]!.stamp;
    };

    it("is marked in part as long as it is the one that was marked", async () => {
      await fence("writer", LEASE, claim(city, await register(), "id/1"));
      expect([await fencedFor("id/1"), await fencedFor("id/2")]).to.deep.equal([true, false]);
      await replace("writer", claim(city, "", "id/1"));
      expect(await fieldsOf(everything)).to.deep.equal(UNMARKED);
    });

    it("is marked as a whole once it was lost, until its writer marks it anew or has replaced", async () => {
      const stamp = await register();
      await fence("writer", LEASE, claim(city, stamp, "id/1"));
      await lose(city);
      expect([await fencedFor("id/1"), await fencedFor("id/2")]).to.deep.equal([true, true]);
      await fence("writer", LEASE, claim(city, await register(), "id/1"));
      expect([await fencedFor("id/1"), await fencedFor("id/2")]).to.deep.equal([true, false]);
      await lose(city);
      expect(await fencedFor("id/2")).to.equal(true);
      await replace("writer", claim(city, stamp, "id/1"));
      expect([await fencedFor("id/1"), await fencedFor("id/2")]).to.deep.equal([false, false]);
    });

    it("and that was lost and marked by another is marked as a whole for the first", async () => {
      await fence("first", LEASE, claim(city, await register(), "id/1"));
      await lose(city);
      await fence("second", LEASE, claim(city, await register(), "id/1"));
      expect(await fencedFor("id/2")).to.equal(true);
      await replace("first", claim(city, "", "id/1"));
      expect([await fencedFor("id/1"), await fencedFor("id/2")]).to.deep.equal([true, false]);
      await replace("second", claim(city, "", "id/1"));
    });

    it("takes no result that was read while the mark was lost", async () => {
      const on = some(city, "id/2");
      await fence("writer", LEASE, claim(city, await register(), "id/1"));
      await lose(city);
      const { versions } = (await look(LEASE, city, on)).snapshot;
      expect(await put(versions, on)).to.equal(false);
      await replace("writer", claim(city, "", "id/1"));
      expect(await put(versions, on)).to.equal(false);
    });
  });

  describe("a part", () => {
    const lost = () => client.del(partKey(city, { scheme: "id", key: "1" }));

    it("that was lost counts as replaced just now: what was read before the last replacement is stale", async () => {
      const on = some(city, "id/1");
      const { versions } = (await look(LEASE, city, on)).snapshot;
      expect(await put(versions, on)).to.equal(true);
      await replace("writer", claim(city, (await store.registries([city]))[0]!.stamp, "id/2"));
      expect((await look(LEASE, city, on)).entry?.current).to.equal(true);
      await lost();
      expect((await look(LEASE, city, on)).entry?.current).to.equal(false);
      expect(await put(versions, on)).to.equal(false);
    });

    it("that was lost while nothing of its record was replaced does not matter", async () => {
      const on = some(city, "id/1");
      expect(await put((await look(LEASE, city, on)).snapshot.versions, on)).to.equal(true);
      await lost();
      expect((await look(LEASE, city, on)).entry?.current).to.equal(true);
    });

    it("that was lost with its replacement under way is stale when it is back", async () => {
      const on = some(city, "id/1");
      const { versions } = (await look(LEASE, city, on)).snapshot;
      const { stamp } = (await store.registries([city]))[0]!;
      await fence("writer", LEASE, claim(city, stamp, "id/1"));
      await lost();
      await replace("writer", claim(city, stamp, "id/1"));
      expect(await put(versions, on)).to.equal(false);
      await look(LEASE, city, on);
      expect(await put(versions, on)).to.equal(false);
    });

    it("that outlives its record counts for nothing", async () => {
      const on = some(city, "id/1");
      const { versions } = (await look(LEASE, city, on)).snapshot;
      await put(versions, on);
      await lose(city);
      expect((await look(LEASE, city, on)).entry?.current).to.equal(false);
      expect(await put(versions, on)).to.equal(false);
    });
  });

  describe("an epoch", () => {
    it("is made by open, and left alone where it is", async () => {
      const { versions } = (await look()).snapshot;
      await store.open(everything);
      expect((await look()).snapshot).to.deep.equal({ versions, fenced: false, refused: [] });
    });

    it("that was lost comes back fenced for a lease, whoever needs it first, and new after that", async () => {
      const comebacks: Record<string, () => Promise<unknown>> = {
        "a look-up": () => look(SHORT),
        "a fence": () => fence("writer", SHORT, all(country)),
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
        expect(entry?.current, who).to.equal(false);
        await replace("writer", all(country));
      }
    });

    it("that was lost is not brought back by a replacement or by a result", async () => {
      const { versions } = (await look()).snapshot;
      await fence("writer", LEASE, all(city));
      await lose(everything);
      await replace("writer", all(city));
      await replace("writer", all(everything));
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
      await fence("writer", LEASE, all(city));
      await store.clear(everything.namespace.prefix);
      await lose(city);
      expect(await fenced()).to.equal(true);
    });
  });

  /** A change of these needs a new format version in keyspace.ts. */
  it("keeps records, parts and entries in these fields", async () => {
    const on = some(city, "id/1");
    await put((await look(LEASE, city, on)).snapshot.versions, on);
    await fence("a writer:1", LEASE, all(city));
    const record = await client.hGetAll(recordKey(city));
    expect(record.incarnation).to.match(/^[\w-]{16}:\d$/);
    expect([record.count, record.registered, record.schemes]).to.deep.equal(["0", "1", "id"]);
    expect(record.at).to.match(/^\d{13}$/);
    expect(record.marks).to.match(/^a%20writer:1 \d{13}$/);
    expect(record["scheme:id"]).to.match(/^1 0 \d{13} \{"columns":\["id"\]\}$/);
    expect(await fieldsOf(city)).to.deep.equal([...UNMARKED, "marks", "registered", "scheme:id", "schemes"]);
    const notes = await client.hGetAll(recordKey(everything));
    expect(notes[`note:${recordKey(city)}`]).to.equal(record.marks);
    expect(Object.keys(notes)).to.have.members([...UNMARKED, `note:${recordKey(city)}`]);
    await fence("a writer:1", LEASE, claim(city, "", "id/1"), all(country));
    expect(await fieldsOf(city)).to.include("mark:a%20writer:1");
    expect(await client.hGet(recordKey(country), "unproven")).to.match(/^[\w-]{16}:\d$/);
    const [key] = await client.keys(`${city.namespace.prefix}*:part:*`);
    expect(key).to.equal(partKey(city, { scheme: "id", key: "1" }));
    expect(await client.get(key!)).to.equal(`${record.incarnation} 0`);
    const [entry] = await client.keys(`${city.namespace.prefix}*:entry:*`);
    expect((await client.hKeys(entry!)).sort()).to.deep.equal(["elsewhere", "payload", "relies", "took"]);
    await client.unlink([key!, entry!]);
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
