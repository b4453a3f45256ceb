import * as fc from "fast-check";
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import { Author, Book, Review } from "./bookshop/entities";
import { CODES, IDS } from "./bookshop/stock";
import { Read } from "./read";

interface Values {
  readonly id: number;
  readonly n: number;
  readonly code: string;
}

type Builder = SelectQueryBuilder<ObjectLiteral>;

/** Narrows, joins or extends a SELECT of books that is called `b`. */
const PARTS: Record<string, (builder: Builder, values: Values) => Builder> = {
  "price >": (b, { n }) => b.andWhere("b.price > :n", { n }),
  "price =": (b, { n }) => b.andWhere("b.price = :exactly", { exactly: n }),
  "price in": (b, { n }) => b.andWhere("b.price IN (:...prices)", { prices: [n, n + 1] }),
  "of an author": (b, { id }) => b.andWhere(`b.author_id = ${id}`),
  "of no author": (b) => b.andWhere("b.author_id IS NULL"),
  "cheap, or of an author": (b, { id, n }) =>
    b.andWhere("(b.price < :cheap OR (b.author_id = :of AND b.price BETWEEN 1 AND 3))", { cheap: n, of: id }),
  "with removed": (b) => b.withDeleted(),
  "reviewed by": (b, { id }) =>
    b.andWhere(
      (outer) =>
        `b.id IN ${outer.subQuery().select("r.book_id").from(Review, "r").where("r.reviewer_id = :id").getQuery()}`,
      { id },
    ),
  "author has score": (b, { n }) =>
    b.andWhere("EXISTS (SELECT 1 FROM author x WHERE x.id = b.author_id AND x.score >= :score)", {
      score: n,
    }),
  "not tagged": (b, { code }) =>
    b.andWhere("b.id NOT IN (SELECT t.book_id FROM book_tag t WHERE t.tag_code = :code)", { code }),
  "dearer than the average of": (b, { code }) =>
    b.andWhere(
      "b.price >= (SELECT COALESCE(AVG(o.price), 0) FROM book o JOIN book_tag t ON t.book_id = o.id JOIN tag g ON g.code = t.tag_code WHERE g.label <> :label)",
      { label: code },
    ),
  "ordered by fame": (b) =>
    b.addOrderBy("(SELECT COUNT(*) FROM review o WHERE o.book_id = b.id)", "DESC").addOrderBy("b.id"),
};

/** Joins of entities, for reads that give entities. */
const JOINS: Record<string, (builder: Builder, values: Values) => Builder> = {
  author: (b) => b.leftJoinAndSelect("b.author", "a"),
  "author, inner": (b, { n }) => b.innerJoinAndSelect("b.author", "a", "a.score <= :top", { top: n + 2 }),
  tags: (b, { code }) => b.leftJoinAndSelect("b.tags", "g", "g.code = :tag", { tag: code }),
  "a review": (b, { n }) =>
    b.leftJoinAndMapOne(
      "b.best",
      Review,
      "v",
      "v.id = (SELECT MIN(x.id) FROM review x WHERE x.book_id = b.id AND x.stars > :least)",
      { least: n },
    ),
  "ids of tags": (b) => b.loadRelationIdAndMap("b.tagCodes", "b.tags"),
  nothing: (b) => b,
};

const ENDS: Record<string, (builder: Builder, values: Values) => Promise<unknown>> = {
  getMany: (b) => b.addOrderBy("b.id").getMany(),
  "a page": (b, { n }) =>
    b
      .orderBy("b.id")
      .skip(n % 2)
      .take(2)
      .getMany(),
  "the dearest": (b, { n }) =>
    b
      .orderBy("b.price", "DESC")
      .addOrderBy("b.id")
      .take(1 + (n % 3))
      .getMany(),
  getManyAndCount: (b) => b.addOrderBy("b.id").getManyAndCount(),
  getOne: (b) => b.addOrderBy("b.id").getOne(),
  getCount: (b) => b.getCount(),
  "titles alone": (b) => b.select("b.title", "title").orderBy("b.id").getRawMany(),
  "the sum of prices": (b) => b.select("SUM(b.price)", "sum").orderBy().getRawOne(),
  "prices and how many": (b) =>
    b
      .select("b.price", "price")
      .addSelect("COUNT(*)", "many")
      .groupBy("b.price")
      .orderBy("b.price")
      .getRawMany(),
  "the cheapest titles": (b, { n }) =>
    b
      .select("b.title", "title")
      .addSelect("b.price", "price")
      .orderBy("b.price")
      .addOrderBy("b.id", "DESC")
      .limit(1 + (n % 3))
      .offset(n % 2)
      .getRawMany(),
  getExists: (b) => b.getExists(),
};

