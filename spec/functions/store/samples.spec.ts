import { expect } from "chai";
import { In, IsNull } from "typeorm";
import { cachedAs, CacheopsConfigError, invalidateModel, type Samples } from "../../../src";
import { Category, Comment, Post } from "../../support/blog/entities";
import { type Lab, onEveryCombination } from "../../support/lab";
import { callsIn, counting, rejection, useBlog } from "./blog-lab";

interface Case {
  readonly title: string;
  samples(lab: Lab): Samples | Promise<Samples>;
  /** A write that concerns them, and one that does not. */
  changes(lab: Lab): Promise<unknown>;
  leaves?(lab: Lab): Promise<unknown>;
}

const posts = (lab: Lab) => lab.repository(Post);

const CASES: readonly Case[] = [
  {
    title: "an entity (cacheops cached_as_model)",
    samples: () => Post,
    changes: (lab) => posts(lab).insert({ title: "three", categoryId: 1 }),
    leaves: (lab) => lab.repository(Category).update(1, { title: "other" }),
  },
  {
    title: "an entity's name",
    samples: () => "Post",
    changes: (lab) => posts(lab).update(2, { views: 6 }),
    leaves: (lab) => lab.repository(Category).update(1, { title: "other" }),
  },
  {
    title: "a table's name",
    samples: () => "post_tags_tag",
    changes: (lab) => lab.dataSource.manager.insert("post_tags_tag", { postId: 2, tagId: 3 }),
    leaves: (lab) => lab.repository(Category).update(1, { title: "other" }),
  },
  {
    title: "a condition (cacheops cached_as_cond)",
    samples: () => ({ entity: Post, where: { visible: true, categoryId: 1 } }),
    changes: (lab) => posts(lab).insert({ title: "three", categoryId: 1 }),
    leaves: (lab) => posts(lab).insert({ title: "three", visible: false, categoryId: 1 }),
  },
  {
    title: "a list of values and NULL",
    samples: () => ({ entity: Post, where: [{ categoryId: In([1, 7]) }, { categoryId: IsNull() }] }),
    changes: (lab) => posts(lab).update(2, { categoryId: null }),
    leaves: (lab) => posts(lab).insert({ title: "three", categoryId: 2 }),
  },
  {
    title: "an instance (cacheops cached_as_obj)",
    samples: (lab) => posts(lab).findOneByOrFail({ id: 1 }),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
  {
    title: "a query builder",
    samples: (lab) => posts(lab).createQueryBuilder("post").where("post.categoryId = :id", { id: 2 }),
    changes: (lab) => posts(lab).delete({ id: 2 }),
    leaves: (lab) => posts(lab).insert({ title: "three", categoryId: 1 }),
  },
  {
    title: "a query builder with a join",
    samples: (lab) => posts(lab).createQueryBuilder("post").leftJoinAndSelect("post.category", "category"),
    changes: (lab) => lab.repository(Category).update(1, { title: "other" }),
    leaves: (lab) => lab.repository(Comment).update(1, { text: "other" }),
  },
  {
    title: "two entities, by the first (cacheops depends_on_two_models)",
    samples: () => [Post, Comment],
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => lab.repository(Category).update(1, { title: "other" }),
  },
  {
    title: "two entities, by the second (cacheops depends_on_two_models)",
    samples: () => [Post, Comment],
    changes: (lab) => lab.repository(Comment).update(1, { text: "other" }),
  },
  {
    title: "two conditions on one entity",
    samples: () => [
      { entity: Post, where: { id: 1 } },
      { entity: Post, where: { id: 2 } },
    ],
    changes: (lab) => posts(lab).update(2, { title: "2" }),
    leaves: (lab) => posts(lab).insert({ title: "three" }),
  },
  {
    title: "what a function of the arguments gives",
    samples: () => (id: number) => ({ entity: Post, where: { id } }),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
];

onEveryCombination("a function cached with samples", ({ database, store }) => {
  const lab = useBlog(database, store);

  for (const { title, samples, changes, leaves } of CASES) {
    it(`is computed anew when ${title} changes, and only then`, async () => {
      let value = 0;
      const { run, runs } = counting(async (_id: number) => ++value);
      const f = cachedAs(await samples(lab()), { extra: title })(run);
      expect([await f(1), await f(1)]).to.deep.equal([1, 1]);
      if (leaves) {
        await leaves(lab());
        expect(await f(1)).to.equal(1);
      }
      await changes(lab());
      expect([await f(1), await f(1)]).to.deep.equal([2, 2]);
      expect(runs).to.have.length(2);
      const expected = ["miss", "hit", ...(leaves ? ["hit"] : []), "stale", "hit"];
      expect(callsIn(lab())).to.deep.equal(expected);
    });
  }

  it("has a result for each list of arguments (cacheops depends_on_args)", async () => {
    const { run, runs } = counting(async (a: number, b: string = "") => `${a}${b}`);
    const f = cachedAs(Post)(run);
    expect([await f(1), await f(2), await f(1, "b"), await f(1), await f(2)]).to.deep.equal([
      "1",
      "2",
      "1b",
      "1",
      "2",
    ]);
    expect(runs).to.have.length(3);
  });

  it("has a result for each sample, though nothing else tells functions of one text apart", async () => {
    const of = (samples: Samples, value: string) => cachedAs(samples)(async () => value);
    expect(await of(Post, "posts")()).to.equal("posts");
    expect(await of(Comment, "comments")()).to.equal("comments");
    expect(await of({ entity: Post, where: { id: 1 } }, "one")()).to.equal("one");
    expect(await of({ entity: Post, where: { id: 2 } }, "two")()).to.equal("two");
    expect(await of(Post, "other")()).to.equal("posts");
  });

  it("is dropped by invalidateModel", async () => {
    const { run, runs } = counting(async () => "value");
    const f = cachedAs({ entity: Post, where: { id: 1 } })(run);
    await f();
    await invalidateModel(Post);
    await f();
    expect(runs).to.have.length(2);
  });

  it("refuses what no data source knows, when it is called", async () => {
    class Stranger {}
    for (const samples of [Stranger, new Stranger(), "nowhere", { entity: Stranger, where: {} }]) {
      const error = await rejection(cachedAs(samples)(async () => 1)());
      expect(error).to.be.instanceOf(CacheopsConfigError);
      expect(error.message).to.match(/Stranger|nowhere/);
    }
  });

  it("refuses builders that write, and what cannot be samples", async () => {
    const update = posts(lab()).createQueryBuilder().update();
    expect((await rejection(cachedAs(update)(async () => 1)())).message).to.include("update");
    for (const wrong of [undefined, null, 5, [], [null]])
      expect(() => cachedAs(wrong as never), String(wrong)).to.throw(CacheopsConfigError);
  });

  it("is not kept if a sample is nothing to rely on", async () => {
    const { run, runs } = counting(async () => "value");
    const random = posts(lab())
      .createQueryBuilder("post")
      .orderBy("RANDOM()")
      .where("title > :now", { now: "a" });
    const sample = database === "mariadb" ? random.orderBy("RAND()") : random;
    const f = cachedAs(sample)(run);
    expect([await f(), await f()]).to.deep.equal(["value", "value"]);
    expect(runs).to.have.length(2);
    expect(callsIn(lab())).to.deep.equal(["bypass: volatile", "bypass: volatile"]);
  });
});
