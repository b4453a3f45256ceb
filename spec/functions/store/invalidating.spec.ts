import { expect } from "chai";
import { Equal, In, IsNull, MoreThan } from "typeorm";
import {
  cachedAs,
  CacheopsConfigError,
  CacheopsUnsupportedError,
  invalidatedUpdate,
  invalidateModel,
  invalidateWhere,
  lastInvalidation,
  type Sample,
} from "../../../src";
import { Category, Comment, Post } from "../../support/blog/entities";
import { holdStatement } from "../../support/gates";
import { type Lab, onEveryCombination } from "../../support/lab";
import { rejection, useBlog } from "./blog-lab";

const inCategory = (lab: Lab, categoryId: number) => lab.repository(Post).findBy({ categoryId });

onEveryCombination("invalidateWhere", ({ database, store }) => {
  const lab = useBlog(database, store);
  /** Which of two lists has to be read again. */
  const dropped = async (
    invalidate: () => Promise<unknown>,
    read: (id: number) => Promise<unknown> = (categoryId) => lab().repository(Post).countBy({ categoryId }),
  ): Promise<number[]> => {
    for (const id of [1, 2]) await read(id);
    await invalidate();
    const outcomes = await lab().outcomes(async () => {
      for (const id of [1, 2]) await read(id);
    });
    return outcomes.flatMap((outcome, at) => (outcome === "hit" ? [] : [at + 1]));
  };

  it("drops what may show rows that match, and nothing else", async () => {
    expect(await dropped(() => invalidateWhere(Post, { categoryId: 1 }))).to.deep.equal([1]);
    expect(await dropped(() => invalidateWhere(Post, { category: { id: 2 } }))).to.deep.equal([2]);
    expect(await dropped(() => invalidateWhere(Post, [{ categoryId: 1 }, { categoryId: 2 }]))).to.deep.equal([
      1, 2,
    ]);
    expect(await dropped(() => invalidateWhere(Post, { categoryId: IsNull() }))).to.deep.equal([]);
    expect(await dropped(() => invalidateWhere(Post, { categoryId: Equal(2) }))).to.deep.equal([2]);
    expect(await dropped(() => invalidateWhere(Post, { categoryId: 7 }))).to.deep.equal([]);
    expect(await dropped(() => invalidateWhere(Comment, { postId: 1 }))).to.deep.equal([]);
  });

  it("takes all that it cannot tell for any value", async () => {
    expect(await dropped(() => invalidateWhere(Post, { categoryId: In([1]) }))).to.deep.equal([1, 2]);
    expect(await dropped(() => invalidateWhere(Post, { id: MoreThan(5) }))).to.deep.equal([1, 2]);
    expect(await dropped(() => invalidateWhere(Post, { title: "one" }))).to.deep.equal([1, 2]);
    expect(await dropped(() => invalidateWhere(Post, {}))).to.deep.equal([1, 2]);
    expect(await dropped(() => invalidateWhere(Post, { categoryId: In([1]), id: 1 }))).to.deep.equal([1, 2]);
  });

  it("needs the key to tell which lists show a row, unless a list shows all that its conditions pick", async () => {
    const list = (id: number) => inCategory(lab(), id);
    const page = (categoryId: number) =>
      lab()
        .repository(Post)
        .find({ where: { categoryId }, order: { id: "ASC" }, take: 5 });
    for (const read of [list, page])
      expect(await dropped(() => invalidateWhere(Post, { id: 1, categoryId: 1 }), read)).to.deep.equal([1]);
    expect(await dropped(() => invalidateWhere(Post, { categoryId: 1 }), page)).to.deep.equal([1, 2]);
    expect(await dropped(() => invalidateWhere(Post, { categoryId: 1 }), list)).to.deep.equal([1]);
  });

  it("refuses what no data source knows", async () => {
    class Stranger {}
    expect(await rejection(invalidateWhere(Stranger, {}))).to.be.instanceOf(CacheopsConfigError);
  });
});

onEveryCombination("invalidatedUpdate", ({ database, store }) => {
  const lab = useBlog(database, store);
  const update = () => lab().dataSource.createQueryBuilder().update(Post);

  it("gives the rows as entities, and refreshes lists of the old and of the new values (cacheops test_invalidated_update)", async () => {
    await lab().repository(Category).insert({ title: "third" });
    for (const id of [1, 2, 3]) await inCategory(lab(), id);
    const updated = await invalidatedUpdate(
      update().set({ categoryId: 3 }).where("categoryId = :id", { id: 1 }).where({ categoryId: 1 }),
    );
    expect(updated).to.have.length(1);
    expect(updated[0]).to.be.instanceOf(Post);
    expect(updated[0]).to.include({ id: 1, title: "one", categoryId: 3 });
    const lists: number[] = [];
    const outcomes = await lab().outcomes(async () => {
      for (const id of [1, 2, 3]) lists.push((await inCategory(lab(), id)).length);
    });
    expect(lists).to.deep.equal([0, 1, 1]);
    expect(outcomes).to.deep.equal(["stale", "hit", "stale"]);
  });

  it("gives rows that match no more, and none that the update did not change", async () => {
    const updated = await invalidatedUpdate(
      update()
        .set({ views: () => "views + 10" })
        .where("views < :most", { most: 5 }),
    );
    expect(updated.map(({ id, views }) => [id, views])).to.deep.equal([[1, 10]]);
    expect(await invalidatedUpdate(update().set({ views: 1 }).where({ id: 99 }))).to.deep.equal([]);
  });

  it("belongs to the transaction of its builder", async () => {
    await inCategory(lab(), 1);
    await lab()
      .dataSource.transaction(async (manager) => {
        const builder = manager.createQueryBuilder().update(Post).set({ title: "new" }).where({ id: 1 });
        expect((await invalidatedUpdate(builder)).map(({ title }) => title)).to.deep.equal(["new"]);
        throw new Error("rolled back");
      })
      .catch(() => undefined);
    expect((await inCategory(lab(), 1)).map(({ title }) => title)).to.deep.equal(["one"]);
  });

  it("refuses a builder without an entity", async () => {
    const builder = lab()
      .dataSource.createQueryBuilder()
      .update("nowhere" as never)
      .set({});
    expect(await rejection(invalidatedUpdate(builder as never))).to.be.instanceOf(CacheopsUnsupportedError);
  });
});

