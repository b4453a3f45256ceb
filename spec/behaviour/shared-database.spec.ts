import { expect } from "chai";
import { DataSource, type DataSourceOptions, Like, type Repository } from "typeorm";
import {
  cachedAs,
  cacheops,
  CacheopsConfigError,
  cacheopsOf,
  type CacheopsOptions,
  createMemoryStore,
  type ReadEvent,
  withoutCache,
} from "../../src";
import { BLOG, Category, Post } from "../support/blog/entities";
import { type FreshDatabase, freshDatabase, onPostgres } from "../support/databases";
import { expectSameValues } from "../support/same-values";
import { freshStore, type StoreName } from "../support/stores";
import { COMBINATIONS, urlOf, useTwoDatabases } from "../support/two-databases";

/** Two databases stand for one and its replica; or there is one, with two connections. */
for (const { database, store } of COMBINATIONS) {
  describe(`data sources that share a database [${database}, ${store}]`, () => {
    const databases = useTwoDatabases(database);
    let opened: DataSource[] = [];
    let shared: CacheopsOptions;

    beforeEach(() => void (shared = sharedStore(store)));
    afterEach(async () => {
      await Promise.all(opened.map((each) => each.destroy()));
      opened = [];
    });

    async function open(
      { options }: FreshDatabase,
      cache: CacheopsOptions = {},
      name?: string,
    ): Promise<DataSource> {
      const caching = cacheops({ ...shared, defaults: { ops: "all" }, replicaLag: "1ms", ...cache });
      const named = name === undefined ? {} : { name };
      const dataSource = new DataSource({
        ...options,
        ...named,
        entities: [...BLOG],
        cache: caching,
      });
      opened.push(await dataSource.initialize());
      return dataSource;
    }

    const write = (dataSource: DataSource, title: string): Promise<unknown> =>
      dataSource.getRepository(Category).update({ id: 1 }, { title });
    const title = async (dataSource: DataSource): Promise<string> =>
      (await dataSource.getRepository(Category).findOneByOrFail({ id: 1 })).title;

    const reads = (dataSource: DataSource): Promise<string> => outcomesOf(dataSource, title);

    /** Replicas are not believed for a moment after a write. */
    async function untilHit(dataSource: DataSource): Promise<void> {
      while ((await reads(dataSource)) !== "hit");
    }

    for (const how of ["by the data source", "by its name"]) {
      const sharing = (owner: DataSource): CacheopsOptions => ({
        shareWith: how === "by its name" ? "main" : owner,
      });

      it(`are invalidated by each other's writes: two connections, ${how}`, async () => {
        const one = await open(databases().main, {}, "main");
        const other = await open(databases().main, sharing(one), "other");
        for (const [writer, text] of [
          [one, "by one"],
          [other, "by the other"],
        ] as const) {
          for (const each of [one, other]) await untilHit(each);
          await write(writer, text);
          for (const each of [one, other]) expect(await title(each)).to.equal(text);
        }
      });

      it(`do not bring a replica's old rows into the cache: ${how}`, async () => {
        const one = await open(databases().main, {}, "main");
        const other = await open(databases().replica, { ...sharing(one), replicaLag: "1h" }, "other");
        await write(one, "new");
        expect([await reads(other), await reads(other)]).to.deep.equal(["replica-lag", "replica-lag"]);
        const { replica, behind } = databases();
        await behind(replica, "UPDATE category SET title = 'new'");
        expect(await title(other)).to.equal("new");
      });
    }

    it("are strangers unless they say so", async () => {
      const one = await open(databases().main, {}, "main");
      const other = await open(databases().main, {}, "other");
      for (const each of [one, other]) await untilHit(each);
      await write(one, "new");
      expect(await reads(other)).to.equal("hit");
    });

    it("must not name itself, nor one of another kind, nor share without a store", async () => {
      const sqlite = new DataSource({ type: "sqljs", entities: [...BLOG] });
      const wrong: [CacheopsOptions, RegExp][] = [
        [{ shareWith: sqlite }, /shareWith: a data source of type "\w+" cannot read .*"sqljs"/],
        [{ shareWith: "" }, /shareWith: "" .*name of a data source/],
        [
          { shareWith: "main", redis: undefined, store: undefined },
          /shareWith: .*Give both the same `redis`/,
        ],
      ];
      for (const [cache, message] of wrong) {
        const error = await open(databases().main, cache).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).to.be.instanceOf(CacheopsConfigError).with.property("message").that.matches(message);
      }
    });
  });
}

