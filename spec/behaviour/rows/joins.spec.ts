import type { FindOneOptions } from "typeorm";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { itTellsApart, type Precision } from "./told-apart";

type Act = (lab: Lab) => Promise<unknown>;

/** By their ids: joined rows may come in any order, and a hit has that of before. */
function inOrder<T>(value: T): T {
  if (Array.isArray(value)) {
    (value as { id: number }[]).sort((a, b) => a.id - b.id).forEach(inOrder);
  } else if (typeof value === "object" && value !== null) Object.values(value).forEach(inOrder);
  return value;
}

const tags = (lab: Lab, post: number) => lab.dataSource.createQueryBuilder().relation(Post, "tags").of(post);
const rename =
  (tag: number, name = "changed"): Act =>
  (lab) =>
    lab.repository(Tag).update(tag, { name });
const comment =
  (postId: number): Act =>
  (lab) =>
    lab.repository(Comment).insert({ text: "more", postId });

/** The same whether relations come with a join or with statements of their own. */
const STRATEGIES = (["join", "query"] as const).flatMap((relationLoadStrategy): Precision[] => {
  const post = (relations: FindOneOptions<Post>["relations"], id = 1): Act => {
    return async (lab) =>
      inOrder(await lab.repository(Post).findOne({ where: { id }, relations, relationLoadStrategy }));
  };
  const by = `by ${relationLoadStrategy}`;
  /** The statements of their own are inner joins: nobody knows that nothing refers to a new row. */
  const joined = (acts: Record<string, Act>): Record<string, Act> =>
    relationLoadStrategy === "join" ? acts : {};
  return [
    {
      name: `the parent of a row, ${by}`,
      read: post({ category: true }),
      unrelated: {
        "another parent": (lab) => lab.repository(Category).update(2, { title: "x" }),
        ...joined({ "a new parent": (lab) => lab.repository(Category).insert({ title: "x" }) }),
        "another row": (lab) => lab.repository(Post).update(2, { title: "x" }),
      },
      related: {
        "its parent": (lab) => lab.repository(Category).update(1, { title: "x" }),
        "another one becomes its parent": (lab) => lab.repository(Post).update(1, { categoryId: 2 }),
        "that one": (lab) => lab.repository(Category).update(2, { title: "y" }),
      },
    },
    {
      name: `the children of a row, ${by}`,
      read: post({ comments: true }),
      unrelated: {
        "another's child": comment(2),
        "another's child changes": (lab) => lab.repository(Comment).update(2, { text: "x" }),
        "another's child goes": (lab) => lab.repository(Comment).delete(2),
      },
      related: {
        "one more": comment(1),
        "one changes": (lab) => lab.repository(Comment).update(1, { text: "x" }),
        "one moves in": (lab) => lab.repository(Comment).update({ postId: 2 }, { postId: 1 }),
        "one goes": (lab) => lab.repository(Comment).delete(1),
      },
    },
    {
      name: `children and their parent again, ${by}`,
      read: post({ comments: { post: true } }),
      unrelated: { "another's child": comment(2), "another row": rename(1) },
      related: { "one more": comment(1), "the row": (lab) => lab.repository(Post).update(1, { title: "x" }) },
    },
    {
      name: `what is on the other side of a junction, ${by}`,
      read: post({ tags: true }),
      unrelated: {
        "another target": rename(3),
        ...joined({ "a new target": (lab) => lab.repository(Tag).insert({ name: "x" }) }),
        "another row's": (lab) => tags(lab, 2).add(3),
      },
      related: {
        "its target": rename(1),
        "one more": (lab) => tags(lab, 1).add(3),
        "that one": rename(3, "changed again"),
        "one less": (lab) => tags(lab, 1).remove(1),
        "a target goes": (lab) => lab.repository(Tag).delete(2),
      },
    },
    {
      name: `a one-to-one relation from its other side, ${by}`,
      read: post({ summary: true }),
      unrelated: {
        "another's": (lab) => lab.repository(Summary).insert({ text: "x", post: { id: 2 } }),
        "nobody's": (lab) => lab.repository(Summary).insert({ text: "x", post: null }),
      },
      related: {
        "its own": (lab) => lab.repository(Summary).update(1, { text: "x" }),
        "it goes": (lab) => lab.repository(Summary).delete(1),
      },
    },
    {
      name: `a parent's children and theirs, ${by}`,
      read: async (lab) =>
        inOrder(
          await lab.repository(Category).findOne({
            where: { id: 1 },
            relations: { posts: { comments: true } },
            relationLoadStrategy,
          }),
        ),
      unrelated: {
        "another parent": (lab) => lab.repository(Category).update(2, { title: "x" }),
        "another's child": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 2 }),
        "a child's child elsewhere": comment(2),
      },
      related: {
        "a child's child": comment(1),
        "a child": (lab) => lab.repository(Post).update(1, { title: "x" }),
        "a child more": (lab) => lab.repository(Post).update(2, { categoryId: 1 }),
        "its child": comment(2),
        itself: (lab) => lab.repository(Category).update(1, { title: "x" }),
      },
    },
  ];
});

const junction = (lab: Lab, postId: number, tagId: number): Promise<unknown> =>
  lab.dataSource.createQueryBuilder().insert().into("post_tags_tag").values({ postId, tagId }).execute();

