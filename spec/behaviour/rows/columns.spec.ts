import { Between, In, LessThanOrEqual, Like, MoreThan, MoreThanOrEqual, Not } from "typeorm";
import { BLOG, Category, Post } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { itTellsApart, type Precision } from "./told-apart";

const posts = (lab: Lab) => lab.repository(Post).createQueryBuilder("p");
const insert = (post: Partial<Post>) => (lab: Lab) =>
  lab.repository(Post).insert({ title: "x", categoryId: 1, ...post });
const update = (id: number, post: Partial<Post>) => (lab: Lab) => lab.repository(Post).update(id, post);
const look = (lab: Lab) => lab.repository(Post).increment({ id: 1 }, "views", 1);
const lookAtAll = (lab: Lab) => lab.repository(Post).updateAll({ views: () => "views + 1" });

const LOOKED_AT: readonly Precision[] = [
  {
    name: "count() of a table: rows come and go",
    read: (lab) => lab.repository(Post).count(),
    unrelated: { "a view": look, "a view of all": lookAtAll, "another title": update(1, { title: "x" }) },
    related: { insert: insert({}), delete: (lab) => lab.repository(Post).delete(1) },
  },
  {
    name: "count() of a parent's children: those that have it",
    read: (lab) => lab.repository(Post).countBy({ categoryId: 1 }),
    unrelated: {
      "a view": look,
      "a view of all": lookAtAll,
      "a child of another": insert({ categoryId: 2 }),
      "hidden, which is not asked": update(1, { visible: false }),
    },
    related: { "a child more": insert({}), "one that moves away": update(1, { categoryId: 2 }) },
  },
  {
    name: "exists",
    read: (lab) => lab.repository(Post).existsBy({ categoryId: 1 }),
    unrelated: {
      "a view": look,
      "a view of all": lookAtAll,
      "a child of another": insert({ categoryId: 2 }),
    },
    related: {
      "the last one goes": (lab) => lab.repository(Post).delete({ categoryId: 1 }),
      "one comes": insert({}),
    },
  },
  {
    name: "a list that does not show the views",
    read: (lab) => lab.repository(Post).find({ select: { id: true, title: true }, order: { id: "ASC" } }),
    unrelated: { "a view": look, "a view of all": lookAtAll, "another parent": update(1, { categoryId: 2 }) },
    related: { "a shown column": update(1, { title: "changed" }), insert: insert({}) },
  },
  {
    name: "a list that is ordered by the views",
    read: (lab) =>
      posts(lab).select(["p.id"]).orderBy("p.views", "DESC").addOrderBy("p.id", "DESC").getMany(),
    unrelated: { "another title": update(1, { title: "x" }) },
    related: { "views that change the order": update(1, { views: 100 }) },
  },
  {
    name: "groups",
    read: (lab) =>
      posts(lab)
        .select("p.categoryId", "category")
        .addSelect("COUNT(*)", "posts")
        .groupBy("p.categoryId")
        .orderBy("p.categoryId")
        .getRawMany(),
    unrelated: { "a view of all": lookAtAll, "another title": update(1, { title: "x" }) },
    related: { "a row that moves": update(1, { categoryId: 2 }), "a row more": insert({}) },
  },
  {
    name: "a maximum",
    read: (lab) => lab.repository(Post).maximum("views", {}),
    unrelated: { "another title": update(2, { title: "x" }), hidden: update(2, { visible: false }) },
    related: { "another value": update(2, { views: 6 }), "a higher one": insert({ views: 9 }) },
  },
  {
    name: "a subquery's column",
    read: (lab) =>
      lab
        .repository(Category)
        .createQueryBuilder("c")
        .where(
          (builder) =>
            `c.id IN ${builder
              .subQuery()
              .select("p.categoryId")
              .from(Post, "p")
              .where("p.views > 3")
              .getQuery()}`,
        )
        .getMany(),
    unrelated: { "another title": update(2, { title: "x" }), "a row below": insert({ views: 1 }) },
    related: { "a row above": insert({ views: 9 }), "a row that falls below": update(2, { views: 0 }) },
  },
];

