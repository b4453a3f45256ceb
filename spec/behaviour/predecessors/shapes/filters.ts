import { Between, Brackets, Equal, ILike, In, IsNull, LessThan, Like, MoreThan, Not } from "typeorm";
import { Comment, Post } from "../../../support/blog/entities";
import { posts, type Shape, titles } from "./shape";

/** Conditions, orders and slices of one table. */
export const FILTERS: readonly Shape[] = [
  {
    name: "a boolean (cachalot read.py filter bool)",
    tables: ["post"],
    answer: ["one", "two"],
    read: (lab) => titles(lab.repository(Post).find({ where: { visible: true }, order: { id: "ASC" } })),
  },
  {
    name: "a filter with an empty result (cachalot read.py filter)",
    tables: ["post"],
    answer: [],
    read: (lab) => titles(lab.repository(Post).findBy({ views: MoreThan(1000) })),
  },
  {
    name: "an empty count (johnny-cache empty count)",
    tables: ["post"],
    answer: 0,
    read: (lab) => lab.repository(Post).countBy({ title: "none" }),
  },
  {
    name: "several conditions (johnny-cache multi-where)",
    tables: ["post"],
    answer: ["two"],
    read: (lab) =>
      titles(
        lab.repository(Post).findBy({ views: Between(1, 9), title: Like("t%"), categoryId: LessThan(3) }),
      ),
  },
  {
    name: "an excluded value (cachalot read.py exclude)",
    tables: ["post"],
    answer: ["two"],
    read: (lab) => titles(lab.repository(Post).findBy({ title: Not("one") })),
  },
  {
    name: "case-insensitive equality (johnny-cache iexact)",
    tables: ["post"],
    answer: ["one"],
    read: (lab) => titles(lab.repository(Post).findBy({ title: ILike("ONE") })),
  },
  {
    name: "a slice (cachalot read.py slicing, cache-machine slice)",
    tables: ["post"],
    answer: ["two"],
    read: (lab) => titles(lab.repository(Post).find({ order: { id: "ASC" }, skip: 1, take: 1 })),
  },
  {
    name: "the reverse order (cachalot read.py order_by, reverse; johnny-cache order part of key)",
    tables: ["post"],
    answer: [
      ["one", "two"],
      ["two", "one"],
    ],
    read: async (lab) => [
      await titles(lab.repository(Post).find({ order: { id: "ASC" } })),
      await titles(lab.repository(Post).find({ order: { id: "DESC" } })),
    ],
  },
  {
    name: "the earliest and the latest (cachalot read.py earliest, latest, first, last)",
    tables: ["post"],
    answer: ["one", "two", null],
    read: async ({ dataSource: { manager } }) => [
      (await manager.findOne(Post, { where: {}, order: { views: "ASC" } }))?.title,
      (await manager.findOne(Post, { where: {}, order: { views: "DESC" } }))?.title,
      await manager.findOne(Post, { where: { views: 77 }, order: { views: "DESC" } }),
    ],
  },
  {
    name: "one row by get and by list (johnny-cache get and list results equal)",
    tables: ["post"],
    answer: [["two"], ["two"]],
    read: async (lab) => [
      [(await lab.repository(Post).findOneByOrFail({ id: 2 })).title],
      await titles(lab.repository(Post).findBy({ id: 2 })),
    ],
  },
  {
    name: "the spellings of a key (cacheops test_exact, cachalot in_bulk)",
    tables: ["post"],
    answer: Array(5).fill(["two"]),
    read: (lab) =>
      Promise.all([
        titles(lab.repository(Post).findBy({ id: 2 })),
        titles(lab.repository(Post).findBy({ id: Equal(2) })),
        titles(lab.repository(Post).findBy({ id: In([2]) })),
        titles(posts(lab).whereInIds(2).getMany()),
        titles(posts(lab).where({ id: 2 }).getMany()),
      ]),
  },
  {
    name: "expressions of columns, arithmetic and bits (cacheops test_expressions)",
    tables: ["post"],
    answer: [["one"], ["two"], ["two"]],
    read: (lab) =>
      Promise.all([
        titles(posts(lab).where("p.categoryId > p.views").getMany()),
        titles(posts(lab).where("p.views + p.id >= :sum", { sum: 7 }).getMany()),
        titles(posts(lab).where("p.views & 4 = 4").getMany()),
      ]),
  },
  {
    name: "conditions combined by AND and OR, none among them (cacheops test_combine, cachalot | and &)",
    tables: ["post"],
    answer: [["one", "two"], ["one", "two"], ["one"], []],
    read: async (lab) => {
      const one = { title: "one" };
      const none = { id: In([]) };
      const some = new Brackets((where) => where.where({ views: 0 }).orWhere({ views: 9 }));
      return [
        await titles(lab.repository(Post).find({ where: [one, { title: "two" }], order: { id: "ASC" } })),
        await titles(posts(lab).where(one).orWhere("p.views = 5").orWhere(none).getMany()),
        await titles(posts(lab).where(one).andWhere(some).getMany()),
        await titles(posts(lab).where(one).andWhere(none).getMany()),
      ];
    },
  },
  {
    name: "IN with NULL combined with equality (cacheops 232)",
    tables: ["post"],
    answer: ["one"],
    read: (lab) =>
      titles(
        posts(lab)
          .where({ id: In([null, 1]) })
          .andWhere({ id: 1 })
          .getMany(),
      ),
  },
  {
    name: "plain SQL as a condition (cacheops test_rawsql, cachalot RawSQL in filter)",
    tables: ["post"],
    answer: ["two"],
    read: (lab) => titles(posts(lab).where("abs(p.views - :n) < 2", { n: 6 }).getMany()),
  },
  {
    name: "a traversed key, which is the foreign key (cacheops 16)",
    tables: ["comment", "post"],
    answer: [1, 1, 1],
    read: async (lab) => [
      await lab.repository(Comment).countBy({ post: { id: 1 } }),
      await lab.repository(Comment).countBy({ postId: 1 }),
      await lab.repository(Comment).createQueryBuilder("c").where("c.post = :id", { id: 1 }).getCount(),
    ],
  },
  {
    name: "a null foreign key (cacheops test_some)",
    tables: ["post"],
    answer: 2,
    read: (lab) => lab.repository(Post).countBy({ categoryId: Not(IsNull()) }),
  },
];
