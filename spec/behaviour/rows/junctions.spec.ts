import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import { Cached } from "../../../src";
import { BLOG, Category, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { itTellsApart, type Precision } from "./told-apart";

const tags = (lab: Lab, post: number) => lab.dataSource.createQueryBuilder().relation(Post, "tags").of(post);

const JUNCTIONS: readonly Precision[] = [
  {
    name: "what a tag's list of posts is cleared of (cacheops M2MTests clear granular, 159)",
    read: (lab) =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .innerJoin("p.tags", "t")
        .where("t.id = :id", { id: 1 })
        .getMany(),
    unrelated: {
      "clear of another post": (lab) => lab.repository(Post).save({ id: 2, tags: [] }),
      "add of another tag": (lab) => tags(lab, 2).add(3),
      "remove of another tag": (lab) => tags(lab, 1).remove(2),
    },
    related: {
      add: (lab) => tags(lab, 2).add(1),
      remove: (lab) => tags(lab, 1).remove(1),
      clear: (lab) => lab.repository(Post).save({ id: 2, tags: [] }),
    },
  },
  {
    name: "a target of a cleared relation is the same (cacheops M2MTests clear, get of the target)",
    read: (lab) => lab.repository(Tag).findOneBy({ id: 1 }),
    unrelated: {
      clear: (lab) => lab.repository(Post).save({ id: 1, tags: [] }),
      add: (lab) => tags(lab, 2).add(1),
      "delete of the owner": (lab) => lab.repository(Post).delete(2),
      "another target": (lab) => lab.repository(Tag).delete(2),
    },
    related: {
      update: (lab) => lab.repository(Tag).update(1, { name: "x" }),
      delete: (lab) => lab.repository(Tag).delete(1),
    },
  },
  {
    name: "an owner of another relation with the same id (cacheops 159)",
    read: (lab) => lab.repository(Category).findOne({ where: { id: 1 }, relations: { posts: true } }),
    unrelated: { "clear of the post of that id": (lab) => lab.repository(Post).save({ id: 1, tags: [] }) },
    related: {
      "the post itself": (lab) => lab.repository(Post).update(1, { title: "x" }),
      "one more": (lab) => lab.repository(Post).update(2, { categoryId: 1 }),
    },
  },
  {
    name: "through a junction to a target that goes (cacheops 407)",
    read: (lab) => lab.repository(Post).find({ where: { tags: { id: 1 } }, order: { id: "ASC" } }),
    unrelated: {
      "another target goes": (lab) => lab.repository(Tag).delete(3),
      "the target's name": (lab) => lab.repository(Tag).update(1, { name: "x" }),
    },
    related: { "the target goes": (lab) => lab.repository(Tag).delete(1) },
  },
  {
    name: "through a junction to an owner that goes (cacheops 407_reverse)",
    read: (lab) => lab.repository(Tag).find({ where: { posts: { id: 2 } }, order: { id: "ASC" } }),
    unrelated: {
      "another owner goes": (lab) => lab.repository(Post).delete(1),
      "the owner's title": (lab) => lab.repository(Post).update(2, { title: "x" }),
    },
    related: { "the owner goes": (lab) => lab.repository(Post).delete(2) },
  },
];

@Entity()
@Cached("all", "10m")
class Singer {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;
}

@Entity()
@Cached("all", "10m")
class Choir {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;
}

/** A junction that is an entity itself, and says more. */
@Entity()
@Cached("all", "10m")
class Part {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  voice!: string;

  @ManyToOne(() => Singer, { onDelete: "CASCADE" })
  singer!: Singer;

  @Column()
  singerId!: number;

  @ManyToOne(() => Choir, { onDelete: "CASCADE" })
  choir!: Choir;

  @Column()
  choirId!: number;
}

const singers = (lab: Lab) =>
  lab
    .repository(Singer)
    .createQueryBuilder("s")
    .innerJoin(Part, "p", "p.singerId = s.id")
    .where("p.choirId = :choir", { choir: 1 })
    .orderBy("s.id");

const THROUGH: readonly Precision[] = [
  {
    name: "who is in a choir",
    read: (lab) => singers(lab).getMany(),
    unrelated: {
      "into another choir": (lab) => lab.repository(Part).save({ voice: "alto", singerId: 1, choirId: 2 }),
      "another voice": (lab) => lab.repository(Part).update({ choirId: 1 }, { voice: "bass" }),
      "out of another choir": (lab) => lab.repository(Part).delete({ choirId: 2 }),
      "another choir goes": (lab) => lab.repository(Choir).delete(2),
    },
    related: {
      in: (lab) => lab.repository(Part).save({ voice: "alto", singerId: 2, choirId: 1 }),
      "one of them": (lab) => lab.repository(Singer).update(2, { name: "Bea" }),
      "one of them goes": (lab) => lab.repository(Singer).delete(2),
      out: (lab) => lab.repository(Part).delete({ choirId: 1, singerId: 1 }),
    },
  },
  {
    name: "who sings what in a choir",
    read: (lab) => singers(lab).andWhere("p.voice = :voice", { voice: "tenor" }).getCount(),
    unrelated: {
      "another voice comes": (lab) => lab.repository(Part).insert({ voice: "alto", singerId: 2, choirId: 1 }),
      "another name": (lab) => lab.repository(Singer).update(1, { name: "Al" }),
    },
    related: {
      "that voice comes": (lab) => lab.repository(Part).insert({ voice: "tenor", singerId: 2, choirId: 1 }),
      "that voice changes": (lab) => lab.repository(Part).update({ singerId: 1 }, { voice: "bass" }),
    },
  },
];

onEveryCombination("junctions rely on rows", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [...BLOG, Singer, Choir, Part] })));
  after(() => lab.close());

  const choir = async ({ dataSource: { manager } }: Lab): Promise<void> => {
    await manager.insert(Singer, [{ name: "Ali" }, { name: "Bo" }]);
    await manager.insert(Choir, [{ name: "north" }, { name: "south" }]);
    await manager.insert(Part, { voice: "tenor", singerId: 1, choirId: 1 });
  };
  describe("of many-to-many relations", () =>
    itTellsApart(JUNCTIONS, { database, lab: () => lab, seed: seedBlog }));
  describe("that are entities (cacheops M2MThroughTests)", () =>
    itTellsApart(THROUGH, { database, lab: () => lab, seed: choir }));
});
