import { expect } from "chai";
import { type DataSource } from "typeorm";
import { cachedFragment, CacheopsConfigError, invalidateFragment, invalidateModel } from "../../src";
import { gate } from "../support/gates";
import { Lab } from "../support/lab";
import { Category, Post } from "../support/posts";
import { STORES } from "../support/stores";

for (const store of STORES) {
  describe(`cached fragments [${store}]`, () => {
    let lab: Lab;
    let runs = 0;
    before(async () => {
      lab = await Lab.open({ database: "sqljs", store, entities: [Category, Post] });
    });
    beforeEach(async () => {
      await lab.wipe();
      runs = 0;
    });
    after(() => lab.close());

    const render = async (): Promise<string> => `run ${++runs}`;

    it("are rendered once for each name and extra", async () => {
      expect(await cachedFragment("menu", null, render)).to.equal("run 1");
      expect(await cachedFragment("menu", null, {}, render)).to.equal("run 1");
      expect(await cachedFragment("menu", null, { extra: "pt" }, render)).to.equal("run 2");
      expect(await cachedFragment("menu", null, { extra: ["pt"] }, render)).to.equal("run 2");
      expect(await cachedFragment("menu", null, { extra: ["pt", { page: 1 }] }, render)).to.equal("run 3");
      expect(await cachedFragment("menu", null, { extra: ["pt", { page: 1 }] }, render)).to.equal("run 3");
      expect(await cachedFragment("other", null, { extra: "pt" }, render)).to.equal("run 4");
    });

    it("are the same, whatever function renders them", async () => {
      expect(await cachedFragment("menu", Post, () => "one")).to.equal("one");
      expect(await cachedFragment("menu", Post, async () => "another")).to.equal("one");
    });

    it("are rendered anew when a sample has changed", async () => {
      const fragment = (): Promise<string> => cachedFragment("menu", [Post, Category], render);
      expect([await fragment(), await fragment()]).to.deep.equal(["run 1", "run 1"]);
      await lab.repository(Post).insert({ title: "a", categoryId: 1 });
      expect([await fragment(), await fragment()]).to.deep.equal(["run 2", "run 2"]);
      await invalidateModel(Category);
      expect(await fragment()).to.equal("run 3");
    });

    it("depend on rows, builders, functions that give samples, or what is read", async () => {
      const posts = lab.repository(Post);
      const rows = { entity: Post, where: { categoryId: 1 } };
      const builder = posts.createQueryBuilder("post").where("post.categoryId = 1");
      for (const samples of [rows, builder, () => rows, "auto"] as const) {
        const fragment = (): Promise<string> =>
          cachedFragment("posts", samples, async () => `${await posts.countBy({ categoryId: 1 })} posts`);
        const count = await posts.countBy({ categoryId: 1 });
        expect(await fragment()).to.equal(`${count} posts`);
        await posts.insert({ title: "a", categoryId: 1 });
        expect(await fragment()).to.equal(`${count + 1} posts`);
      }
    });

    it("are dropped by `invalidateFragment`, whatever their samples, and no others", async () => {
      const all = async (): Promise<string[]> => [
        await cachedFragment("menu", null, { extra: "pt" }, render),
        await cachedFragment("menu", Post, { extra: "pt" }, render),
        await cachedFragment("menu", null, { extra: "de" }, render),
        await cachedFragment("menu", null, render),
      ];
      await all();
      await invalidateFragment("menu", "pt");
      expect(await all()).to.deep.equal(["run 5", "run 6", "run 3", "run 4"]);
      await invalidateFragment("menu");
      expect(await all()).to.deep.equal(["run 5", "run 6", "run 3", "run 7"]);
    });

    it("are rendered once for those who ask at one time", async () => {
      const { reached, release, pass } = gate();
      const slow = async (): Promise<string> => {
        await pass();
        return render();
      };
      const all = Array.from({ length: 5 }, () => cachedFragment("slow", Post, slow));
      await reached;
      release();
      expect(await Promise.all(all)).to.deep.equal(Array(5).fill("run 1"));
    });

    it("are not stored if a sample, or somebody by hand, changes them while they are rendered", async () => {
      const changes = [
        () => lab.repository(Post).insert({ title: "a", categoryId: 1 }),
        () => invalidateFragment("slow"),
      ];
      for (const change of changes) {
        const { reached, release, pass } = gate();
        const first = cachedFragment("slow", Post, async () => {
          await pass();
          return "old";
        });
        await reached;
        await change();
        const second = cachedFragment("slow", Post, () => "new");
        release();
        expect(await first).to.equal("old");
        expect(await second).to.equal("new");
        expect(await cachedFragment("slow", Post, render)).to.equal("new");
        await invalidateFragment("slow");
      }
    });

    it("are not stored if rendering fails", async () => {
      const failing = cachedFragment("menu", Post, () => {
        throw new Error("spec: no menu");
      });
      expect(await failing.catch((error: Error) => error.message)).to.equal("spec: no menu");
      expect(await cachedFragment("menu", Post, render)).to.equal("run 1");
    });

    it("are invalidated with the transaction that does it", async () => {
      const fragment = (): Promise<string> => cachedFragment("menu", null, render);
      await fragment();
      await lab.dataSource
        .transaction(async () => {
          await invalidateFragment("menu");
          throw new Error("spec: rolled back");
        })
        .catch(() => undefined);
      expect(await fragment()).to.equal("run 1");
      await lab.dataSource.transaction(() => invalidateFragment("menu"));
      expect(await fragment()).to.equal("run 2");
    });

    it("are kept in the store of the data source that knows the samples, or is named", async () => {
      const other: DataSource = await lab.sibling({ prefix: `${lab.prefix}-other` });
      try {
        const wrong = await cachedFragment("menu", Post, render).catch((error: unknown) => error);
        expect(wrong).to.be.instanceOf(CacheopsConfigError);
        for (const dataSource of [lab.dataSource, other]) {
          await cachedFragment("menu", Post, { dataSource }, render);
          await cachedFragment("menu", Post, { dataSource }, render);
        }
        expect(runs).to.equal(2);
        await invalidateFragment("menu");
        for (const dataSource of [lab.dataSource, other])
          await cachedFragment("menu", Post, { dataSource }, render);
        expect(runs).to.equal(4);
      } finally {
        await other.destroy();
      }
    });

    it("refuse what is no name, no samples, no timeout and no function", async () => {
      const wrong: [unknown, unknown, unknown, unknown][] = [
        ["", null, {}, render],
        [1, null, {}, render],
        ["menu", undefined, {}, render],
        ["menu", [], {}, render],
        ["menu", "nowhere", {}, render],
        ["menu", null, { timeout: "soon" }, render],
        ["menu", null, {}, "html"],
      ];
      for (const args of wrong) {
        const error = await cachedFragment(...(args as never as Parameters<typeof cachedFragment>)).catch(
          (e: unknown) => e,
        );
        expect(error, JSON.stringify(args)).to.be.instanceOf(CacheopsConfigError);
      }
      expect(runs).to.equal(0);
    });
  });
}