onEveryCombination("lastInvalidation", ({ database, store }) => {
  const lab = useBlog(database, store);

  const CASES: Record<
    string,
    {
      sample: () => Sample | Promise<Sample>;
      changes: () => Promise<unknown>;
      leaves: () => Promise<unknown>;
    }
  > = {
    "an entity": {
      sample: () => Post,
      changes: () => lab().repository(Post).update(1, { title: "new" }),
      leaves: () => lab().repository(Category).update(1, { title: "new" }),
    },
    "a condition": {
      sample: () => ({ entity: Post, where: { categoryId: 1 } }),
      changes: () => lab().repository(Post).insert({ title: "three", categoryId: 1 }),
      leaves: () => lab().repository(Post).insert({ title: "three", categoryId: 2 }),
    },
    "an instance": {
      sample: () => lab().repository(Post).findOneByOrFail({ id: 1 }),
      changes: () => lab().repository(Post).delete(1),
      leaves: () => lab().repository(Post).delete(2),
    },
    "a query builder": {
      sample: () => lab().repository(Comment).createQueryBuilder("comment").where({ postId: 1 }),
      changes: () => lab().repository(Comment).insert({ text: "new", postId: 1 }),
      leaves: () => lab().repository(Comment).insert({ text: "new", postId: 2 }),
    },
  };
  for (const [title, { sample, changes, leaves }] of Object.entries(CASES)) {
    it(`is another token when ${title} changes, and only then`, async () => {
      const it = await sample();
      const token = await lastInvalidation(it);
      expect(token).to.match(/^[\w-]{1,43}$/);
      expect(await lastInvalidation(it), "again").to.equal(token);
      await leaves();
      expect(await lastInvalidation(it), "after another write").to.equal(token);
      await changes();
      const after = await lastInvalidation(it);
      expect(after).to.not.equal(token);
      expect(await lastInvalidation(it)).to.equal(after);
    });
  }

  it("is another token when either of two changes, and by hand", async () => {
    const tokens = [await lastInvalidation(Post, Comment)];
    await lab().repository(Comment).update(1, { text: "new" });
    tokens.push(await lastInvalidation(Post, Comment, { dataSource: lab().dataSource }));
    await invalidateModel(Post);
    tokens.push(await lastInvalidation(Post, Comment));
    expect(new Set(tokens).size).to.equal(3);
  });

  it("is never that of another in a transaction that has written, or while a write is in flight", async () => {
    const before = await lastInvalidation(Post);
    if (database !== "sqljs") {
      const commit = holdStatement(lab().dataSource, /^COMMIT/);
      const writing = lab().dataSource.transaction(async (manager) => {
        if (database === "postgres") expect(await lastInvalidation(Post), "clean").to.equal(before);
        await manager.update(Post, 1, { title: "new" });
        const own = [await lastInvalidation(Post), await lastInvalidation(Post)];
        expect(new Set([before, ...own]).size, "dirty").to.equal(3);
      });
      await commit.reached;
      // The COMMIT is held beside the marking of the table, which on a cluster takes two waves, and not behind it.
      while ((await lastInvalidation(Post)) === before);
      const during = [await lastInvalidation(Post), await lastInvalidation(Post)];
      expect(new Set([before, ...during]).size, "in flight").to.equal(3);
      commit.release();
      await writing;
    } else await lab().repository(Post).update(1, { title: "new" });
    const after = await lastInvalidation(Post);
    expect(after).to.not.equal(before);
    expect(await lastInvalidation(Post)).to.equal(after);
  });

  it("refuses what no data source knows", async () => {
    class Stranger {}
    expect(await rejection(lastInvalidation(Stranger))).to.be.instanceOf(CacheopsConfigError);
    expect(await rejection(lastInvalidation({ entity: Stranger, where: {} }))).to.be.instanceOf(
      CacheopsConfigError,
    );
  });

  it("is a sound key for a function of one's own", async () => {
    let value = 0;
    const f = cachedAs(Post, { extra: database })(async () => ++value);
    const token = await lastInvalidation(Post);
    await f();
    await lab().repository(Post).update(1, { title: "newer" });
    expect([await f(), token === (await lastInvalidation(Post))]).to.deep.equal([2, false]);
  });
});
