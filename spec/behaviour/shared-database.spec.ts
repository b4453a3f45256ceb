import { expect } from "chai";
import { DataSource } from "typeorm";
import {
  cacheops,
  CacheopsConfigError,
  cacheopsOf,
  type CacheopsOptions,
  createMemoryStore,
  type ReadEvent,
} from "../../src";
import { BLOG, Category } from "../support/blog/entities";
import type { FreshDatabase } from "../support/databases";
import { freshStore, type StoreName } from "../support/stores";
import { COMBINATIONS, useTwoDatabases } from "../support/two-databases";

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

    async function reads(dataSource: DataSource): Promise<string> {
      const seen: ReadEvent[] = [];
      const listener = (event: ReadEvent): void => void seen.push(event);
      cacheopsOf(dataSource).on("read", listener);
      await title(dataSource);
      cacheopsOf(dataSource).off("read", listener);
      return seen.map(({ outcome, reason }) => reason ?? outcome).join();
    }

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

function sharedStore(store: StoreName): CacheopsOptions {
  return store === "redis" ? freshStore(store) : { ...freshStore(store), store: createMemoryStore() };
}
