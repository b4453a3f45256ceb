import { Category, Post, Tag } from "../../../support/blog/entities";
import { name, posts, selectFrom, type Shape } from "./shape";

const perCategory = (lab: Parameters<Shape["read"]>[0]) =>
  lab
    .repository(Category)
    .createQueryBuilder("c")
    .leftJoin("c.posts", "p")
    .select("c.title", "title")
    .groupBy("c.title")
    .orderBy("c.title");

const numbers = (rows: readonly object[]): unknown[] =>
  rows.map((row) => Object.values(row).map((value) => (Number.isNaN(Number(value)) ? value : Number(value))));

/** Aggregates, annotations, HAVING and DISTINCT. */
export const AGGREGATES: readonly Shape[] = [
  {
    name: "COUNT of related rows (cacheops AggregationTests; cachalot annotate Count)",
    tables: ["category", "post"],
    answer: [
      ["news", 1],
      ["sports", 1],
    ],
    read: async (lab) => numbers(await perCategory(lab).addSelect("COUNT(p.id)", "n").getRawMany<object>()),
  },
  {
    name: "a table that only the aggregate uses (cacheops AggregationTests; cachalot aggregate Count)",
    tables: ["category", "post"],
    answer: [[2]],
    read: async (lab) => {
      const categories = lab.repository(Category).createQueryBuilder("c").leftJoin("c.posts", "p");
      return numbers(await categories.select("COUNT(p.id)", "n").getRawMany<object>());
    },
  },
  {
    name: "one aggregate under two names (cacheops AggregationTests different alias)",
    tables: ["post"],
    answer: [["a"], ["b"]],
    read: async (lab) => {
      const under = (alias: string): Promise<object | undefined> =>
        lab.repository(Post).createQueryBuilder("p").select("MAX(p.views)", alias).getRawOne<object>();
      return [Object.keys((await under("a")) ?? {}), Object.keys((await under("b")) ?? {})];
    },
  },
  {
    name: "an aggregate of a part of the rows (cacheops AggregationTests with filter argument)",
    tables: ["post"],
    answer: [[[1]], [[0]]],
    read: async (lab) => {
      const above = async (views: number): Promise<unknown> => {
        const sum = "COUNT(CASE WHEN p.views > :views THEN 1 END)";
        const query = lab.repository(Post).createQueryBuilder("p").select(sum, "n").setParameters({ views });
        return numbers(await query.getRawMany<object>());
      };
      return [await above(1), await above(100)];
    },
  },
  {
    name: "an aggregate of aggregates (cacheops 316; johnny-cache aggregate of annotation)",
    tables: ["category", "post"],
    answer: [[1]],
    read: async (lab) => {
      const inner = perCategory(lab).addSelect("COUNT(p.id)", "n").orderBy();
      const query = lab.dataSource.createQueryBuilder().select("MAX(x.n)", "most");
      return numbers(await query.from(`(${inner.getQuery()})`, "x").cache(true).getRawMany<object>());
    },
  },
  {
    name: "HAVING, and the count of what it leaves (cachalot HAVING list and count)",
    tables: ["category", "post"],
    answer: [[["sports", 5]], [[1]]],
    read: async (lab) => {
      const busy = perCategory(lab).addSelect("SUM(p.views)", "n").having("SUM(p.views) > 1");
      const count = lab.dataSource.createQueryBuilder().select("COUNT(*)", "n");
      const counted = count.from(`(${busy.clone().orderBy().getQuery()})`, "x").cache(true);
      return [numbers(await busy.getRawMany<object>()), numbers(await counted.getRawMany<object>())];
    },
  },
  {
    name: "DISTINCT over a join of four tables, and what it takes away (cachalot read.py distinct)",
    tables: ["category", "post", "post_tags_tag", "tag"],
    answer: [3, 2],
    read: async (lab) => {
      const joined = posts(lab)
        .select("c.title", "title")
        .leftJoin("p.category", "c")
        .leftJoin("p.tags", "t");
      const all = joined.where("t.id > 0").orderBy("c.title");
      return [(await all.getRawMany()).length, (await all.clone().distinct().getRawMany()).length];
    },
  },
  {
    name: "distinct values of a foreign key (cachalot values_list of FK, values_list flat)",
    tables: ["post"],
    answer: [[1], [2]],
    read: async (lab) =>
      numbers(await posts(lab).select("p.categoryId", "id").distinct().orderBy("id").getRawMany<object>()),
  },
  {
    name: "parts of a union, of one entity and of two (cachalot union)",
    tables: ["post", "tag"],
    answer: [2, 5],
    read: async (lab) => {
      const all = "SELECT title AS word FROM post";
      const union = async (other: string): Promise<number> =>
        (await selectFrom(lab, `${all} UNION ${other}`).getRawMany()).length;
      return [await union(all), await union("SELECT name AS word FROM tag")];
    },
  },
  {
    name: "a window over a join (section 5: functions)",
    tables: ["post", "post_tags_tag"],
    read: (lab) => {
      const rank = `ROW_NUMBER() OVER (ORDER BY j.${name(lab, "tagId")}, p.id)`;
      return posts(lab)
        .select(rank, "rank")
        .innerJoin("post_tags_tag", "j", `j.${name(lab, "postId")} = p.id`)
        .orderBy("rank")
        .getRawMany();
    },
  },
  {
    name: "a count of rows that many-to-many leaves out (cacheops 29; cachalot exclude over m2m)",
    tables: ["post", "post_tags_tag", "tag"],
    answer: [2, 1],
    read: async (lab) => {
      const tagged = (tag: string): Promise<number> => {
        const of = lab.repository(Tag).createQueryBuilder("t").select("p.id").innerJoin("t.posts", "p");
        const ids = of.where("t.name = :tag", { tag });
        return posts(lab).where(`p.id NOT IN (${ids.getQuery()})`).setParameters({ tag }).getCount();
      };
      return [await tagged("third"), await tagged("first")];
    },
  },
];