const CONDITIONS: readonly Precision[] = [
  {
    name: "above a number",
    read: (lab) => lab.repository(Post).findBy({ views: MoreThan(3) }),
    unrelated: { "below it": insert({ views: 3 }), "below it before and after": update(1, { views: 2 }) },
    related: {
      "above it": insert({ views: 4 }),
      "from below": update(1, { views: 7 }),
      "back below": update(1, { views: 1 }),
    },
  },
  {
    name: "above a number, by the views alone",
    read: (lab) => lab.repository(Post).countBy({ views: MoreThanOrEqual(5) }),
    unrelated: {
      "a title": update(2, { title: "x" }),
      "below it": insert({ views: 4 }),
    },
    related: { "above it": insert({ views: 5 }), "one less": update(2, { views: 4 }) },
  },
  {
    name: "between two numbers",
    read: (lab) => lab.repository(Post).findBy({ views: Between(3, 6) }),
    unrelated: {
      below: insert({ views: 2 }),
      above: insert({ views: 7 }),
      "from below to above": update(1, { views: 8 }),
    },
    related: { "the lower end": insert({ views: 3 }), "the upper end": update(1, { views: 6 }) },
  },
  {
    name: "up to a number, of one parent",
    read: (lab) => lab.repository(Post).findBy({ categoryId: 1, views: LessThanOrEqual(3) }),
    unrelated: { above: insert({ views: 4 }), "another's": insert({ views: 1, categoryId: 2 }) },
    related: { below: insert({ views: 3 }), "no more": update(1, { views: 4 }) },
  },
  {
    name: "the beginning of a text (LIKE 'on%')",
    databases: ["postgres"],
    read: (lab) => lab.repository(Post).findBy({ title: Like("on%") }),
    unrelated: {
      "another text": insert({ title: "two-on" }),
      "between others": update(2, { title: "three" }),
    },
    related: { "such a text": insert({ title: "once" }), "no more": update(1, { title: "gone" }) },
  },
  {
    name: "the beginning of a text, where equal texts may be spelled differently",
    // In MariaDB's collation; in SQLite whether case counts is a setting.
    databases: ["mariadb", "sqljs"],
    read: (lab) => lab.repository(Post).findBy({ title: Like("on%") }),
    unrelated: { "a column that it only shows of others": update(2, { views: 9 }) },
    related: {
      "such a text": insert({ title: "once" }),
      "in the other case": insert({ title: "ONLY" }),
      "no more": update(1, { title: "gone" }),
    },
  },
  {
    name: "a range of texts",
    // The database is in the C locale; MariaDB's collation orders by weights.
    databases: ["postgres"],
    read: (lab) => lab.repository(Post).findBy({ title: MoreThan("p") }),
    unrelated: { before: insert({ title: "Z" }), "before it, twice": update(1, { title: "oz" }) },
    related: { behind: insert({ title: "pa" }), "no more": update(2, { title: "a" }) },
  },
  {
    name: "a boolean",
    read: (lab) => lab.repository(Post).findBy({ visible: false }),
    unrelated: { "one of the others": insert({ visible: true }), "their views": update(1, { views: 3 }) },
    related: { hidden: update(1, { visible: false }), "one more": insert({ visible: false }) },
  },
  {
    name: "a boolean column alone, and negated",
    read: async (lab) => [
      await posts(lab).where("NOT p.visible").getCount(),
      await posts(lab).where("NOT p.visible").andWhere("p.categoryId = 2").getMany(),
    ],
    unrelated: { "one of the others": insert({ visible: true }), "their views": update(1, { views: 3 }) },
    related: { hidden: update(2, { visible: false }), shown: update(2, { visible: true }) },
  },
  {
    name: "one condition or the other",
    read: (lab) => lab.repository(Post).find({ where: [{ categoryId: 1 }, { views: 5 }] }),
    unrelated: { neither: insert({ categoryId: 2, views: 4 }), "between neither": update(3, { views: 6 }) },
    related: {
      "the first": insert({ views: 1 }),
      "the second": update(3, { views: 5 }),
      "no more of both": update(1, { categoryId: 2 }),
    },
  },
  {
    name: "both of brackets",
    read: (lab) =>
      posts(lab)
        .where("(p.categoryId = 1 OR p.categoryId = 2) AND (p.views = 5 OR p.views = 6)")
        .orderBy("p.id")
        .getMany(),
    unrelated: {
      "the first alone": insert({ categoryId: 1, views: 4 }),
      "the second alone": insert({ categoryId: null, views: 5 }),
    },
    related: { both: insert({ categoryId: 1, views: 6 }), "one of them": update(2, { views: 4 }) },
  },
  {
    name: "not one",
    read: (lab) => lab.repository(Post).findBy({ categoryId: Not(1) }),
    unrelated: {
      "that one": insert({ categoryId: 1 }),
      "none at all, which is not another": insert({ categoryId: null }),
    },
    related: { another: insert({ categoryId: 2 }), "one that becomes it": update(2, { categoryId: 1 }) },
  },
  {
    name: "some of a list",
    read: (lab) => lab.repository(Post).findBy({ categoryId: In([1, 7]), views: In([0, 1]) }),
    unrelated: {
      "one of the first": insert({ categoryId: 1, views: 9 }),
      "one of the second": insert({ categoryId: 2, views: 1 }),
    },
    related: { both: insert({ categoryId: 1, views: 1 }), "no more": update(1, { views: 2 }) },
  },
  {
    name: "what groups are of (HAVING)",
    read: (lab) =>
      posts(lab)
        .select("p.categoryId", "category")
        .addSelect("COUNT(*)", "posts")
        .groupBy("p.categoryId")
        .having("p.categoryId IN (1)")
        .getRawMany(),
    unrelated: {
      "one more of another group": insert({ categoryId: 2 }),
      "one more of none": insert({ categoryId: null }),
      "one of none comes to another group": update(4, { categoryId: 2 }),
      "one less of another group": (lab) => lab.repository(Post).delete(2),
    },
    related: {
      "one more": insert({ categoryId: 1 }),
      "one moves in": update(3, { categoryId: 1 }),
      "one moves out": update(3, { categoryId: 2 }),
      "all go": (lab) => lab.repository(Post).delete({ categoryId: 1 }),
      "the first one comes": update(3, { categoryId: 1 }),
    },
  },
  {
    name: "nothing, which NULL is equal to (trap 18)",
    read: (lab) => posts(lab).where("p.categoryId = :none", { none: null }).getMany(),
    unrelated: {
      "anything that comes": insert({}),
      "anything that changes": update(1, { title: "x" }),
      "anything that goes": (lab) => lab.repository(Post).delete(2),
    },
    related: {},
  },
];

onEveryCombination("reads rely on what they look at", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  const house = { database, lab: () => lab, seed: seedBlog };
  describe("columns", () => itTellsApart(LOOKED_AT, house));
  describe("conditions", () => itTellsApart(CONDITIONS, house));
});
