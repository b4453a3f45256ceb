import { expect } from "chai";
import { Brackets, In, type SelectQueryBuilder } from "typeorm";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectCached, expectFollows } from "../../support/soundness";

type Write = (lab: Lab) => Promise<unknown>;

interface Statement {
  /** Every table that the statement depends on. */
  readonly tables: readonly string[];
  /** `id` quotes a name as the database does. */
  build(posts: SelectQueryBuilder<Post>, id: (name: string) => string): SelectQueryBuilder<Post>;
  /** One write for each table that matters, each of which changes the answer. */
  readonly writes: readonly Write[];
}

const comment =
  (postId: number): Write =>
  (lab) =>
    lab.repository(Comment).insert({ text: "new", postId });
const newPost: Write = (lab) => lab.repository(Post).insert({ title: "zzz", views: 9, categoryId: 1 });
const renameCategory: Write = (lab) =>
  lab.repository(Category).update({ title: "news" }, { title: "zeitung" });
const retag: Write = (lab) => lab.dataSource.createQueryBuilder().relation(Post, "tags").of(1).remove(1);

const STATEMENTS: Record<string, Statement> = {
  "a subquery in SELECT (cacheops 365)": {
    tables: ["comment", "post"],
    build: (q) =>
      q
        .select("p.title", "title")
        .addSelect((s) => s.select("COUNT(*)").from(Comment, "c").where("c.postId = p.id"), "n"),
    writes: [comment(2), newPost],
  },
  "a subquery in WHERE IN (cacheops test_subquery)": {
    tables: ["category", "post"],
    build: (q) =>
      q.where(
        `p.categoryId IN ${q.subQuery().select("k.id").from(Category, "k").where("k.title = 'news'").getQuery()}`,
      ),
    writes: [newPost, renameCategory],
  },
  "NOT EXISTS (cacheops 359)": {
    tables: ["comment", "post"],
    build: (q) =>
      q.where(
        `NOT EXISTS ${q.subQuery().select("1").from(Comment, "c").where("c.postId = p.id").getQuery()}`,
      ),
    writes: [newPost, comment(2)],
  },
  "subqueries three levels deep (johnny-cache IN subselect)": {
    tables: ["category", "comment", "post"],
    build: (q, id) =>
      q.where(
        `p.id IN (SELECT c.${id("postId")} FROM comment c WHERE c.${id("postId")} IN ` +
          `(SELECT x.id FROM post x WHERE x.${id("categoryId")} IN (SELECT k.id FROM category k WHERE k.title = 'news')))`,
      ),
    writes: [(lab) => lab.repository(Comment).delete({ postId: 3 }), renameCategory],
  },
  "a subquery in FROM": {
    tables: ["comment", "post"],
    build: (q) =>
      q
        .select("p.title", "title")
        .addSelect("s.n", "n")
        .innerJoin(
          (s) =>
            s.select("c.postId", "pid").addSelect("COUNT(*)", "n").from(Comment, "c").groupBy("c.postId"),
          "s",
          "s.pid = p.id",
        ),
    writes: [comment(2), (lab) => lab.repository(Post).update(1, { title: "other" })],
  },
  "a subquery in JOIN … ON": {
    tables: ["comment", "post", "tag"],
    build: (q) => q.leftJoinAndSelect("p.comments", "c", "c.postId < (SELECT MAX(t.id) + 1 FROM tag t)"),
    writes: [comment(1), (lab) => lab.repository(Tag).insert([{ name: "t3" }, { name: "t4" }])],
  },
  "a subquery in HAVING (cachalot having)": {
    tables: ["comment", "post", "tag"],
    build: (q) =>
      q
        .select("p.id", "id")
        .innerJoin("p.comments", "c")
        .groupBy("p.id")
        .having("COUNT(c.id) >= (SELECT COUNT(*) FROM tag)"),
    writes: [comment(3), (lab) => lab.repository(Tag).insert({ name: "one more" })],
  },
  "a subquery in GROUP BY": {
    tables: ["category", "post"],
    build: (q) =>
      q
        .select("COUNT(*)", "n")
        .groupBy("CASE WHEN p.views > (SELECT COUNT(*) FROM category) THEN 1 ELSE 0 END")
        .orderBy("n"),
    writes: [newPost, (lab) => lab.repository(Category).insert([{ title: "x" }, { title: "y" }])],
  },
  "a subquery in ORDER BY": {
    tables: ["comment", "post"],
    build: (q, id) =>
      q
        .select("p.title", "title")
        .addSelect(`(SELECT COUNT(*) FROM comment c WHERE c.${id("postId")} = p.id)`, "n")
        .orderBy("n", "DESC")
        .addOrderBy("p.id"),
    writes: [async (lab) => lab.repository(Comment).insert([1, 2, 3].map(() => ({ text: "x", postId: 2 })))],
  },
  "a subquery in CASE … WHEN (cachalot Subquery in When)": {
    tables: ["post", "summary"],
    build: (q) =>
      q
        .select("CASE WHEN (SELECT COUNT(*) FROM summary) > 1 THEN 'many' ELSE 'few' END", "x")
        .addSelect("p.id", "id"),
    writes: [newPost, (lab) => lab.repository(Summary).insert([{ text: "a" }, { text: "b" }])],
  },
  "a subquery inside COALESCE (cachalot Subquery in Coalesce)": {
    tables: ["post", "summary"],
    build: (q) =>
      q.select("COALESCE((SELECT MAX(s.text) FROM summary s), 'none')", "x").addSelect("p.id", "id"),
    writes: [(lab) => lab.repository(Summary).insert({ text: "a" }), newPost],
  },
  "ORDER BY a joined table's column (cachalot order_by)": {
    tables: ["category", "post"],
    build: (q) =>
      q.select("p.id", "id").leftJoin("p.category", "k").orderBy("k.title", "ASC").addOrderBy("p.id"),
    writes: [renameCategory],
  },
  "a join that is only filtered by (cacheops RelatedTests)": {
    tables: ["post", "post_tags_tag", "tag"],
    build: (q) => q.select("p.id", "id").innerJoin("p.tags", "t").where("t.name = 'hot'").orderBy("p.id"),
    writes: [retag, (lab) => lab.repository(Tag).update({ name: "cold" }, { name: "hot" })],
  },
  "a self-join (cacheops PrefixTests)": {
    tables: ["post"],
    build: (q) =>
      q
        .select("p.id", "a")
        .addSelect("o.id", "b")
        .innerJoin(Post, "o", "o.categoryId = p.categoryId AND o.id < p.id")
        .orderBy("p.id")
        .addOrderBy("o.id"),
    writes: [newPost],
  },
  "a common table expression (section 5: CTE)": {
    tables: ["comment", "post"],
    build: (q, id) =>
      q
        .addCommonTableExpression(
          `SELECT c.${id("postId")} AS pid, COUNT(*) AS n FROM comment c GROUP BY c.${id("postId")}`,
          "counts",
        )
        .select("p.title", "title")
        .addSelect("counts.n", "n")
        .innerJoin("counts", "counts", "counts.pid = p.id")
        .orderBy("p.id"),
    writes: [comment(1)],
  },
  "a union in a common table expression (cacheops test_union, cachalot union)": {
    tables: ["category", "post", "tag"],
    build: (q) =>
      q
        .addCommonTableExpression(
          "SELECT title AS w FROM category UNION ALL SELECT name AS w FROM tag",
          "words",
        )
        .select("words.w", "w")
        .innerJoin("words", "words", "1 = 1")
        .orderBy("words.w"),
    writes: [renameCategory, (lab) => lab.repository(Tag).update({ name: "hot" }, { name: "warm" }), newPost],
  },
  "INTERSECT and EXCEPT (cachalot intersection, difference)": {
    tables: ["comment", "post", "summary"],
    build: (q, id) =>
      q
        .where(
          `p.id IN (SELECT x.id FROM post x EXCEPT SELECT s.${id("postId")} FROM summary s WHERE s.${id("postId")} IS NOT NULL)`,
        )
        .andWhere(`p.id IN (SELECT y.id FROM post y INTERSECT SELECT c.${id("postId")} FROM comment c)`),
    writes: [comment(2), (lab) => lab.repository(Summary).insert({ text: "s", post: { id: 1 } })],
  },
  "a recursive common table expression": {
    tables: ["post"],
    build: (q) =>
      q
        .addCommonTableExpression(
          "SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < (SELECT COUNT(*) FROM post)",
          "steps",
          {
            recursive: true,
            columnNames: ["n"],
          },
        )
        .select("COUNT(*)", "n")
        .innerJoin("steps", "steps", "1 = 1"),
    writes: [newPost],
  },
  "an AND of ORs of LIKEs (cacheops 480)": {
    tables: ["post"],
    build: (q) => {
      for (let i = 0; i < 12; i++) {
        q.andWhere(
          new Brackets((w) =>
            w.where("p.title LIKE '%o%'").orWhere(`p.title LIKE '%${i}%'`).orWhere("p.title LIKE 'z%'"),
          ),
        );
      }
      return q;
    },
    writes: [newPost],
  },
};

