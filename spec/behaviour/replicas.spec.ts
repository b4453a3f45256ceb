import { expect } from "chai";
import { DataSource } from "typeorm";
import { cacheops, cacheopsOf, type CacheopsOptions, type ReadEvent } from "../../src";
import { BLOG, Category, Post } from "../support/blog/entities";
import { freshStore } from "../support/stores";
import { COMBINATIONS, urlOf, useTwoDatabases } from "../support/two-databases";

/** Two databases stand for a master and a replica that lags until `catchUp`. */
for (const { database, store } of COMBINATIONS) {
  describe(`replicas (trap 5, section 5: replica lag window) [${database}, ${store}]`, () => {
    const databases = useTwoDatabases(database);
    let opened: DataSource[] = [];

    afterEach(async () => {
      await Promise.all(opened.map((each) => each.destroy()));
      opened = [];
    });

    async function open(cache: CacheopsOptions): Promise<DataSource> {
      const { main, replica } = databases();
      const replication = {
        master: { url: urlOf(main.options) },
        slaves: [{ url: urlOf(replica.options) }],
      };
      const dataSource = new DataSource({
        type: database,
        replication,
        entities: [...BLOG],
        cache: cacheops({ ...freshStore(store), ...cache }),
      });
      opened.push(await dataSource.initialize());
      return dataSource;
    }

    const onMaster = (sql: string): Promise<void> => databases().behind(databases().main, sql);
    const catchUp = (): Promise<void> =>
      databases().behind(databases().replica, "UPDATE category SET title = 'new'");
    const write = (dataSource: DataSource): Promise<unknown> =>
      dataSource.getRepository(Category).update({ id: 1 }, { title: "new" });
    const title = async (dataSource: DataSource): Promise<string> =>
      (await dataSource.getRepository(Category).findOneByOrFail({ id: 1 })).title;

    /** Whose rows these are tells `title`; what became of the reads, this. */
    async function reads(dataSource: DataSource, fn: () => Promise<unknown>): Promise<string[]> {
      const seen: string[] = [];
      const listener = ({ outcome, reason, stored }: ReadEvent): void =>
        void seen.push([outcome, reason, stored && "stored"].filter(Boolean).join(" "));
      cacheopsOf(dataSource).on("read", listener);
      await fn();
      cacheopsOf(dataSource).off("read", listener);
      return seen;
    }

    async function until(dataSource: DataSource, outcome: string): Promise<void> {
      while ((await reads(dataSource, () => title(dataSource)))[0] !== outcome);
    }

    it("that lag do not bring old rows into the cache", async () => {
      const dataSource = await open({ replicaLag: "1h" });
      await write(dataSource);
      const seen = await reads(dataSource, async () => {
        expect(await title(dataSource)).to.equal("old");
        expect(await title(dataSource)).to.equal("old");
        await catchUp();
        expect(await title(dataSource)).to.equal("new");
      });
      expect(seen).to.deep.equal(Array(3).fill("miss replica-lag"));
    });

    it("fill the cache once the last write is older than their lag", async () => {
      const dataSource = await open({ replicaLag: "50ms" });
      await until(dataSource, "hit");
      await write(dataSource);
      await catchUp();
      await until(dataSource, "hit");
      expect(await title(dataSource)).to.equal("new");
    });

    it("are left out after a write, if the master is preferred then", async () => {
      const dataSource = await open({ replicaLag: "1h", readAfterWrite: "master" });
      await write(dataSource);
      const seen = await reads(dataSource, async () => {
        expect(await title(dataSource)).to.equal("new");
        expect(await title(dataSource)).to.equal("new");
      });
      expect(seen).to.deep.equal(["miss stored", "hit"]);
    });

    it("keep a runner that holds one of their connections: no second one is taken beside it", async () => {
      const dataSource = await open({ replicaLag: "1h", readAfterWrite: "master" });
      const queryRunner = dataSource.createQueryRunner("slave");
      try {
        await queryRunner.connect();
        await write(dataSource);
        const seen = await reads(dataSource, async () => {
          const found = await queryRunner.manager.findOneByOrFail(Category, { id: 1 });
          expect(found.title).to.equal("old");
        });
        expect(seen).to.deep.equal(["miss replica-lag"]);
      } finally {
        await queryRunner.release();
      }
    });

    it("do not hinder the reads of the master", async () => {
      const dataSource = await open({ replicaLag: "1h" });
      await write(dataSource);
      const seen = await reads(dataSource, () =>
        dataSource.transaction("READ COMMITTED", async (manager) => {
          expect((await manager.findOneByOrFail(Category, { id: 1 })).title).to.equal("new");
        }),
      );
      expect(seen).to.deep.equal(["miss stored"]);
      expect(await title(dataSource)).to.equal("new");
    });

    it("are not what a transaction reads, before or after it has written", async () => {
      const dataSource = await open({ replicaLag: "1ms" });
      await onMaster("UPDATE category SET title = 'master'");
      const seen = await reads(dataSource, () =>
        dataSource.transaction("READ COMMITTED", async (manager) => {
          expect((await manager.findOneByOrFail(Category, { id: 1 })).title).to.equal("master");
          await manager.update(Category, 1, { title: "dirty" });
          expect((await manager.findOneByOrFail(Category, { id: 1 })).title).to.equal("dirty");
        }),
      );
      expect(seen.at(-1)).to.equal("bypass dirty-transaction");
    });

    it("are not what save() and remove() compare with (trap 2)", async () => {
      const dataSource = await open({ replicaLag: "1ms" });
      const categories = dataSource.getRepository(Category);
      await until(dataSource, "hit");
      await onMaster("UPDATE category SET title = 'master'");
      // Compared with the replica's row or the cached one, this would be no change.
      await categories.save({ id: 1, title: "old" });
      expect(await dataSource.query("SELECT title FROM category")).to.deep.equal([{ title: "old" }]);
      const posts = dataSource.getRepository(Post);
      await posts.remove(await posts.save(posts.create({ title: "the master's alone", categoryId: 1 })));
      expect(await dataSource.query("SELECT id FROM post")).to.deep.equal([]);
    });
  });
}