type Act = (dataSource: DataSource) => Promise<unknown>;

const categories = (dataSource: DataSource): Repository<Category> => dataSource.getRepository(Category);

const READS: Record<string, Act> = {
  "a row": (dataSource) => categories(dataSource).findOneBy({ id: 1 }),
  "a list": (dataSource) => categories(dataSource).find(),
  "a count": (dataSource) => categories(dataSource).countBy({ title: Like("%a%") }),
  "a builder's raw rows": (dataSource) =>
    categories(dataSource).createQueryBuilder("c").select("c.title", "title").getRawMany(),
  "the main entity's relation": (dataSource) =>
    dataSource.getRepository(Post).find({ relations: { category: true } }),
  "a function": (dataSource) =>
    cachedAs(Category, { dataSource })(async () => {
      const category = await withoutCache(() => categories(dataSource).findOneByOrFail({ id: 1 }));
      return category.title;
    })(),
};

const WRITES: Record<string, Act> = {
  "an update by condition": (dataSource) => categories(dataSource).update({ id: 1 }, { title: "changed" }),
  save: async (dataSource) => {
    const category = await categories(dataSource).findOneByOrFail({ id: 1 });
    await categories(dataSource).save({ ...category, title: "changed" });
  },
  "raw SQL": (dataSource) =>
    dataSource.query(`UPDATE ${schemaOf(dataSource)}.category SET title = 'changed'`),
  "a transaction": (dataSource) =>
    dataSource.transaction((manager) => manager.update(Category, 1, { title: "changed" })),
};

for (const { database, store } of COMBINATIONS) {
  if (database !== "postgres") continue;
  describe(`data sources on one database, whose option \`schema\` differs [${database}, ${store}]`, () => {
    let fresh: FreshDatabase;
    let both: readonly DataSource[] = [];
    before(async () => {
      fresh = await freshDatabase(database);
      await onPostgres(urlOf(fresh.options), "CREATE SCHEMA a; CREATE SCHEMA b");
    });
    beforeEach(async () => {
      const cache = cacheops({ ...sharedStore(store), defaults: { ops: "all" } });
      const options = { ...fresh.options, entities: [...BLOG], synchronize: true, dropSchema: true, cache };
      both = ["a", "b"].map((schema) => new DataSource({ ...options, schema } as DataSourceOptions));
      for (const each of both) {
        await each.initialize();
        await categories(each).insert({ id: 1, title: schemaOf(each) });
        await each.getRepository(Post).insert({ title: "post", category: { id: 1 } });
      }
    });
    afterEach(() => Promise.all(both.map((each) => each.destroy())));
    after(() => fresh.drop());

    for (const [what, read] of Object.entries(READS)) {
      it(`each has its own rows, and hits of them: ${what}`, async () => {
        for (const each of both) expect(await outcomesOf(each, read)).to.match(/miss$/);
        for (const each of both) {
          expect(await outcomesOf(each, read)).to.equal("hit");
          expectSameValues(await read(each), await withoutCache(() => read(each)));
        }
        const [a, b] = await Promise.all(both.map(read));
        expect(a).to.not.deep.equal(b);
      });
    }

    for (const [what, write] of Object.entries(WRITES)) {
      it(`a write in one is none in the other: ${what}`, async () => {
        for (const [writer, other] of [both, both.toReversed()] as [DataSource, DataSource][]) {
          for (const read of Object.values(READS)) for (const each of both) await read(each);
          await write(writer);
          for (const [name, read] of Object.entries(READS)) {
            expect(await outcomesOf(other, read), name).to.equal("hit");
            expectSameValues(await read(writer), await withoutCache(() => read(writer)));
          }
          expect(await categories(writer).findOneBy({ id: 1 })).to.have.property("title", "changed");
        }
      });
    }
  });
}

function schemaOf({ options }: DataSource): string {
  return (options as { schema: string }).schema;
}

/** What became of the reads. */
async function outcomesOf(dataSource: DataSource, read: Act): Promise<string> {
  const seen: ReadEvent[] = [];
  const listener = (event: ReadEvent): void => void seen.push(event);
  cacheopsOf(dataSource).on("read", listener);
  await read(dataSource);
  cacheopsOf(dataSource).off("read", listener);
  return seen.map(({ outcome, reason }) => reason ?? outcome).join();
}

function sharedStore(store: StoreName): CacheopsOptions {
  return store === "redis" ? freshStore(store) : { ...freshStore(store), store: createMemoryStore() };
}