/** Reads that give rows, none of an entity's main table only. */
const RAW: Record<string, (manager: EntityManager, values: Values) => Promise<unknown>> = {
  "stars by author": (manager, { n }) =>
    manager
      .createQueryBuilder(Author, "a")
      .select("a.name", "name")
      .addSelect("SUM(r.stars)", "stars")
      .leftJoin("a.books", "b")
      .leftJoin("b.reviews", "r")
      .groupBy("a.id")
      .addGroupBy("a.name")
      .having("COUNT(r.id) <= :n", { n })
      .orderBy("a.id")
      .getRawMany(),
  "having by subquery": (manager) =>
    manager
      .createQueryBuilder(Review, "r")
      .select("r.stars", "stars")
      .addSelect("COUNT(*)", "n")
      .groupBy("r.stars")
      .having("COUNT(*) <= (SELECT COUNT(*) FROM tag)")
      .orderBy("r.stars")
      .getRawMany(),
  "selected subqueries": (manager, { id }) =>
    manager
      .createQueryBuilder(Book, "b")
      .select("b.id", "id")
      .addSelect((sub) => sub.select("COUNT(*)").from("book_tag", "t").where("t.book_id = b.id"), "tags")
      .addSelect(
        "CASE WHEN EXISTS (SELECT 1 FROM review r WHERE r.book_id = b.id) THEN 1 ELSE 0 END",
        "reviewed",
      )
      .where("b.id <= :id", { id })
      .orderBy("b.id")
      .getRawMany(),
  "a subquery in FROM": (manager, { n }) =>
    manager
      .createQueryBuilder()
      .select("x.author", "author")
      .addSelect("x.sum", "sum")
      .from(
        (sub) =>
          sub
            .select("b.author_id", "author")
            .addSelect("SUM(b.price)", "sum")
            .from(Book, "b")
            .groupBy("b.author_id"),
        "x",
      )
      .where("x.sum >= :n", { n })
      .orderBy("x.author")
      .getRawMany(),
  "a common table expression": (manager) =>
    manager
      .createQueryBuilder()
      .addCommonTableExpression("SELECT book_id, AVG(stars) AS mean FROM review GROUP BY book_id", "means")
      .select("b.title", "title")
      .addSelect("m.mean", "mean")
      .from(Book, "b")
      .innerJoin("means", "m", "m.book_id = b.id")
      .orderBy("b.id")
      .getRawMany(),
  "an expression that hides a table": (manager) =>
    manager
      .createQueryBuilder()
      .addCommonTableExpression("SELECT code AS id FROM tag", "review")
      .select("v.id", "id")
      .from("review", "v")
      .orderBy("v.id")
      .getRawMany(),
  "disciples, recursively": (manager, { id }) =>
    manager
      .createQueryBuilder()
      .addCommonTableExpression(
        "SELECT id, 0 AS depth FROM author WHERE id = :root UNION ALL SELECT a.id, d.depth + 1 FROM author a JOIN disciples d ON a.mentor_id = d.id WHERE d.depth < 3",
        "disciples",
        { recursive: true },
      )
      .select("d.id", "id")
      .addSelect("d.depth", "depth")
      .from("disciples", "d")
      .setParameter("root", id)
      .orderBy("d.depth")
      .addOrderBy("d.id")
      .getRawMany(),
  "a union": (manager) =>
    manager
      .createQueryBuilder()
      .select("u.name", "name")
      .from("(SELECT name FROM author UNION SELECT title FROM book UNION ALL SELECT label FROM tag)", "u")
      .orderBy("u.name")
      .getRawMany(),
  "a join of views": (manager) =>
    manager
      .createQueryBuilder()
      .select("f.name", "name")
      .addSelect("s.worth", "worth")
      .from("fame", "f")
      .innerJoin("shelf", "s", "s.books = f.books")
      .orderBy("f.name")
      .addOrderBy("s.worth")
      .getRawMany(),
  windows: (manager) =>
    manager
      .createQueryBuilder(Book, "b")
      .select("b.id", "id")
      .addSelect("RANK() OVER (ORDER BY (SELECT COUNT(*) FROM review r WHERE r.book_id = b.id))", "place")
      .orderBy("b.id")
      .getRawMany(),
  "ordered by a join": (manager) =>
    manager
      .createQueryBuilder(Review, "r")
      .select("r.id", "id")
      .leftJoin("r.book", "b")
      .leftJoin("b.author", "a")
      .orderBy("a.score", "DESC")
      .addOrderBy("r.id")
      .getRawMany(),
  "the best by a join": (manager, { n }) =>
    manager
      .createQueryBuilder(Review, "r")
      .innerJoinAndSelect("r.book", "b")
      .where("b.price >= :n", { n })
      .orderBy("r.stars", "DESC")
      .addOrderBy("r.id")
      .take(2)
      .getMany(),
  "the dearest of a tag": (manager, { code }) =>
    manager
      .createQueryBuilder(Book, "b")
      .innerJoin("b.tags", "g")
      .leftJoinAndSelect("b.author", "a")
      .where("g.code = :code", { code })
      .orderBy("b.price", "DESC")
      .addOrderBy("b.id", "DESC")
      .take(2)
      .getMany(),
  "a relation's rows": (manager, { id }) =>
    manager
      .createQueryBuilder()
      .relation(Book, "tags")
      .of(id)
      .loadMany<{ code: string }>()
      .then((tags) => tags.map(({ code }) => code).sort()),
  "a relation's row": (manager, { id }) =>
    manager.createQueryBuilder().relation(Review, "book").of(id).loadOne(),
  "a maximum": (manager) => manager.maximum(Book, "price"),
  "a sum": (manager, { id }) => manager.sum(Review, "stars", { book: { id } }),
};

