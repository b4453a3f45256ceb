import { expect } from "chai";
import type { CacheStore, Dependency, EntryKey, Namespace, Version } from "../../src/stores/store";
import { entryBeside, epoch, freshNamespace, table } from "./addresses";

export interface StoreUnderTest {
  readonly store: CacheStore;
  /** Lets the store's clock go on, by a millisecond or by however long a look at it takes. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

const TTL = 60_000;
const LEASE = 60_000;
const OLD = Buffer.from("old");
const NEW = Buffer.from("new");

/** What every `CacheStore` must do. */
export function describeStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let subject: StoreUnderTest;
    let store: CacheStore;
    let namespace: Namespace;
    let city: Dependency;
    let country: Dependency;
    let entry: EntryKey;

    beforeEach(async () => {
      subject = await makeStore();
      store = subject.store;
      await store.connect();
      namespace = freshNamespace();
      city = table(namespace, "city");
      country = table(namespace, "country");
      entry = entryBeside(city);
    });

    afterEach(async () => {
      await store.clear(namespace.prefix);
      await store.disconnect();
      await subject.close();
    });

    const look = (dependencies: Dependency[] = [city], key = entry) => store.lookup(key, dependencies, TTL);
    const versionsOf = async (...dependencies: Dependency[]) => (await look(dependencies)).snapshot.versions;
    const put = (versions: readonly Version[], payload = OLD, dependencies = [city], key = entry) =>
      store.store(key, dependencies, versions, payload, TTL);
    const isCurrent = async (dependencies = [city], key = entry) => {
      const { entry: found, snapshot } = await look(dependencies, key);
      return found !== undefined && found.versions.join() === snapshot.versions.join();
    };
    /** Looks until a lease that is running out has run out. */
    const unfenced = async () => {
      for (;;) {
        const { snapshot } = await look();
        if (!snapshot.fenced) return snapshot;
        await subject.tick();
      }
    };

    describe("entries", () => {
      it("gives nothing before anything was stored", async () => {
        expect((await look()).entry).to.equal(undefined);
      });

      for (const [what, bytes] of Object.entries({
        "every byte value": Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
        "no bytes at all": Buffer.alloc(0),
        "a megabyte": Buffer.alloc(1024 * 1024, "\r\n$-1\r\n\0{}"),
      })) {
        it(`gives back ${what}, with the versions it was stored under`, async () => {
          const versions = await versionsOf(city, country);
          expect(await put(versions, bytes, [city, country])).to.equal(true);
          const found = (await look([city, country])).entry;
          expect(found?.payload.equals(bytes)).to.equal(true);
          expect(found?.versions).to.deep.equal(versions);
        });
      }

      it("shares no bytes with its callers", async () => {
        const given = Buffer.from("given");
        await put(await versionsOf(city), given);
        given.fill(0);
        (await look()).entry?.payload.fill(0);
        expect((await look()).entry?.payload.toString()).to.equal("given");
      });

      it("keeps the later of two results", async () => {
        const versions = await versionsOf(city);
        await put(versions, OLD);
        await put(versions, NEW);
        expect((await look()).entry?.payload.equals(NEW)).to.equal(true);
      });

      it("loses an entry at the end of its time", async () => {
        const versions = await versionsOf(city);
        expect(await store.store(entry, [city], versions, OLD, 20)).to.equal(true);
        while ((await look()).entry) await subject.tick();
        expect(await versionsOf(city)).to.deep.equal(versions);
      });

      it("removes the entries it is told to and no others", async () => {
        const other = entryBeside(city, "other");
        const versions = await versionsOf(city);
        await put(versions);
        await put(versions, OLD, [city], other);
        await store.remove([entry, entryBeside(country, "never stored")]);
        expect((await look()).entry).to.equal(undefined);
        expect((await look([city], other)).entry?.payload.equals(OLD)).to.equal(true);
        await store.remove([]);
      });

      it("keeps an entry apart from the same hash elsewhere", async () => {
        await put(await versionsOf(city));
        const elsewhere = table({ ...namespace, database: "other" }, "city");
        expect((await look([elsewhere], entryBeside(elsewhere))).entry).to.equal(undefined);
      });
    });

