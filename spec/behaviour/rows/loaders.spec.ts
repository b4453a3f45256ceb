import type { SelectQueryBuilder } from "typeorm";
import { BLOG, Comment, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { Author, Book, Country, LIBRARY, Portrait, Review, Shelf } from "../../support/library/entities";
import { IS_TYPEORM_1 } from "../../support/typeorm";
import { itTellsApart, type Precision } from "./told-apart";

type Act = (lab: Lab) => Promise<unknown>;

async function seedLibrary({ dataSource: { manager } }: Lab): Promise<void> {
  await manager.insert(Country, [{ name: "Spain" }, { name: "Peru" }]);
  await manager.insert(Author, { name: "Ana", country: { id: 1 } } as object);
  await manager.insert(Author, { name: "Luis", country: { id: 2 } } as object);
  await manager.insert(Portrait, { file: "ana.png", author: { id: 1 } } as object);
  await manager.insert(Shelf, [{ label: "upper" }, { label: "lower" }]);
  await manager.insert(Book, { title: "A", author: { id: 1 } });
  await manager.insert(Book, { title: "B", author: { id: 2 } });
  await manager.createQueryBuilder().relation(Book, "shelves").of(1).add(1);
  await manager.createQueryBuilder().relation(Book, "shelves").of(2).add(2);
  await manager.insert(Review, { stars: 5, book: { id: 1 } });
}

const renameAuthor =
  (id: number): Act =>
  (lab) =>
    lab.repository(Author).update(id, { name: "changed" });

const LOADERS: readonly Precision[] = [
  {
    name: "an eager relation, ids and a virtual column",
    read: (lab) => lab.repository(Book).findOneBy({ id: 1 }),
    unrelated: {
      "another row's parent": renameAuthor(2),
      "another row": (lab) => lab.repository(Book).update(2, { title: "x" }),
      "what a virtual column does not look at": (lab) => lab.repository(Review).update(1, { stars: 1 }),
      "a target of which only the id is shown": (lab) => lab.repository(Shelf).update(1, { label: "x" }),
      "another row's target": (lab) =>
        lab.dataSource.createQueryBuilder().relation(Book, "shelves").of(2).add(1),
    },
    related: {
      "its parent": renameAuthor(1),
      "its target": (lab) => lab.dataSource.createQueryBuilder().relation(Book, "shelves").of(1).add(2),
      "what the virtual column counts": (lab) => lab.repository(Review).insert({ stars: 1, book: { id: 1 } }),
      "another parent": (lab) => lab.repository(Book).update(1, { author: { id: 2 } }),
      "that one": (lab) => lab.repository(Author).update(2, { name: "changed again" }),
    },
  },
  {
    name: "a parent's parent",
    read: (lab) =>
      lab
        .repository(Book)
        .createQueryBuilder("b")
        .leftJoinAndSelect("b.author", "a")
        .leftJoinAndSelect("a.country", "c")
        .where("b.id = 1")
        .getRawMany(),
    unrelated: {
      "another one's": (lab) => lab.repository(Country).update(2, { name: "x" }),
      "another parent": renameAuthor(2),
    },
    related: {
      "the parent's parent": (lab) => lab.repository(Country).update(1, { name: "x" }),
      "the parent moves": ({ dataSource }) =>
        dataSource.createQueryBuilder().relation(Author, "country").of(1).set(2),
      "the new one": (lab) => lab.repository(Country).update(2, { name: "y" }),
    },
  },
  {
    name: "a lazy relation",
    read: async (lab) => (await (await lab.repository(Author).findOneByOrFail({ id: 1 })).country)?.name,
    unrelated: {
      "another parent": (lab) => lab.repository(Country).update(2, { name: "x" }),
      "a new row": (lab) => lab.repository(Author).insert({ name: "x" }),
    },
    related: {
      "its parent": (lab) => lab.repository(Country).update(1, { name: "y" }),
      "another one": ({ dataSource }) =>
        dataSource.createQueryBuilder().relation(Author, "country").of(1).set(2),
    },
  },
  {
    name: "a lazy relation to many, through a junction",
    read: async (lab) => {
      const books = await (await lab.repository(Shelf).findOneByOrFail({ id: 1 })).books;
      return books.sort((a, b) => a.id - b.id);
    },
    unrelated: {
      "a row on another shelf": (lab) => lab.repository(Book).update(2, { title: "x" }),
    },
    related: {
      "a row on it": (lab) => lab.repository(Book).update(1, { title: "x" }),
      "one more": (lab) => lab.dataSource.createQueryBuilder().relation(Book, "shelves").of(2).add(1),
    },
  },
  {
    name: "ids of relations",
    read: (lab) =>
      lab.repository(Author).find({
        where: { id: 1 },
        loadRelationIds: { relations: ["books", "country"] },
      }),
    unrelated: {
      "another's child": (lab) => lab.repository(Book).insert({ title: "x", author: { id: 2 } }),
      "what a child is called": (lab) => lab.repository(Book).update(1, { title: "x" }),
      "what a parent is called": (lab) => lab.repository(Country).update(1, { name: "x" }),
    },
    related: {
      "a child more": (lab) => lab.repository(Book).insert({ title: "x", author: { id: 1 } }),
      "a child less": (lab) => lab.repository(Book).delete(1),
    },
  },
];

type Map = (builder: SelectQueryBuilder<Post>, relation: string) => SelectQueryBuilder<Post>;

/** What is mapped onto a post; ids may come in any order, and a hit has that of before. */
const mapped =
  (map: Map, relation: string): Act =>
  async (lab) => {
    const builder = lab.repository(Post).createQueryBuilder("p").where("p.id = 1");
    const post = (await map(builder, relation).getOneOrFail()) as Post & { mapped: number | number[] };
    return typeof post.mapped === "number" ? post.mapped : post.mapped.sort((a, b) => a - b);
  };

const ids: Map = (builder, relation) => builder.loadRelationIdAndMap("p.mapped", relation);

interface Counting {
  loadRelationCountAndMap(mapTo: string, relation: string): SelectQueryBuilder<Post>;
}
const count: Map = (builder, relation) =>
  // TypeORM 1 has it no more.
  (builder as unknown as Counting).loadRelationCountAndMap("p.mapped", relation);

const tags = (lab: Lab, post: number) => lab.dataSource.createQueryBuilder().relation(Post, "tags").of(post);

const MAPS: Readonly<Record<string, Map>> = {
  loadRelationIdAndMap: ids,
  ...(!IS_TYPEORM_1 && { loadRelationCountAndMap: count }),
};

const MAPPED = Object.entries(MAPS).flatMap(([name, map]): Precision[] => [
  {
    name: `${name} of children`,
    read: mapped(map, "p.comments"),
    unrelated: {
      "another's child": (lab) => lab.repository(Comment).insert({ text: "more", postId: 2 }),
      "another's child goes": (lab) => lab.repository(Comment).delete(2),
      "what a child says": (lab) => lab.repository(Comment).update(1, { text: "x" }),
    },
    related: {
      "one more": (lab) => lab.repository(Comment).insert({ text: "more", postId: 1 }),
      "one moves in": (lab) => lab.repository(Comment).update(3, { postId: 1 }),
      "one moves out": (lab) => lab.repository(Comment).update(3, { postId: 2 }),
      "one less": (lab) => lab.repository(Comment).delete(1),
    },
  },
  {
    name: `${name} through a junction`,
    read: mapped(map, "p.tags"),
    unrelated: {
      "one more of another row": (lab) => tags(lab, 2).add(3),
      "one less of another row": (lab) => tags(lab, 2).remove(2),
      "what a target is called": (lab) => lab.repository(Tag).update(1, { name: "x" }),
    },
    related: {
      "one more": (lab) => tags(lab, 1).add(3),
      "one less": (lab) => tags(lab, 1).remove(1),
      "a target goes": (lab) => lab.repository(Tag).delete(2),
    },
  },
]);

onEveryCombination("loaders of relations rely on rows", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: LIBRARY })));
  after(() => lab.close());

  itTellsApart(LOADERS, { database, lab: () => lab, seed: seedLibrary });
});

onEveryCombination("what is mapped onto rows relies on rows", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  itTellsApart(MAPPED, { database, lab: () => lab, seed: seedBlog });
});
