import * as fc from "fast-check";
import {
  Between,
  type EntityManager,
  type EntityTarget,
  type FindManyOptions,
  In,
  IsNull,
  LessThan,
  Like,
  MoreThan,
  Not,
  type ObjectLiteral,
} from "typeorm";
import { Author, Book, Fame, Review, Shelf, Tag } from "./bookshop/entities";
import { CODES, IDS } from "./bookshop/stock";
import { Read } from "./read";

const id = fc.constantFrom(...IDS);
const small = fc.integer({ min: 0, max: 5 });

type Where = readonly [title: string, where: object];

/** A condition and how it reads, since find operators print badly. */
function where<T>(name: string, values: fc.Arbitrary<T>, make: (value: T) => object): fc.Arbitrary<Where> {
  return values.map((value) => [`${name} ${JSON.stringify(value)}`, make(value)]);
}

const CONDITIONS: readonly [EntityTarget<ObjectLiteral>, fc.Arbitrary<Where>, readonly object[]][] = [
  [
    Author,
    fc.oneof(
      where("id", id, (value) => ({ id: value })),
      where("score >", small, (value) => ({ score: MoreThan(value) })),
      where("ids", fc.array(id, { maxLength: 3 }), (value) => ({ id: In(value) })),
      where("no mentor", fc.constant(0), () => ({ mentor: IsNull() })),
      where("mentor's score <", small, (value) => ({ mentor: { score: LessThan(value) } })),
      where("books priced", small, (value) => ({ books: { price: value } })),
      where("name", fc.constantFrom("ada", "Ada", "eve"), (name) => ({ name })),
      where("mentor and score", fc.tuple(id, small), ([value, score]) => ({ mentor: { id: value }, score })),
      where("books tagged", fc.constantFrom(...CODES), (code) => ({ books: { tags: { code } } })),
    ),
    [{}, { books: true }, { mentor: true }, { mentor: { mentor: true }, books: { tags: true } }],
  ],
  [
    Book,
    fc.oneof(
      where("id", id, (value) => ({ id: value })),
      where("price between", fc.tuple(small, small), ([a, b]) => ({ price: Between(a, b) })),
      where("price", small, (price) => ({ price })),
      where("prices", fc.array(small, { minLength: 1, maxLength: 3 }), (prices) => ({ price: In(prices) })),
      where("price not", small, (price) => ({ price: Not(price) })),
      where("author and price", fc.tuple(id, small), ([value, price]) => ({ author: { id: value }, price })),
      where("no author", fc.constant(0), () => ({ author: IsNull() })),
      where("title like", fc.constantFrom("t", "o"), (start) => ({ title: Like(`${start}%`) })),
      where("author", id, (value) => ({ author: { id: value } })),
      where("author's name not", fc.constantFrom("ada", "bea"), (name) => ({ author: { name: Not(name) } })),
      where("reviewed by", id, (value) => ({ reviews: { reviewer: { id: value } } })),
    ),
    [{}, { author: true }, { reviews: true, tags: true }, { reviews: { reviewer: true } }],
  ],
  [
    Review,
    fc.oneof(
      where("stars", small, (stars) => ({ stars })),
      where("book", id, (value) => ({ book: { id: value } })),
      where("no reviewer", fc.constant(0), () => ({ reviewer: IsNull() })),
      where("reviewer and stars", fc.tuple(id, small), ([value, stars]) => ({
        reviewer: { id: value },
        stars: MoreThan(stars),
      })),
      where("book's author", id, (value) => ({ book: { author: { id: value } } })),
    ),
    [{}, { book: true }, { book: { author: true }, reviewer: true }],
  ],
  [
    Tag,
    fc.oneof(
      where("books of", id, (value) => ({ books: { author: { id: value } } })),
      where("code", fc.constantFrom(...CODES), (code) => ({ code })),
      where("label in", fc.constantFrom("n", "O", "u1"), (label) => ({ label: In([label, "o"]) })),
    ),
    [{}, { books: true }],
  ],
  [Shelf, where("author", id, (authorId) => ({ authorId })), [{}]],
  [Fame, where("books >", small, (value) => ({ books: MoreThan(value) })), [{}]],
];