    describe("versions", () => {
      it("are the same until replaced, and differ between records", async () => {
        const all = [epoch(namespace), city, country];
        const versions = await versionsOf(...all);
        expect(new Set(versions).size).to.equal(3);
        expect(await versionsOf(...all)).to.deep.equal(versions);
        expect(await versionsOf(country, epoch(namespace), city)).to.deep.equal([versions[2], versions[0], versions[1]]);
      });

      it("name the same record twice in one call, even when it is new", async () => {
        const [first, second] = await versionsOf(city, city);
        expect(first).to.equal(second);
      });

      it("change for the replaced record alone, and make its entries stale", async () => {
        const [cityBefore, countryBefore] = await versionsOf(city, country);
        await put([cityBefore!, countryBefore!], OLD, [city, country]);
        await store.replace("writer", [city]);
        const [cityAfter, countryAfter] = await versionsOf(city, country);
        expect(cityAfter).to.not.equal(cityBefore);
        expect(countryAfter).to.equal(countryBefore);
        expect(await isCurrent([city, country])).to.equal(false);
      });

      it("never come back", async () => {
        const seen = new Set<Version>();
        for (let round = 0; round < 20; round++) {
          seen.add((await versionsOf(city))[0]!);
          if (round % 2) await store.clear(namespace.prefix);
          else await store.replace("writer", [city]);
        }
        expect(seen.size).to.equal(20);
      });

      it("refuse a result that was read before a replacement", async () => {
        const before = await versionsOf(city, country);
        await store.replace("writer", [country]);
        expect(await put(before, OLD, [city, country])).to.equal(false);
        expect((await look()).entry).to.equal(undefined);
      });

      it("refuse a result of a record that was lost meanwhile", async () => {
        const before = await versionsOf(city);
        await store.clear(namespace.prefix);
        expect(await put(before)).to.equal(false);
        expect(await versionsOf(city)).to.not.deep.equal(before);
      });

      it("refuse a result whose versions are of other dependencies", async () => {
        const [version] = await versionsOf(city);
        await versionsOf(country);
        expect(await put([version!], OLD, [city, country])).to.equal(false);
        expect(await put([version!, version!], OLD, [city, country])).to.equal(false);
      });

      for (const kind of ["everything", "id"] as const) {
        it(`serve records of kind ${kind}, apart from a table of that name`, async () => {
          const record: Dependency = { namespace, kind, name: kind === "id" ? "city" : "" };
          const versions = await versionsOf(city, record);
          await put(versions, OLD, [city, record]);
          await store.replace("writer", [record]);
          const after = await versionsOf(city, record);
          expect(after[0]).to.equal(versions[0]);
          expect(after[1]).to.not.equal(versions[1]);
        });
      }
    });

    describe("marks", () => {
      it("keep readers from hitting and from storing, and do not change the version", async () => {
        const versions = await versionsOf(city, country);
        await put(versions, OLD, [city, country]);
        await store.fence("writer", [country], LEASE);
        const { snapshot, entry: found } = await look([city, country]);
        expect(snapshot).to.deep.equal({ versions, fenced: true });
        expect(found?.payload.equals(OLD)).to.equal(true);
        expect(await put(versions, NEW, [city, country])).to.equal(false);
        expect((await look([city])).snapshot.fenced).to.equal(false);
      });

      it("stand on a record that was missing", async () => {
        await store.fence("writer", [city], LEASE);
        const { snapshot } = await look();
        expect(snapshot.fenced).to.equal(true);
        expect(await put(snapshot.versions)).to.equal(false);
      });

      it("go with their writer's replacement, which gives a new version", async () => {
        const before = await versionsOf(city);
        await store.fence("writer", [city], LEASE);
        await store.replace("writer", [city]);
        const { snapshot } = await look();
        expect(snapshot.fenced).to.equal(false);
        expect(snapshot.versions).to.not.deep.equal(before);
        expect(await put(before)).to.equal(false);
        expect(await put(snapshot.versions)).to.equal(true);
      });

      it("of several writers stay until each has replaced", async () => {
        await store.fence("first", [city], LEASE);
        await store.fence("second", [city], LEASE);
        await store.replace("first", [city]);
        expect((await look()).snapshot.fenced).to.equal(true);
        await store.replace("a third without a mark", [city]);
        expect((await look()).snapshot.fenced).to.equal(true);
        await store.replace("second", [city]);
        expect((await look()).snapshot.fenced).to.equal(false);
      });

      it("count as a replacement once their lease ran out", async () => {
        const before = await versionsOf(city);
        await put(before);
        await store.fence("died", [city], 20);
        const after = await unfenced();
        expect(after.versions).to.not.deep.equal(before);
        expect(await isCurrent()).to.equal(false);
        expect(await versionsOf(city)).to.deep.equal(after.versions);
      });

      it("of a dead writer do not end those of a live one", async () => {
        const before = await versionsOf(city);
        await store.fence("alive", [city], LEASE);
        await store.fence("died", [city], 20);
        while ((await versionsOf(city))[0] === before[0]) await subject.tick();
        expect((await look()).snapshot.fenced).to.equal(true);
        await store.replace("alive", [city]);
        expect((await look()).snapshot.fenced).to.equal(false);
      });

      it("refuse a result whose writer died, whoever comes first after it", async () => {
        const before = await versionsOf(city);
        await store.fence("died", [city], 20);
        for (let ticks = 0; ticks < 25; ticks++) await subject.tick();
        expect(await put(before)).to.equal(false);
      });

      it("live longer when set again", async () => {
        await store.fence("writer", [city], 1);
        await store.fence("writer", [city], LEASE);
        for (let ticks = 0; ticks < 5; ticks++) await subject.tick();
        expect((await look()).snapshot.fenced).to.equal(true);
        await store.replace("writer", [city]);
        expect((await look()).snapshot.fenced).to.equal(false);
      });

      it("need no dependencies", async () => {
        await store.fence("writer", [], LEASE);
        await store.replace("writer", []);
        expect((await look([])).snapshot).to.deep.equal({ versions: [], fenced: false });
      });
    });

