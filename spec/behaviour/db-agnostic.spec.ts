import { expect } from "chai";
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from "typeorm";
import {
  cached,
  cachedAs,
  cacheops,
  cacheopsOf,
  type CacheopsOptions,
  createMemoryStore,
  invalidateAll,
  invalidateModel,
  invalidateObj,
  lastInvalidation,
  type ReadEvent,
  simpleCache,
} from "../../src";
import { BLOG, Category, Post } from "../support/blog/entities";
import type { FreshDatabase } from "../support/databases";
import { freshStore } from "../support/stores";
import { COMBINATIONS, useTwoDatabases } from "../support/two-databases";

/** A release that knows one column less. */
@Entity("category")
class Numbered {
  @PrimaryGeneratedColumn() id!: number;
}

/** The same table of a release that takes it for texts of another kind. */
@Entity("category")
class Retyped {
  @PrimaryGeneratedColumn() id!: number;
  @Column("text") title!: string;
}

const DOORS: Record<string, (dataSource: DataSource) => Promise<unknown>> = {
  update: (dataSource) => dataSource.getRepository(Category).update(1, { title: "new" }),
  save: (dataSource) => dataSource.getRepository(Category).save({ id: 1, title: "new" }),
  "plain SQL": (dataSource) => dataSource.query("UPDATE category SET title = 'new'"),
  "a transaction": (dataSource) =>
    dataSource.transaction((manager) => manager.update(Category, 1, { title: "new" })),
  invalidateModel: (dataSource) => invalidateModel(Category, { dataSource }),
  invalidateAll: (dataSource) => invalidateAll({ dataSource }),
  invalidateObj: (dataSource) =>
    invalidateObj(Object.assign(new Category(), { id: 1, title: "old" }), { dataSource }),
  "a cascade": (dataSource) => dataSource.getRepository(Category).delete(1),
};

