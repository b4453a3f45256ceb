import { expect } from "chai";
import { IsNull } from "typeorm";
import { withoutCache } from "../../../src";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached } from "../../support/soundness";
import { exactly, itTellsApart, type Precision } from "./told-apart";

const LISTS: readonly Precision[] = [
  {
    name: "a list of one parent's children (cacheops test_granular)",
    read: (lab) => lab.repository(Post).find({ where: { categoryId: 1 }, order: { id: "ASC" } }),
    unrelated: {
      "insert elsewhere": (lab) => lab.repository(Post).insert({ title: "three", categoryId: 2 }),
      "insert without a parent": (lab) => lab.repository(Post).insert({ title: "four", categoryId: null }),
      "update elsewhere": (lab) => lab.repository(Post).update(2, { title: "changed" }),
      "save() elsewhere": (lab) => lab.repository(Post).save({ id: 2, title: "saved" }),
      "delete elsewhere": (lab) => lab.repository(Post).delete(2),
    },
    related: {
      insert: (lab) => lab.repository(Post).insert({ title: "five", categoryId: 1 }),
      update: (lab) => lab.repository(Post).update(1, { title: "changed" }),
      "save() that moves it in": (lab) => lab.repository(Post).save({ id: 3, category: { id: 1 } }),
      "update that moves it out": (lab) => lab.repository(Post).update(1, { categoryId: 2 }),
      delete: (lab) => lab.repository(Post).delete(3),
    },
  },
  {
    name: "a list by two columns (cacheops test_granular)",
    read: (lab) => lab.repository(Post).findBy({ categoryId: 1, visible: true }),
    unrelated: {
      "insert with one of them": (lab) =>
        lab.repository(Post).insert({ title: "x", categoryId: 1, visible: false }),
      "insert with the other": (lab) =>
        lab.repository(Post).insert({ title: "x", categoryId: 2, visible: true }),
      "update of what has one of them": (lab) => lab.repository(Post).update(3, { title: "y" }),
    },
    related: {
      insert: (lab) => lab.repository(Post).insert({ title: "x", categoryId: 1, visible: true }),
      "update to the second": (lab) => lab.repository(Post).update(3, { visible: true }),
      "update from the second": (lab) => lab.repository(Post).update(1, { visible: false }),
    },
  },
  {
    name: "a union (cacheops test_union)",
    read: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .addCommonTableExpression(
          "SELECT title AS word FROM category WHERE id = 1 UNION ALL SELECT name FROM tag WHERE name = 'first'",
          "words",
        )
        .select("w.word", "word")
        .from("words", "w")
        .orderBy("w.word")
        .cache(true)
        .getRawMany(),
    unrelated: {
      "create of what matches neither": async (lab) => {
        await lab.repository(Category).insert({ title: "first" });
        await lab.repository(Tag).insert({ name: "news" });
      },
      "create in another table": (lab) => lab.repository(Post).insert({ title: "first" }),
    },
    related: {
      "create of what matches the second": (lab) => lab.repository(Tag).insert({ name: "first" }),
      "update of what matches the first": (lab) => lab.repository(Category).update(1, { title: "x" }),
    },
  },
  {
    name: "IN with NULL, and an equality (cacheops 232)",
    read: (lab) =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .where("p.categoryId IN (:...ids)", { ids: [null, 1] })
        .andWhere("p.categoryId = :id", { id: 1 })
        .orderBy("p.id")
        .getMany(),
    unrelated: {
      "insert of another": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 2 }),
      "insert without": (lab) => lab.repository(Post).insert({ title: "x", categoryId: null }),
    },
    related: {
      insert: (lab) => lab.repository(Post).insert({ title: "x", categoryId: 1 }),
      "NULL becomes it": (lab) => lab.repository(Post).update({ categoryId: IsNull() }, { categoryId: 1 }),
    },
  },
  {
    name: "IS NULL is a list of its own (trap 18)",
    read: (lab) => lab.repository(Post).findBy({ categoryId: IsNull() }),
    unrelated: {
      "insert with a value": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 1 }),
      "update of what has a value": (lab) => lab.repository(Post).update(1, { title: "changed" }),
    },
    related: {
      "insert without": (lab) => lab.repository(Post).insert({ title: "x" }),
      "a value becomes NULL": (lab) => lab.repository(Post).update(1, { categoryId: null }),
      "NULL becomes a value": (lab) => lab.repository(Post).update(1, { categoryId: 2 }),
    },
  },
];