onEveryCombination("statements", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: BLOG })));
  after(() => lab.close());

  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert([{ title: "news" }, { title: "old" }]);
    await lab.repository(Tag).insert([{ name: "hot" }, { name: "cold" }]);
    await lab.repository(Post).insert([
      { title: "one", views: 1, categoryId: 1 },
      { title: "two", views: 2, categoryId: 2 },
      { title: "three", views: 3, categoryId: 1 },
    ]);
    await lab.dataSource.createQueryBuilder().relation(Post, "tags").of(1).add(1);
    await lab.dataSource.createQueryBuilder().relation(Post, "tags").of(2).add(2);
    await lab.repository(Comment).insert([
      { text: "a", postId: 1 },
      { text: "b", postId: 1 },
      { text: "c", postId: 3 },
    ]);
  });

  for (const [name, { tables, build, writes }] of Object.entries(STATEMENTS)) {
    it(`${name} follows each of its tables`, async () => {
      const id = (column: string): string => lab.dataSource.driver.escape(column);
      const read = async () => {
        const query = build(lab.repository(Post).createQueryBuilder("p"), id);
        const rows = (await query.getRawMany<object>()).map((row) => JSON.stringify(row));
        return Object.keys(query.expressionMap.orderBys).length > 0 ? rows : rows.sort();
      };
      for (const write of writes) await expectFollows(lab, read, () => write(lab));
      await read();
      expect(lab.reads.at(-1)?.tables).to.deep.equal(tables);
    });
  }

  it("an unrelated table's write leaves a read alone (johnny-cache MultiModel)", async () => {
    const read = () => lab.repository(Post).find({ relations: { category: true } });
    await expectCached(lab, read);
    await lab.repository(Tag).insert({ name: "unrelated" });
    await lab.repository(Summary).insert({ text: "unrelated" });
    expect(await lab.outcomes(read)).to.deep.equal(["hit"]);
  });

  it("IN with an empty list, a long one, and one with NULL (cacheops test_empty, cacheops 232)", async () => {
    const posts = lab.repository(Post);
    await expectCached(lab, () => posts.findBy({ id: In([]) }));
    const long = Array.from({ length: 500 }, (_, index) => index);
    const found = await expectFollows(
      lab,
      () => posts.find({ where: { id: In(long) }, order: { id: "ASC" } }),
      () => posts.update(2, { views: 77 }),
    );
    expect(found).to.have.length(3);
    await expectCached(lab, () => posts.findBy([{ id: In([null, 1]) }, { id: 1 }]));
  });
});
