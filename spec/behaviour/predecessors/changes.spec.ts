import { expect } from "chai";
import { In, IsNull } from "typeorm";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectFollows } from "../../support/soundness";
import { name, posts, titles } from "./shapes/shape";

type Change = () => Promise<unknown>;

onEveryCombination("changes, one after the other", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
  });
  after(() => lab.close());

  const tagsOf = (post: number) => lab.dataSource.createQueryBuilder().relation(Post, "tags").of(post);

  /** Each change in turn refreshes what is read; after each, the answer is that of the same place. */
  async function expectSteps(
    read: () => Promise<unknown>,
    steps: readonly [Change, unknown][],
  ): Promise<void> {
    for (const [index, [change, expected]] of steps.entries()) {
      expect(await expectFollows(lab, read, change), `change ${index + 1}`).to.deep.equal(expected);
    }
    await lab.expectStatements(0, read);
  }

  it("a row that leaves a boolean's list leaves its count (cacheops test_invalidate_by_boolean)", async () => {
    const visible = () => lab.repository(Post).countBy({ visible: true });
    expect(await visible()).to.equal(2);
    expect(await lab.expectStatements(0, visible)).to.equal(2);
    await expectSteps(visible, [
      [() => lab.repository(Post).save({ id: 1, visible: false }), 1],
      [() => lab.repository(Post).update(2, { visible: false }), 0],
    ]);
  });

  it("a row moves from one list to another (cacheops test_invalidated_update, cachalot queryset.update)", async () => {
    const lists = () =>
      Promise.all([1, 2].map((categoryId) => titles(lab.repository(Post).findBy({ categoryId }))));
    await expectSteps(lists, [
      [
        () => lab.repository(Post).update({ categoryId: 1 }, { categoryId: 2, title: "two" }),
        [[], ["two", "two"]],
      ],
      [() => lab.repository(Post).save({ id: 1, category: { id: 1 } }), [["two"], ["two"]]],
    ]);
  });

  it("existence, count, one and values: missing, found, several (cachalot write.py exists, count, get, values)", async () => {
    const where = { name: "new" };
    const read = async () => {
      const tags = lab.repository(Tag);
      const values = await tags.createQueryBuilder("t").select("t.name", "name").where(where).getRawMany();
      return [
        await tags.existsBy(where),
        await tags.countBy(where),
        (await tags.findOneBy(where))?.name,
        values.length,
      ];
    };
    const add = () => lab.repository(Tag).save({ ...where });
    await expectSteps(read, [
      [add, [true, 1, "new", 1]],
      [add, [true, 2, "new", 2]],
      [() => lab.repository(Tag).delete(where), [false, 0, undefined, 0]],
    ]);
  });

  it("foreign keys: created, reassigned by save and by update, renamed (cachalot write.py foreign key scenarios)", async () => {
    const owned = async () => {
      const found = await lab.repository(Post).find({ relations: { category: true }, order: { id: "ASC" } });
      return found.map(({ title, category }) => `${title} ${category?.title}`);
    };
    const [one, two] = ["one news", "two sports"];
    await expectSteps(owned, [
      [() => lab.repository(Post).save({ title: "three", category: { id: 1 } }), [one, two, "three news"]],
      [() => lab.repository(Post).save({ id: 3, category: { id: 2 } }), [one, two, "three sports"]],
      [() => lab.repository(Post).update(3, { categoryId: 1 }), [one, two, "three news"]],
      [() => lab.repository(Post).save({ id: 3, category: null }), [one, two, "three undefined"]],
      [() => lab.repository(Category).update(2, { title: "old" }), [one, "two old", "three undefined"]],
    ]);
    await lab.repository(Tag).save({ name: "unrelated" });
    await lab.expectStatements(0, owned);
  });

  it("the target of many-to-many, edited by save and by update (cachalot write.py m2m)", async () => {
    const names = async () => {
      const post = await lab.repository(Post).findOneOrFail({ where: { id: 2 }, relations: { tags: true } });
      return post.tags.map((tag) => tag.name);
    };
    await expectSteps(names, [
      [() => lab.repository(Tag).save({ id: 2, name: "saved" }), ["saved"]],
      [() => lab.repository(Tag).update(2, { name: "updated" }), ["updated"]],
      [() => tagsOf(2).remove(2), []],
      [() => tagsOf(2).add(3), ["third"]],
    ]);
  });

  it("aggregates through five kinds of change (cachalot write.py aggregate, annotate; cacheops AggregationTests)", async () => {
    const numbers = async () => {
      const query = lab.repository(Category).createQueryBuilder("c").leftJoin("c.posts", "p").groupBy("c.id");
      const rows = await query.select("COUNT(p.id)", "n").orderBy("c.id").getRawMany<{ n: unknown }>();
      return [Number(await lab.repository(Post).sum("views")), ...rows.map(({ n }) => Number(n))];
    };
    await expectSteps(numbers, [
      [() => lab.repository(Post).save({ title: "new", views: 10, category: { id: 1 } }), [15, 2, 1]],
      [() => lab.repository(Post).increment({ id: 1 }, "views", 1), [16, 2, 1]],
      [() => lab.repository(Post).update(1, { categoryId: 2 }), [16, 1, 2]],
      [() => lab.repository(Category).insert({ title: "empty" }), [16, 1, 2, 0]],
      [() => lab.repository(Post).delete(3), [6, 0, 2, 0]],
    ]);
  });

  it("subqueries: outer, inner and junction rows; NULLs left out (cachalot write.py subquery, exclude(None))", async () => {
    const tagged = () => {
      const ids = `SELECT j.${name(lab, "postId")} FROM post_tags_tag j JOIN tag t ON t.id = j.${name(lab, "tagId")}`;
      return titles(
        posts(lab)
          .where(`p.id IN (${ids} WHERE t.name IN (:...names))`, { names: ["first", "x"] })
          .getMany(),
      );
    };
    await expectSteps(tagged, [
      [() => tagsOf(2).add(1), ["one", "two"]],
      [() => tagsOf(1).remove(1), ["two"]],
      [() => lab.repository(Tag).update(2, { name: "x" }), ["one", "two"]],
      [() => lab.repository(Post).save({ id: 2, title: "2" }), ["one", "2"]],
      [() => lab.repository(Post).save({ id: 2, tags: [] }), ["one"]],
      [() => lab.dataSource.createQueryBuilder().delete().from("post_tags_tag").execute(), []],
    ]);
    const without = () => {
      const ids = `SELECT s.${name(lab, "postId")} FROM summary s WHERE s.${name(lab, "postId")} IS NOT NULL`;
      return titles(posts(lab).where(`p.id NOT IN (${ids})`).getMany());
    };
    await expectSteps(without, [
      [() => lab.repository(Summary).update({ text: "short" }, { post: null }), ["one", "2"]],
      [() => lab.repository(Summary).save({ text: "new", post: { id: 2 } }), ["one"]],
    ]);
  });

  it("plain SQL in a builder, one and two levels deep (cachalot write.py raw subquery, nested raw subquery)", async () => {
    const postId = name(lab, "postId");
    const inner = `SELECT c.id FROM category c WHERE c.title = 'news'`;
    const commented = () =>
      titles(posts(lab).where(`p.id IN (SELECT m.${postId} FROM comment m WHERE m.text <> 'x')`).getMany());
    const nested = () =>
      lab
        .repository(Comment)
        .createQueryBuilder("m")
        .where(`m.${postId} IN (SELECT p.id FROM post p WHERE p.${name(lab, "categoryId")} IN (${inner}))`)
        .getCount();
    await expectSteps(commented, [[() => lab.repository(Comment).update(1, { text: "x" }), ["two"]]]);
    await expectSteps(nested, [
      [() => lab.repository(Category).update(2, { title: "news" }), 2],
      [() => lab.repository(Post).update(1, { categoryId: null }), 1],
      [() => lab.repository(Comment).delete(2), 0],
    ]);
  });

  it("rows created and deleted on either side of a join (cachalot write.py select_related)", async () => {
    const pairs = async () => {
      const query = posts(lab).innerJoinAndSelect("p.category", "c");
      return (await query.getMany()).map((post) => `${post.title} ${post.category?.title}`);
    };
    await expectSteps(pairs, [
      [
        () => lab.repository(Post).insert({ title: "new", categoryId: 1 }),
        ["one news", "two sports", "new news"],
      ],
      [() => lab.repository(Category).delete(2), ["one news", "new news"]],
      [() => lab.repository(Post).delete(1), ["new news"]],
    ]);
  });

  it("a condition of HAVING, an order and a table by hand (cachalot write.py having, extra tables, order_by)", async () => {
    const busy = async () => {
      const query = posts(lab).select("p.categoryId", "id").groupBy("p.categoryId").having("COUNT(p.id) > 1");
      return (await query.orderBy("p.categoryId").getRawMany<{ id: number }>()).map(({ id }) => id);
    };
    await expectSteps(busy, [
      [() => lab.repository(Post).insert({ title: "x", categoryId: 2 }), [2]],
      [() => lab.repository(Post).insert({ title: "y", categoryId: 1 }), [1, 2]],
    ]);
    const pairs = async () => {
      const query = posts(lab)
        .select("t.name", "word")
        .addFrom("tag", "t")
        .where("t.id = p.id")
        .orderBy("t.name");
      return (await query.getRawMany<{ word: string }>()).map(({ word }) => word);
    };
    await expectSteps(pairs, [
      [() => lab.repository(Tag).update(1, { name: "zzz" }), ["second", "third", "zzz"]],
      [() => lab.repository(Post).delete(2), ["third", "zzz"]],
    ]);
  });

  it("a list by several keys, some of which are not there yet (cachalot in_bulk)", async () => {
    const found = async () =>
      (await lab.repository(Tag).find({ where: { id: In([1, 4]) }, order: { id: "ASC" } })).map(
        ({ id }) => id,
      );
    await expectSteps(found, [
      [() => lab.repository(Tag).insert({ name: "four" }), [1, 4]],
      [() => lab.repository(Tag).delete(1), [4]],
    ]);
    const orphans = () => lab.repository(Post).countBy({ category: IsNull() });
    await expectSteps(orphans, [[() => lab.repository(Post).update(1, { categoryId: null }), 1]]);
  });
});