    describe("namespaces", () => {
      it("of another database or prefix have records of their own", async () => {
        const others = [
          table({ ...namespace, database: "other" }, "city"),
          table({ ...namespace, prefix: `${namespace.prefix}-2` }, "city"),
        ];
        const before = await versionsOf(...others);
        await store.fence("writer", [city], LEASE);
        await store.replace("writer", [city]);
        const { snapshot } = await look(others);
        expect(snapshot).to.deep.equal({ versions: before, fenced: false });
        await store.clear(`${namespace.prefix}-2`);
      });

      it("cannot be confused by the characters of their parts", async () => {
        const names = ["x", "x/table:y", "x}", "{x}", "x:record", "x%7d", "x}:record", "*", "x\n", "ü"];
        const records = names.flatMap((name) => [
          table({ ...namespace, database: name }, "y"),
          table({ ...namespace, database: "x" }, name),
          { namespace: { ...namespace, database: "x" }, kind: "id" as const, name },
        ]);
        expect(new Set(await versionsOf(...records)).size).to.equal(records.length);
      });
    });

    describe("clear", () => {
      it("takes entries and records of all databases under the prefix", async () => {
        const elsewhere = table({ ...namespace, database: "other" }, "city");
        const before = await versionsOf(city, elsewhere);
        await put([before[0]!]);
        await store.clear(namespace.prefix);
        expect((await look()).entry).to.equal(undefined);
        const after = await versionsOf(city, elsewhere);
        expect(after[0]).to.not.equal(before[0]);
        expect(after[1]).to.not.equal(before[1]);
      });

      for (const [own, foreign] of [
        ["a", "ab"],
        ["a*", "ab"],
        ["a?", "ab"],
        ["[ab]", "a"],
        ["a\\", "a"],
        ["a", "a:v1:b"],
        ["a{", "a"],
        ["", "a"],
      ] as const) {
        it(`of "${own}" takes nothing of "${foreign}"`, async () => {
          const mine = table({ ...namespace, prefix: own && namespace.prefix + own }, "city");
          const theirs = table({ ...namespace, prefix: namespace.prefix + foreign }, "city");
          const [minesVersion, theirsVersion] = await versionsOf(mine, theirs);
          await put([theirsVersion!], OLD, [theirs], entryBeside(theirs));
          await store.clear(mine.namespace.prefix);
          expect(await isCurrent([theirs], entryBeside(theirs))).to.equal(true);
          expect(await versionsOf(mine)).to.not.deep.equal([minesVersion]);
          await store.clear(mine.namespace.prefix);
          await store.clear(theirs.namespace.prefix);
        });
      }

      it("keeps the marks of writes in flight", async () => {
        await store.fence("writer", [city], LEASE);
        await store.clear(namespace.prefix);
        expect((await look()).snapshot.fenced).to.equal(true);
        await store.replace("writer", [city]);
      });
    });

    describe("many at once", () => {
      it("5,000 dependencies in one call", async () => {
        const many = Array.from({ length: 5000 }, (_, index) => table(namespace, `table ${index}`));
        const { versions } = (await look(many)).snapshot;
        expect(new Set(versions).size).to.equal(5000);
        expect(await put(versions, OLD, many)).to.equal(true);
        expect(await isCurrent(many)).to.equal(true);
        await store.fence("writer", many, LEASE);
        await store.replace("writer", many);
        expect(await isCurrent(many)).to.equal(false);
      });

      it("50 readers who find nothing and store", async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            const key = entryBeside(city, `hash ${index % 10}`);
            const { snapshot } = await look([city, country], key);
            return put(snapshot.versions, Buffer.from(`${index % 10}`), [city, country], key);
          }),
        );
        expect(outcomes).to.deep.equal(Array(50).fill(true));
        for (let index = 0; index < 10; index++) {
          const found = await look([city, country], entryBeside(city, `hash ${index}`));
          expect(found.entry?.payload.toString()).to.equal(`${index}`);
        }
      });

      it("writers between the reads and the stores: nothing read before a write is current after it", async () => {
        const read = await Promise.all(Array.from({ length: 50 }, () => look()));
        await Promise.all([
          ...read.map(({ snapshot }) => put(snapshot.versions)),
          store.fence("writer", [city], LEASE).then(() => store.replace("writer", [city])),
          ...read.map(({ snapshot }) => put(snapshot.versions)),
        ]);
        expect(await isCurrent()).to.equal(false);
      });
    });
  });
}
