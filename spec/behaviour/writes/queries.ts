import { Brackets } from "typeorm";
import { Category, Comment, Post, Tag } from "../../support/blog/entities";
import type { Lab } from "../../support/lab";

export interface Query {
  readonly name: string;
  /** Tables that the answer depends on; a write to any other leaves the entry a hit. */
  readonly tables: readonly string[];
  /** In place of the usual writes to these tables, of which it looks at nothing: those leave it a hit, too. */
  readonly follows?: Readonly<Record<string, (lab: Lab) => Promise<unknown>>>;
  /** Tables of which a new row matters to nobody where the database keeps foreign keys: one has to refer to it first. */
  readonly referred?: readonly string[];
  read(lab: Lab): Promise<unknown>;
}

const column = (lab: Lab, name: string): string => lab.dataSource.driver.escape(name);

/** Ways to use a table: joined, filtered by, ordered by, summed up, in subqueries of every clause. */
export const QUERIES: readonly Query[] = [
  {
    name: "a joined to-one relation (cachalot select_related)",
    tables: ["post", "category"],
    read: (lab) => lab.repository(Post).find({ relations: { category: true }, order: { id: "ASC" } }),
  },
  {
    name: "a joined to-many relation two levels deep",
    tables: ["category", "post", "comment"],
    read: (lab) =>
      lab.repository(Category).find({
        relations: { posts: { comments: true } },
        order: { id: "ASC", posts: { id: "ASC", comments: { id: "ASC" } } },
      }),
  },
  {
    name: "a many-to-many relation (cachalot many to many)",
    tables: ["post", "post_tags_tag", "tag"],
    follows: { tag: (lab) => lab.repository(Tag).update(1, { name: "changed" }) },
    read: (lab) =>
      lab.repository(Post).find({ relations: { tags: true }, order: { id: "ASC", tags: { id: "ASC" } } }),
  },
  {
    name: "a filter through a many-to-many relation (cacheops 407)",
    tables: ["post", "post_tags_tag", "tag"],
    follows: { tag: (lab) => lab.repository(Tag).update(2, { name: "first" }) },
    referred: ["post"],
    read: (lab) => lab.repository(Post).countBy({ tags: { name: "first" } }),
  },
  {
    name: "a filter through the far end of three tables (cacheops 173)",
    tables: ["comment", "post", "category"],
    referred: ["post"],
    read: (lab) =>
      lab
        .repository(Comment)
        .find({ where: { post: { category: { title: "news" } } }, order: { id: "ASC" } }),
  },
  {
    name: "a one-to-one relation that is empty (cacheops 353)",
    tables: ["post", "summary"],
    read: (lab) =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .leftJoin("p.summary", "s")
        .where("s.id IS NULL")
        .getCount(),
  },
  {
    name: "an order by a joined table's column",
    tables: ["post", "category"],
    read: (lab) =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .leftJoin("p.category", "c")
        .orderBy("c.title", "DESC")
        .addOrderBy("p.id")
        .getMany(),
  },
  {
    name: "pages of a joined list",
    tables: ["post", "comment"],
    read: (lab) =>
      lab.repository(Post).findAndCount({
        relations: { comments: true },
        order: { id: "DESC", comments: { id: "ASC" } },
        skip: 0,
        take: 1,
      }),
  },
  {
    name: "an aggregate of a joined table (cacheops AggregationTests)",
    tables: ["category", "post"],
    read: (lab) =>
      lab
        .repository(Category)
        .createQueryBuilder("c")
        .leftJoin("c.posts", "p")
        .select("c.title", "title")
        .addSelect("SUM(p.views)", "views")
        .groupBy("c.title")
        .orderBy("c.title")
        .getRawMany(),
  },
  {
    name: "HAVING with a subquery (cachalot having)",
    tables: ["post", "comment"],
    read: (lab) =>
      lab
        .repository(Comment)
        .createQueryBuilder("c")
        .select(`c.${column(lab, "postId")}`, "post")
        .groupBy(`c.${column(lab, "postId")}`)
        .having("COUNT(*) <= (SELECT COUNT(*) FROM post)")
        .orderBy("post")
        .getRawMany(),
  },
  {
    name: "subqueries three levels deep (cachalot nested subqueries)",
    tables: ["comment", "post", "category", "post_tags_tag", "tag"],
    follows: { category: (lab) => lab.repository(Category).insert({ title: "more" }) },
    read: (lab) =>
      lab
        .repository(Comment)
        .createQueryBuilder("c")
        .where((builder) => {
          const tagged = `SELECT j.${column(lab, "postId")} FROM post_tags_tag j WHERE j.${column(lab, "tagId")} IN
            (SELECT t.id FROM tag t WHERE t.name <> 'x')`;
          const posts = builder
            .subQuery()
            .select("p.id")
            .from(Post, "p")
            .where(`p.id IN (${tagged})`)
            .andWhere(`EXISTS (SELECT 1 FROM category k WHERE k.id = p.${column(lab, "categoryId")})`);
          return `c.${column(lab, "postId")} IN ${posts.getQuery()}`;
        })
        .orderBy("c.id")
        .getMany(),
  },
  {
    name: "a subquery in the SELECT list (cacheops 365)",
    tables: ["category", "post"],
    follows: { category: (lab) => lab.repository(Category).insert({ title: "more" }) },
    read: (lab) =>
      lab
        .repository(Category)
        .createQueryBuilder("c")
        .select("c.id", "id")
        .addSelect(
          (builder) =>
            builder
              .select("COUNT(*)")
              .from(Post, "p")
              .where(`p.${column(lab, "categoryId")} = c.id`),
          "posts",
        )
        .orderBy("c.id")
        .getRawMany(),
  },
  {
    name: "EXISTS among brackets (cacheops 359)",
    tables: ["post", "comment", "summary"],
    read: (lab) =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .where("p.views > 100")
        .orWhere(
          new Brackets((where) =>
            where
              .where(`EXISTS (SELECT 1 FROM comment c WHERE c.${column(lab, "postId")} = p.id)`)
              .andWhere(`NOT EXISTS (SELECT 1 FROM summary s WHERE s.${column(lab, "postId")} = p.id)`),
          ),
        )
        .orderBy("p.id")
        .getMany(),
  },
  {
    name: "a common table expression with a union (cacheops test_union)",
    tables: ["category", "tag"],
    read: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .addCommonTableExpression(
          "SELECT title AS word FROM category UNION ALL SELECT name FROM tag",
          "words",
        )
        .select("w.word", "word")
        .from("words", "w")
        .orderBy("w.word")
        .cache(true)
        .getRawMany(),
  },
  {
    name: "a FROM that is a subquery",
    tables: ["post"],
    read: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .select("MAX(x.views)", "views")
        .from((builder) => builder.select("p.views", "views").from(Post, "p"), "x")
        .cache(true)
        .getRawOne(),
  },
];