const PAGES: readonly Precision[] = [
  {
    name: "joined rows in order",
    read: (lab) =>
      lab.repository(Post).find({
        where: { id: 1 },
        relations: { tags: true },
        order: { tags: { name: "ASC" } },
      }),
    unrelated: {
      "another target": rename(3),
      "a new target": (lab) => lab.repository(Tag).insert({ name: "a" }),
      "another row's": (lab) => tags(lab, 2).add(3),
    },
    related: {
      "one that comes to be another's place": rename(2, "a"),
      "one more": (lab) => tags(lab, 1).add(3),
      "that one": rename(3, "b"),
    },
  },
  {
    name: "what joined rows add up to, in groups",
    read: (lab) =>
      lab
        .repository(Category)
        .createQueryBuilder("category")
        .leftJoin("category.posts", "post")
        .select("category.id", "id")
        .addSelect("COUNT(post.id)", "posts")
        .addSelect("COALESCE(SUM(post.views), 0)", "views")
        .where("category.title = :title", { title: "news" })
        .groupBy("category.id")
        .orderBy("category.id")
        .getRawMany(),
    unrelated: {
      "another group's row": (lab) => lab.repository(Post).update(2, { views: 7 }),
      "one more of another group": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 2 }),
      "one of no group": (lab) => lab.repository(Post).insert({ title: "x", categoryId: null }),
      "another group": (lab) => lab.repository(Category).insert({ title: "x" }),
      "what nobody looks at": (lab) => lab.repository(Post).update(1, { title: "x" }),
    },
    related: {
      "one more": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 1, views: 1 }),
      "one changes": (lab) => lab.repository(Post).update(1, { views: 3 }),
      "one moves in": (lab) => lab.repository(Post).update(2, { categoryId: 1 }),
      "one moves out": (lab) => lab.repository(Post).update(2, { categoryId: 2 }),
      "another group comes to be shown": (lab) => lab.repository(Category).update(2, { title: "news" }),
      "its row": (lab) => lab.repository(Post).update(2, { views: 9 }),
      "one goes": (lab) => lab.repository(Post).delete(1),
    },
  },
  {
    name: "groups of which not all are shown",
    read: (lab) =>
      lab
        .repository(Category)
        .createQueryBuilder("category")
        .leftJoin("category.posts", "post")
        .select("category.id", "id")
        .addSelect("COUNT(post.id)", "posts")
        .groupBy("category.id")
        .having("COUNT(post.id) > 1")
        .getRawMany(),
    unrelated: {},
    related: {
      "one comes to be shown": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 2 }),
    },
  },
  {
    name: "rows that a junction picks",
    // What refers to what, SQLite's catalogue is not believed: its rows may be older than the rule.
    databases: ["postgres", "mariadb"],
    read: (lab) =>
      lab.repository(Post).findAndCount({ where: { tags: { id: 1 } }, order: { id: "ASC" }, take: 2 }),
    unrelated: {
      "a new row": (lab) => lab.repository(Post).insert({ title: "x" }),
      "its place on another list": (lab) => junction(lab, 3, 2),
      "another new row, and its place": (lab) =>
        lab.repository(Post).save({ title: "x", tags: [{ id: 3 }] } as Post),
    },
    related: {
      "its place on this one": (lab) => junction(lab, 3, 1),
      "a new row, and its place": (lab) =>
        lab.repository(Post).save({ title: "x", tags: [{ id: 1 }] } as Post),
      "one changes": (lab) => lab.repository(Post).update(1, { title: "x" }),
      "one goes": (lab) => lab.repository(Post).delete(3),
    },
  },
  {
    name: "a count that joins what it does not look at",
    read: (lab) => lab.repository(Post).count({ where: { tags: { id: 1 } }, relations: { category: true } }),
    unrelated: {
      "one moves": (lab) => lab.repository(Post).update(1, { categoryId: 2 }),
    },
    related: {
      "one more": (lab) => tags(lab, 2).add(1),
      "one goes": (lab) => lab.repository(Post).delete(1),
    },
  },
  {
    name: "a page of a parent's children with theirs",
    read: (lab) =>
      lab.repository(Post).findAndCount({
        where: { categoryId: 1 },
        relations: { comments: true },
        order: { id: "ASC", comments: { id: "ASC" } },
        skip: 0,
        take: 1,
      }),
    unrelated: {
      "another's child": (lab) => lab.repository(Post).insert({ title: "x", categoryId: 2 }),
      "another's child changes": (lab) => lab.repository(Post).update(2, { title: "x" }),
    },
    related: {
      "the first one": (lab) => lab.repository(Post).update(1, { title: "x" }),
      "its child": comment(1),
      "one on another page, which is counted": (lab) =>
        lab.repository(Post).insert({ title: "x", categoryId: 1 }),
      "the first one goes": (lab) => lab.repository(Post).delete(1),
    },
  },
  {
    name: "a list with the parents that it shows",
    read: (lab) => lab.repository(Post).find({ relations: { category: true }, order: { id: "ASC" } }),
    unrelated: {
      "a parent that has no row": (lab) => lab.repository(Category).insert({ title: "x" }),
      "it changes": (lab) => lab.repository(Category).update(3, { title: "y" }),
    },
    related: {
      "a parent": (lab) => lab.repository(Category).update(2, { title: "x" }),
      "a parent goes, and its rows": (lab) => lab.repository(Category).delete(1),
    },
  },
];

onEveryCombination("joined rows matter where the result leads to them", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  const house = { database, lab: () => lab, seed: seedBlog };
  describe("relations", () => itTellsApart(STRATEGIES, house));
  describe("pages and lists", () => itTellsApart(PAGES, house));
});
