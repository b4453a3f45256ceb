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
      where("books tagged", fc.constantFrom(...CODES), (code) => ({ books: { tags: { code } } })),
    ),
    [{}, { books: true }, { mentor: true }, { mentor: { mentor: true }, books: { tags: true } }],
  ],
  [
    Book,
    fc.oneof(
      where("id", id, (value) => ({ id: value })),
      where("price between", fc.tuple(small, small), ([a, b]) => ({ price: Between(a, b) })),
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
      where("book's author", id, (value) => ({ book: { author: { id: value } } })),
    ),
    [{}, { book: true }, { book: { author: true }, reviewer: true }],
  ],
  [Tag, where("books of", id, (value) => ({ books: { author: { id: value } } })), [{}, { books: true }]],
  [Shelf, where("author", id, (authorId) => ({ authorId })), [{}]],
  [Fame, where("books >", small, (value) => ({ books: MoreThan(value) })), [{}]],
];

const ORDERS = new Map<unknown, Record<string, "ASC" | "DESC">>([
  [Tag, { code: "DESC" }],
  [Shelf, { authorId: "ASC" }],
  [Fame, { name: "ASC", books: "ASC" }],
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
      })
      .map(({ method, alternatives, relations: related, strategy, page, withDeleted }) => {
        const wanted = alternatives.map(([, condition]) => condition);
        const options: FindManyOptions = {
          ...(wanted.length > 0 && { where: wanted }),
          ...page,
          relations: related,
          // By queries, TypeORM 0.3 gives both ends of a self reference the same alias.
          relationLoadStrategy: "mentor" in related ? "join" : strategy,
          withDeleted,
          order: ORDERS.get(entity) ?? { id: "ASC" },
        };
        const said = [
          alternatives.map(([title]) => title).join(" or "),
          JSON.stringify({ related, strategy, ...page, withDeleted }),
        ];
        const name = (entity as { name: string }).name;
        return new Read(`${method} ${name} ${said.join(" ")}`, (manager) =>
          METHODS[method]!(manager, entity, options),
        );
      }),
  );