type Order = Record<string, "ASC" | "DESC">;

/** Total ones: what a page shows is then no matter of taste. By keys, by what is written often, and by what may be NULL. */
const ORDERS = new Map<unknown, readonly Order[]>([
  [
    Author,
    [
      { id: "ASC" },
      { score: "DESC", id: "ASC" },
      { score: "ASC", id: "DESC" },
      { name: "ASC", id: "ASC" },
      { removedAt: "DESC", id: "ASC" },
    ],
  ],
  [Book, [{ id: "DESC" }, { price: "ASC", id: "ASC" }, { price: "DESC", title: "ASC", id: "DESC" }]],
  [Review, [{ id: "ASC" }, { stars: "DESC", id: "DESC" }, { stars: "ASC", id: "ASC" }]],
  [Tag, [{ code: "DESC" }, { label: "ASC", code: "ASC" }]],
  [Shelf, [{ authorId: "ASC" }]],
  [Fame, [{ name: "ASC", books: "ASC" }]],
]);

/** Columns that are selected where not all are: the key, by which entities are made, and one more. */
const SELECTIONS = new Map<unknown, Record<string, boolean>>([
  [Author, { id: true, score: true }],
  [Book, { id: true, title: true }],
  [Review, { id: true, stars: true }],
  [Tag, { code: true }],
]);

const METHODS: Record<
  string,
  (manager: EntityManager, entity: EntityTarget<ObjectLiteral>, options: FindManyOptions) => Promise<unknown>
> = {
  find: (manager, entity, options) => manager.find(entity, options),
  findOne: (manager, entity, options) => manager.findOne(entity, { ...options, where: options.where ?? {} }),
  findAndCount: (manager, entity, options) => manager.findAndCount(entity, options),
  count: (manager, entity, { where: wanted, withDeleted }) =>
    manager.count(entity, { where: wanted, withDeleted }),
  exists: (manager, entity, { where: wanted, withDeleted }) =>
    manager.exists(entity, { where: wanted, withDeleted }),
};

/** Repository methods with every find option in combination. */
export const finds: fc.Arbitrary<Read> = fc
  .constantFrom(...CONDITIONS)
  .chain(([entity, conditions, relations]) =>
    fc
      .record({
        method: fc.constantFrom(...Object.keys(METHODS)),
        alternatives: fc.array(conditions, { maxLength: 2 }),
        relations: fc.constantFrom(...relations),
        strategy: fc.constantFrom("join" as const, "query" as const),
        page: fc.option(
          fc.record({ skip: fc.integer({ min: 0, max: 2 }), take: fc.integer({ min: 1, max: 3 }) }),
          { nil: undefined },
        ),
        withDeleted: fc.boolean(),
        partly: fc.boolean(),
        order: fc.constantFrom(...(ORDERS.get(entity) as readonly Order[])),
      })
      .map(({ method, alternatives, relations: related, strategy, page, withDeleted, partly, order }) => {
        const wanted = alternatives.map(([, condition]) => condition);
        const some = partly && Object.keys(related).length === 0 ? SELECTIONS.get(entity) : undefined;
        // TypeORM sorts the page of those by what they show.
        const shown = Object.keys(order).map((column) => [column, true] as const);
        const select = some && { ...some, ...Object.fromEntries(shown) };
        const options: FindManyOptions = {
          ...(select && { select }),
          ...(wanted.length > 0 && { where: wanted }),
          ...page,
          relations: related,
          // By queries, TypeORM 0.3 gives both ends of a self reference the same alias.
          relationLoadStrategy: "mentor" in related ? "join" : strategy,
          withDeleted,
          order,
        };
        const said = [
          alternatives.map(([title]) => title).join(" or "),
          JSON.stringify({ related, strategy, ...page, order, withDeleted, select }),
        ];
        const name = (entity as { name: string }).name;
        return new Read(`${method} ${name} ${said.join(" ")}`, (manager) =>
          METHODS[method]!(manager, entity, options),
        );
      }),
  );
