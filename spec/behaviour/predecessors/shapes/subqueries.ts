import { Category, Comment, type Post } from "../../../support/blog/entities";
import { name, posts, type Shape, titles } from "./shape";

/** Subqueries and joins by hand: "extra" in the words of the predecessors. */
export const SUBQUERIES: readonly Shape[] = [
  {
    name: "IN of a builder that is not cached itself (cacheops 57, cachalot IN(all))",
    tables: ["category", "post"],
    answer: ["one", "two"],
    read: (lab) => {
      const all = lab.repository(Category).createQueryBuilder("c").select("c.id").cache(false);
      return titles(posts(lab).where(`p.categoryId IN (${all.getQuery()})`).getMany());
    },
  },
  {
    name: "a filter through six tables, with and without DISTINCT (cachalot 6-table filter)",
    tables: ["category", "comment", "post", "post_tags_tag", "summary", "tag"],
    answer: [1, 1],
    read: async (lab) => {
      const query = posts(lab).select("p.id", "id").innerJoin("p.category", "c").innerJoin("p.comments", "m");
      query
        .innerJoin("p.tags", "t")
        .innerJoin("p.summary", "s")
        .where("t.name = 'first' AND c.title = 'news'");
      return [(await query.getRawMany()).length, (await query.clone().distinct().getRawMany()).length];
    },
  },
  {
    name: "no rows at the far end of many-to-many (cachalot exclude isnull over m2m)",
    tables: ["post_tags_tag", "tag"],
    answer: ["third"],
    read: async (lab) => {
      const rows = await lab.dataSource
        .createQueryBuilder()
        .select("t.name", "word")
        .from("tag", "t")
        .leftJoin("post_tags_tag", "j", `j.${name(lab, "tagId")} = t.id`)
        .where(`j.${name(lab, "postId")} IS NULL`)
        .cache(true)
        .getRawMany<{ word: string }>();
      return rows.map(({ word }) => word);
    },
  },
  {
    name: "EXISTS in the SELECT list (cachalot Exists annotation)",
    tables: ["post", "summary"],
    answer: [true, false],
    read: async (lab) => {
      const has = `CASE WHEN EXISTS (SELECT 1 FROM summary s WHERE s.${name(lab, "postId")} = p.id) THEN 1 ELSE 0 END`;
      const rows = await posts(lab).select(has, "has").getRawMany<{ has: number }>();
      return rows.map((row) => Boolean(row.has));
    },
  },
  {
    name: "a correlated subquery in the SELECT list (cachalot annotate Subquery/OuterRef, extra(select); cacheops 366)",
    tables: ["comment", "post"],
    answer: ["well", "done"],
    read: async (lab) => {
      const latest = `(SELECT MAX(c.text) FROM comment c WHERE c.${name(lab, "postId")} = p.id)`;
      return (await posts(lab).select(latest, "t").getRawMany<{ t: string }>()).map(({ t }) => t);
    },
  },
  {
    name: "a subquery in CASE … ELSE (cachalot Subquery in Case default)",
    tables: ["post", "tag"],
    read: (lab) =>
      posts(lab).select("CASE WHEN p.views > 3 THEN 0 ELSE (SELECT COUNT(*) FROM tag) END", "n").getRawMany(),
  },
  {
    name: "ORDER BY a joined column inside COALESCE (cachalot order_by Coalesce)",
    tables: ["category", "post"],
    answer: ["two", "one"],
    read: (lab) => {
      const query = posts(lab).leftJoin("p.category", "c").addSelect("COALESCE(c.title, 'none')", "word");
      return titles(query.orderBy("word", "DESC").getMany());
    },
  },
  {
    name: "ORDER BY a plain subquery (cachalot extra(order_by))",
    tables: ["comment", "post"],
    answer: ["two", "one"],
    read: (lab) => {
      const text = `(SELECT MAX(c.text) FROM comment c WHERE c.${name(lab, "postId")} = p.id)`;
      return titles(posts(lab).addSelect(text, "word").orderBy("word").getMany());
    },
  },
  {
    name: "plain SQL nested in an IN (cachalot RawSQL nested, extra(where))",
    tables: ["comment", "post", "summary"],
    answer: ["one"],
    read: (lab) => {
      const short = `SELECT s.${name(lab, "postId")} FROM summary s WHERE s.text = 'short'`;
      const ids = `SELECT c.${name(lab, "postId")} FROM comment c WHERE c.${name(lab, "postId")} IN (${short})`;
      return titles(posts(lab).where(`p.id IN (${ids})`).getMany());
    },
  },
  {
    name: "a second table in FROM (cachalot extra(tables))",
    tables: ["post", "tag"],
    answer: 6,
    read: async (lab) =>
      (await posts(lab).select("p.id", "id").addFrom("tag", "t").addSelect("t.id", "tag").getRawMany())
        .length,
  },
  {
    name: "a join with a condition of its own (cachalot FilteredRelation)",
    tables: ["comment", "post"],
    answer: [1, 0],
    read: async (lab) => {
      const found = await posts(lab).leftJoinAndSelect("p.comments", "c", "c.text = 'well'").getMany();
      return found.map(({ comments }) => comments.length);
    },
  },
  {
    name: "two joins of one relation, each with its condition (cacheops RelatedTests separate joins)",
    tables: ["comment", "post"],
    answer: [[], ["one"]],
    read: async (lab) => {
      const both = posts(lab).innerJoin("p.comments", "a");
      const same = both.clone().where("a.text = 'well' AND a.text = 'done'");
      const two = both.clone().innerJoin("p.comments", "b").where("a.text = 'well' AND b.id > 0");
      return [await titles(same.getMany()), await titles(two.getMany())];
    },
  },
  {
    name: "a builder that is a part of another's condition (cacheops test_subquery, 366)",
    tables: ["comment", "post"],
    answer: ["one"],
    read: (lab) => {
      const query = posts(lab);
      const written = query.subQuery().select("c.postId").from(Comment, "c").where("c.text = :text");
      return titles(query.where(`p.id IN ${written.getQuery()}`).setParameter("text", "well").getMany());
    },
  },
  {
    name: "rows on both sides of a join of an entity by hand (cachalot select_related)",
    tables: ["category", "post"],
    answer: [
      ["one", "news"],
      ["two", "sports"],
    ],
    read: async (lab) => {
      const query = posts(lab).innerJoinAndMapOne("p.category", Category, "c", "c.id = p.categoryId");
      return (await query.getMany()).map((post: Post) => [post.title, post.category?.title]);
    },
  },
];