const REFERENCES: readonly Precision[] = [
  {
    name: "who refers to a row is told that it is gone (cacheops 348)",
    read: (lab) => lab.repository(Summary).findBy({ post: { id: 1 } }),
    unrelated: { "delete of another": (lab) => lab.repository(Post).delete(2) },
    related: { "delete that sets NULL": (lab) => lab.repository(Post).delete(1) },
  },
  {
    name: "who refers to nothing gets one more when a row is gone (cacheops 348)",
    read: (lab) => lab.repository(Summary).findBy({ post: IsNull() }),
    unrelated: { "update of what is referred to": (lab) => lab.repository(Post).update(1, { title: "x" }) },
    related: { "delete that sets NULL": (lab) => lab.repository(Post).delete(1) },
  },
  {
    name: "a one-to-one relation that is empty (cacheops 353)",
    read: (lab) => lab.repository(Summary).findOneBy({ post: { id: 2 } }),
    unrelated: {
      "insert for nobody": (lab) => lab.repository(Summary).insert({ text: "x", post: null }),
      "update of another's": (lab) => lab.repository(Summary).update(1, { text: "x" }),
    },
    related: {
      "insert of its own": (lab) => lab.repository(Summary).insert({ text: "x", post: { id: 2 } }),
      "it is nobody's any more": (lab) => lab.repository(Summary).update({ post: { id: 2 } }, { post: null }),
    },
  },
  {
    name: "a filter through the far end of three tables (cacheops 173)",
    read: (lab) =>
      lab
        .repository(Comment)
        .find({ where: { post: { category: { title: "news" } } }, order: { id: "ASC" } }),
    unrelated: {
      "another far end": (lab) => lab.repository(Category).update(2, { title: "other" }),
      "a new far end of another name": (lab) => lab.repository(Category).insert({ title: "more" }),
      "a column in the middle that nobody looks at": (lab) => lab.repository(Post).update(1, { views: 9 }),
    },
    related: {
      "a far end that comes to match": (lab) => lab.repository(Category).update(2, { title: "news" }),
      "one that matches no more": (lab) => lab.repository(Category).update(1, { title: "old" }),
      "the middle moves": (lab) => lab.repository(Post).update(1, { categoryId: 2 }),
      "the near end": (lab) => lab.repository(Comment).insert({ text: "x", postId: 1 }),
    },
  },
  {
    name: "conditions on one joined row count together (cacheops RelatedTests)",
    read: (lab) =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .innerJoin("p.category", "c")
        .where("c.id = :id AND c.title = :title", { id: 1, title: "news" })
        .getMany(),
    unrelated: {
      "another row with one of them": (lab) => lab.repository(Category).update(2, { title: "news" }),
      "a new row with one of them": (lab) => lab.repository(Category).insert({ title: "news" }),
    },
    related: {
      "the row loses one of them": (lab) => lab.repository(Category).update(1, { title: "x" }),
      "and gets it again": (lab) => lab.repository(Category).update(1, { title: "news" }),
    },
  },
  {
    name: "conditions on two joined rows of a table count on their own (cacheops RelatedTests)",
    read: (lab) =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .innerJoin("p.tags", "a", "a.name = :a", { a: "first" })
        .innerJoin("p.tags", "b", "b.name = :b", { b: "second" })
        .getMany(),
    unrelated: {
      "a row with neither": (lab) => lab.repository(Tag).insert({ name: "fourth" }),
      "a row that changes between others": (lab) => lab.repository(Tag).update(3, { name: "other" }),
    },
    related: {
      "a row loses the first": (lab) => lab.repository(Tag).update(1, { name: "x" }),
      "and gets it again": (lab) => lab.repository(Tag).update(1, { name: "first" }),
      "a row loses the second": (lab) => lab.repository(Tag).update(2, { name: "x" }),
    },
  },
  {
    name: "a sum of one parent's children (cacheops AggregationTests)",
    read: (lab) => lab.repository(Post).sum("views", { categoryId: 1 }),
    unrelated: {
      "another parent's child": (lab) => lab.repository(Post).insert({ title: "x", views: 3, categoryId: 2 }),
      "update of another parent's child": (lab) => lab.repository(Post).update(2, { views: 9 }),
      "a column that is not summed": (lab) => lab.repository(Post).update(1, { title: "x" }),
    },
    related: {
      "a child more": (lab) => lab.repository(Post).insert({ title: "x", views: 3, categoryId: 1 }),
      "another value": (lab) => lab.repository(Post).increment({ id: 1 }, "views", 1),
      "a child less": (lab) => lab.repository(Post).delete(1),
    },
  },
  {
    name: "a count of one parent's children, by a join (cacheops AggregationTests)",
    read: (lab) =>
      lab
        .repository(Category)
        .createQueryBuilder("c")
        .leftJoin("c.posts", "p")
        .select("COUNT(p.id)", "posts")
        .where("c.id = :id", { id: 1 })
        .getRawOne(),
    unrelated: {
      "another parent's child": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 2 }),
      "another parent": (lab) => lab.repository(Category).insert({ title: "x" }),
      "the parent's name": (lab) => lab.repository(Category).update(1, { title: "x" }),
    },
    related: {
      "a child more": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 1 }),
      "a child less": (lab) => lab.repository(Post).delete(1),
    },
  },
];

onEveryCombination("reads rely on rows", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  const house = { database, lab: () => lab, seed: seedBlog };
  describe("of one table", () => itTellsApart(LISTS, house));
  describe("that others refer to", () => itTellsApart(REFERENCES, house));

  it("a row that moves refreshes the list that it leaves and the one that it joins (cacheops test_invalidated_update)", async () => {
    await lab.wipe();
    await seedBlog(lab);
    await lab.repository(Category).insert({ title: "culture" });
    const list = (categoryId: number) => () => lab.repository(Post).findBy({ categoryId });
    const moves: readonly (() => Promise<unknown>)[] = [
      () => lab.repository(Post).update(1, { categoryId: 2 }),
      () => lab.repository(Post).save({ id: 1, category: { id: 1 } }),
      () => lab.repository(Post).update({ title: "one" }, { categoryId: 2 }),
      () => lab.dataSource.createQueryBuilder().relation(Category, "posts").of(1).add(1),
    ];
    for (const move of moves) {
      for (const category of [1, 2, 3]) await expectCached(lab, list(category));
      await exactly(lab, move);
      expect(await lab.outcomes(list(3)), move.toString()).to.deep.equal(["hit"]);
      for (const category of [1, 2]) {
        expect(await lab.outcomes(list(category)), move.toString()).to.deep.equal(["stale"]);
        expectSameValues(await list(category)(), await withoutCache(list(category)));
      }
    }
  });
});