for (const { database, store } of COMBINATIONS) {
  describe(`dbAgnostic (cacheops DbAgnosticTests) [${database}, ${store}]`, () => {
    const databases = useTwoDatabases(database);
    let opened: DataSource[] = [];
    let shared: CacheopsOptions;
    let one: DataSource;
    let other: DataSource;

    beforeEach(async () => {
      shared = store === "redis" ? freshStore(store) : { store: createMemoryStore() };
      const { main, replica, behind } = databases();
      await behind(replica, "UPDATE category SET title = 'elsewhere'");
      [one, other] = [await open(main), await open(replica)];
      for (const each of [one, other])
        await each.getRepository(Post).insert({ title: titleIn(each), categoryId: 1 });
    });
    afterEach(async () => {
      await Promise.all(opened.map((each) => each.destroy()));
      opened = [];
    });

    async function open(
      { options }: FreshDatabase,
      profile: object = { dbAgnostic: true },
      entities: readonly (new () => object)[] = BLOG,
    ): Promise<DataSource> {
      const profiles = {
        [entities.includes(Category) ? "Category" : "*"]: { ops: "all" as const, ...profile },
      };
      const cache = cacheops({ ...shared, profiles });
      const dataSource = new DataSource({ ...options, entities: [...entities], cache });
      opened.push(await dataSource.initialize());
      return dataSource;
    }

    const titleIn = (dataSource: DataSource): string => (dataSource === one ? "of one" : "of other");
    const category = async (dataSource: DataSource): Promise<string> =>
      (await dataSource.getRepository(Category).find()).map(({ title }) => title).join();
    const posts = async (dataSource: DataSource): Promise<string> =>
      (await dataSource.getRepository(Post).find()).map(({ title }) => title).join();
    const joined = async (dataSource: DataSource): Promise<string> =>
      (await dataSource.getRepository(Post).find({ relations: { category: true } }))
        .map(({ title, category: its }) => `${title} in ${its?.title}`)
        .join();

    async function outcomes(dataSource: DataSource, read: () => Promise<unknown>): Promise<string> {
      const seen: ReadEvent[] = [];
      const listener = (event: ReadEvent): void => void seen.push(event);
      cacheopsOf(dataSource).on("read", listener);
      await read();
      cacheopsOf(dataSource).off("read", listener);
      return seen.map(({ outcome, reason }) => reason ?? outcome).join();
    }

    it("one database is given what the other has read, if asked to", async () => {
      expect(await outcomes(one, () => category(one))).to.equal("miss");
      expect(await outcomes(other, () => category(other))).to.equal("hit");
      expect(await category(other)).to.equal("old");
    });

    it("and not by default", async () => {
      const { main, replica } = databases();
      const [first, second] = [await open(main, {}), await open(replica, {})];
      expect([await category(first), await category(second)]).to.deep.equal(["old", "elsewhere"]);
      await first.getRepository(Category).update(1, { title: "new" });
      expect(await outcomes(second, () => category(second))).to.equal("hit");
    });

    for (const [name, write] of Object.entries(DOORS))
      it(`what changes in one is dropped for both: ${name}`, async () => {
        for (const [writer, reader] of [
          [one, other],
          [other, one],
        ] as const) {
          for (const each of [writer, reader]) await Promise.all([category(each), joined(each)]);
          await write(writer);
          for (const read of [category, joined])
            expect(await outcomes(reader, () => read(reader))).to.equal("stale");
        }
      });

    it("with the commit of a transaction, and not if it is rolled back", async () => {
      await category(one);
      const write = (undo: boolean): Promise<unknown> =>
        other
          .transaction(async (manager) => {
            await manager.update(Category, 1, { title: "new" });
            expect((await manager.find(Category))[0]?.title).to.equal("new");
            expect(await outcomes(one, () => category(one))).to.equal("hit");
            if (undo) throw new Error("undo");
          })
          .catch((error: Error) => expect(error.message).to.equal("undo"));
      await write(true);
      expect(await outcomes(one, () => category(one))).to.equal("hit");
      await write(false);
      expect(await outcomes(one, () => category(one))).to.equal("stale");
    });

    it("statements with other tables stay apart, and so do those without any", async () => {
      for (const outcome of ["miss", "hit"])
        for (const each of [one, other])
          for (const [read, row] of [
            [posts, titleIn(each)],
            [joined, `${titleIn(each)} in ${each === one ? "old" : "elsewhere"}`],
          ] as const)
            expect(
              await outcomes(each, async () => expect(await read(each)).to.equal(row)),
              read.name,
            ).to.equal(outcome);
    });

    it("a statement of both kinds of tables is dropped by a write to either", async () => {
      await joined(one);
      await one.getRepository(Post).update({ title: "of one" }, { title: "renamed" });
      expect(await joined(one)).to.equal("renamed in old");
      await one.getRepository(Category).update(1, { title: "new" });
      expect(await joined(one)).to.equal("renamed in new");
    });

    it("functions and values stay apart; what samples say of the table holds for both", async () => {
      const calls: string[] = [];
      const by = (dataSource: DataSource) => {
        const name = titleIn(dataSource);
        const run = (): string => (calls.push(name), name);
        return {
          timed: cached({ timeout: "1h", dataSource, key: () => "timed" })(async () => run()),
          sampled: cachedAs(Category, { dataSource, key: () => "sampled" })(async () => run()),
          name,
        };
      };
      for (const dataSource of [one, other, one]) {
        const { timed, sampled, name } = by(dataSource);
        expect([await timed(), await sampled()]).to.deep.equal([name, name]);
        await simpleCache(dataSource).set(name, name);
      }
      expect(calls.sort()).to.deep.equal(["of one", "of one", "of other", "of other"]);
      expect(await simpleCache(other).get("of one")).to.equal(undefined);
      const token = await lastInvalidation(Category, { dataSource: one });
      expect(await lastInvalidation(Category, { dataSource: one })).to.equal(token);
      await other.getRepository(Category).update(1, { title: "new" });
      expect(await lastInvalidation(Category, { dataSource: one })).to.not.equal(token);
      await by(one).sampled();
      expect(calls).to.have.length(5);
    });

    it("a row that one saves is there for the other (cacheOnSave)", async () => {
      const [writer, reader] = [await open(databases().main, { dbAgnostic: true, cacheOnSave: true }), other];
      await writer.getRepository(Category).save({ id: 1, title: "saved" });
      const read = async () =>
        expect(await reader.getRepository(Category).findOneBy({ id: 1 })).to.include({ title: "saved" });
      expect(await outcomes(reader, read)).to.equal("hit");
    });

    for (const entity of [Numbered, Retyped])
      it(`releases with other columns share no results: ${entity.name}`, async () => {
        await category(one);
        const agnostic = await open(databases().replica, { dbAgnostic: true }, [entity]);
        const read = (): Promise<unknown> => agnostic.getRepository(entity).find();
        expect(await outcomes(agnostic, read)).to.equal("miss");
        await agnostic.query("UPDATE category SET title = 'new'");
        expect(await outcomes(one, () => category(one))).to.equal("stale");
      });

    it("is true or false", async () => {
      const error = await open(databases().main, { dbAgnostic: "yes" }).catch((reason: unknown) => reason);
      expect(error)
        .to.have.property("message")
        .that.matches(/Category.*dbAgnostic: "yes" is neither true nor false/);
    });
  });
}