const values: fc.Arbitrary<Values> = fc.record({
  id: fc.constantFrom(...IDS),
  n: fc.integer({ min: 0, max: 4 }),
  code: fc.constantFrom(...CODES),
});

const ofEntities: fc.Arbitrary<Read> = fc
  .record({
    parts: fc.uniqueArray(fc.constantFrom(...Object.keys(PARTS)), { maxLength: 3 }),
    join: fc.constantFrom(...Object.keys(JOINS)),
    end: fc.constantFrom(...Object.keys(ENDS)),
    values,
  })
  .map(({ parts, join, end, values: given }) => {
    const build = (manager: EntityManager): Builder => {
      const joined = JOINS[join]!(manager.createQueryBuilder(Book, "b"), given);
      return parts.reduce((builder, part) => PARTS[part]!(builder, given), joined);
    };
    const title = `${end} of books joined to ${join}, ${parts.join(", ")} ${JSON.stringify(given)}`;
    return new Read(title, (manager) => ENDS[end]!(build(manager), given));
  });

const ofRows: fc.Arbitrary<Read> = fc
  .record({ name: fc.constantFrom(...Object.keys(RAW)), values })
  .map(
    ({ name, values: given }) =>
      new Read(`${name} ${JSON.stringify(given)}`, (manager) => RAW[name]!(manager, given)),
  );

/** Query builders with joins, subqueries in every clause, aggregates, common table expressions and unions. */
export const builders: fc.Arbitrary<Read> = fc.oneof(ofEntities, ofRows);
