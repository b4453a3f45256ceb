import { expect } from "chai";
import type { DeepPartial } from "typeorm";
import { noInvalidation, withCache } from "../../../src";
import { BLOG, Category, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";

/**
 * Were one of the reads that persistence issues answered from the cache, it would be from here: rows
 * change without an invalidation after the same read has been made once.
 */
onEveryCombination("reads of persistence (trap 2)", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({
      database,
      store,
      entities: BLOG,
      cache: { defaults: { ops: "all", timeout: "10m" } },
    });
  });
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
    lab.forget();
  });
  after(() => lab.close());

  const silently = (
    entity: typeof Post | typeof Tag,
    id: number,
    change: DeepPartial<Post & Tag>,
  ): Promise<unknown> =>
    noInvalidation(() => lab.repository<Post | Tag>(entity).update(id, change as object));
  const stored = (id: number): Promise<Record<string, unknown>[]> =>
    lab.dataSource.query(`SELECT title, views FROM post WHERE id = ${id}`);
  const expectNoneCached = (): void => {
    expect(lab.reads).not.to.have.length(0);
    expect(
      lab.reads.filter(({ outcome, reason }) => outcome !== "bypass" || reason !== "persistence"),
    ).to.deep.equal([]);
  };

  it("save() compares with the row of the database: no update is lost (section 5: save() diff)", async () => {
    await lab.repository(Post).save({ id: 1, title: "one" });
    await silently(Post, 1, { title: "other" });
    await lab.repository(Post).save({ id: 1, title: "one" });
    expectNoneCached();
    expect(await stored(1)).to.deep.equal([{ title: "one", views: 0 }]);
  });

  it("save() inside withCache() does so as well", async () => {
    await withCache({ ops: "all" }, async () => {
      await lab.repository(Post).save({ id: 1, title: "one" });
      await silently(Post, 1, { title: "other" });
      await lab.repository(Post).save({ id: 1, title: "one" });
    });
    expectNoneCached();
    expect(await stored(1)).to.deep.equal([{ title: "one", views: 0 }]);
  });

  it("save() of an instance from the cache writes what was assigned and leaves other columns alone", async () => {
    const posts = lab.repository(Post);
    await posts.findOneByOrFail({ id: 1 });
    await silently(Post, 1, { title: "other", views: 40 });
    const cached = await lab.expectStatements(0, () => posts.findOneByOrFail({ id: 1 }));
    await posts.save({ id: cached.id, title: "assigned" });
    expect(await stored(1)).to.deep.equal([{ title: "assigned", views: 40 }]);
  });

  it("save() of a list computes the junction's changes from the junction", async () => {
    const posts = lab.repository(Post);
    await posts.save({ id: 1, tags: [{ id: 1 }, { id: 2 }] });
    await noInvalidation(() =>
      lab.dataSource.createQueryBuilder().relation(Post, "tags").of(1).remove([1, 2]),
    );
    await posts.save({ id: 1, tags: [{ id: 1 }, { id: 2 }] });
    expectNoneCached();
    expect(await lab.dataSource.createQueryBuilder().relation(Post, "tags").of(1).loadMany()).to.have.length(
      2,
    );
  });

  it("save() of a parent computes its children from their table", async () => {
    const categories = lab.repository(Category);
    await categories.save({ id: 1, posts: [{ id: 1 }] });
    await silently(Post, 1, { categoryId: null });
    await categories.save({ id: 1, posts: [{ id: 1 }] });
    expectNoneCached();
    expect(await lab.repository(Post).countBy({ categoryId: 1 })).to.equal(1);
  });

  it("remove() finds what is there", async () => {
    const tags = lab.repository(Tag);
    const tag = await tags.findOneByOrFail({ id: 1 });
    await silently(Tag, 1, { name: "other" });
    lab.forget();
    await tags.remove(tag);
    expectNoneCached();
    expect((await tags.find({ order: { id: "ASC" } })).map(({ id }) => id)).to.deep.equal([2, 3]);
  });

  it("preload() merges into the row of the database", async () => {
    const posts = lab.repository(Post);
    await posts.preload({ id: 1 });
    await silently(Post, 1, { views: 40 });
    expect(await posts.preload({ id: 1, title: "assigned" })).to.include({ title: "assigned", views: 40 });
    expectNoneCached();
  });

  it("insert() reads generated values back from the database", async () => {
    for (const id of [1, 2]) {
      const { generatedMaps } = await lab.repository(Post).insert({ title: `new ${id}` });
      expect(generatedMaps).to.have.length(1);
      expect(generatedMaps[0]).to.include({ id: id + 2, views: 0 });
    }
    expect(lab.reads.filter(({ outcome }) => outcome !== "bypass")).to.deep.equal([]);
  });
});
