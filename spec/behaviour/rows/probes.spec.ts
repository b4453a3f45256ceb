import { expect } from "chai";
import {
  Column,
  type DataSource,
  DeleteDateColumn,
  Entity,
  type EntityManager,
  type EntitySubscriberInterface,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
} from "typeorm";
import { Cached } from "../../../src";
import { BLOG, Comment, Post } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { itTellsApart, type Precision } from "./told-apart";

onEveryCombination("a probe only where schemes in use need it", ({ database, store }) => {
  let lab: Lab;
  const finished: string[] = [];
  // Of a table that has been read before, schemes may be in use after everything has been dropped.
  beforeEach(async () => {
    lab = await Lab.open({ database, store, entities: BLOG });
    await seedBlog(lab);
    follow(lab.dataSource);
  });
  afterEach(() => lab.close());

  // TypeORM logs the write before the library sends others ahead of it: only the ends of both show their order.
  function follow(dataSource: DataSource): void {
    const afterQuery: EntitySubscriberInterface["afterQuery"] = ({ query }) => void finished.push(query);
    dataSource.subscribers.push({ afterQuery });
  }

  async function ran(write: () => Promise<unknown>): Promise<readonly string[]> {
    finished.length = 0;
    await write();
    return finished.map((each) => each.replace(/^(SELECT|UPDATE|DELETE)\b.*?( FOR [A-Z ]+)?$/s, "$1$2"));
  }

  const list = () => lab.repository(Post).findBy({ categoryId: 1 });
  const update = (manager: EntityManager) => manager.update(Post, { title: "one" }, { views: 9 });
  const remove = (manager: EntityManager) => manager.delete(Post, { title: "one" });
  const alone = (write: (manager: EntityManager) => Promise<unknown>) =>
    ran(() => write(lab.dataSource.manager));
  const within = (write: (manager: EntityManager) => Promise<unknown>) =>
    lab.dataSource.transaction((manager) => ran(() => write(manager)));

  const locks = {
    postgres: { update: " FOR NO KEY UPDATE", delete: " FOR UPDATE" },
    mariadb: { update: " FOR UPDATE", delete: " FOR UPDATE" },
    sqljs: { update: "", delete: "" },
  }[database];
  // SQLite's only connection is everybody's: no transaction of the library's own is begun there.
  const wrapped = (probe: string, write: string) =>
    database === "sqljs" ? [write] : ["START TRANSACTION", probe, write, "COMMIT"];
  const probedUpdate = wrapped(`SELECT${locks.update}`, "UPDATE");
  const probedDelete = wrapped(`SELECT${locks.delete}`, "DELETE");

  it("none where nothing is cached", async () => {
    await lab.expectStatements(1, () => update(lab.dataSource.manager));
    await lab.expectStatements(1, () => remove(lab.dataSource.manager));
    expect(await within(update)).to.deep.equal(["UPDATE"]);
    expect(await within(remove)).to.deep.equal(["DELETE"]);
  });

  it("one for a list by a column that the write does not tell", async () => {
    await list();
    expect(await alone(update)).to.deep.equal(probedUpdate);
    expect(await alone((manager) => manager.update(Post, 1, { views: 7 }))).to.deep.equal(probedUpdate);
    expect(await alone(remove)).to.deep.equal(probedDelete);
  });

  it("in the caller's transaction it is all that is added", async () => {
    await list();
    expect(await within(update)).to.deep.equal([`SELECT${locks.update}`, "UPDATE"]);
    expect(await within(remove)).to.deep.equal([`SELECT${locks.delete}`, "DELETE"]);
  });

  it("none where the write tells the column", async () => {
    await list();
    const told = (manager: EntityManager) => manager.update(Post, { categoryId: 2 }, { views: 9 });
    await lab.expectStatements(1, () => told(lab.dataSource.manager));
    expect(await within(told)).to.deep.equal(["UPDATE"]);
  });

  it("none for a read by the key alone, if it is by the key that is written", async () => {
    await lab.repository(Post).findOneBy({ id: 1 });
    const told = (manager: EntityManager) => manager.update(Post, 1, { views: 9 });
    await lab.expectStatements(1, () => told(lab.dataSource.manager));
    expect(await within(told)).to.deep.equal(["UPDATE"]);
    expect(await alone(update), "by another column").to.deep.equal(probedUpdate);
  });

  it("none for reads that look at other columns, but for rows that go", async () => {
    await lab.repository(Post).countBy({ categoryId: 1 });
    await lab.expectStatements(1, () => update(lab.dataSource.manager));
    expect(await within(update)).to.deep.equal(["UPDATE"]);
    expect(await alone(remove)).to.deep.equal(probedDelete);
  });

  it("none for reads of other tables", async () => {
    await lab.repository(Comment).findBy({ postId: 1 });
    await lab.expectStatements(1, () => update(lab.dataSource.manager));
    expect(await within(update)).to.deep.equal(["UPDATE"]);
  });

  // SQLite's other connection would have another database, and the in-process store is nobody else's.
  if (database !== "sqljs" && store !== "memory")
    it("one by a process that has never read the table", async () => {
      await list();
      const sibling = await lab.sibling();
      follow(sibling);
      try {
        expect(await ran(() => update(sibling.manager))).to.deep.equal(probedUpdate);
      } finally {
        await sibling.destroy();
      }
    });
});

@Entity()
@Cached("all", "10m")
class Author {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @OneToMany(() => Book, (book) => book.author, { cascade: true })
  books!: Book[];

  @OneToMany(() => Draft, (draft) => draft.author, { cascade: true })
  drafts!: Draft[];

  @OneToMany(() => Note, (note) => note.author, { cascade: true })
  notes!: Note[];
}

@Entity()
@Cached("all", "10m")
class Book {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  title!: string;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @ManyToOne(() => Author, (author) => author.books, { orphanedRowAction: "delete", onDelete: "CASCADE" })
  author!: Author | null;

  @Column({ nullable: true })
  authorId!: number | null;
}

@Entity()
@Cached("all", "10m")
class Draft {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  title!: string;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @ManyToOne(() => Author, (author) => author.drafts, {
    orphanedRowAction: "soft-delete",
    onDelete: "CASCADE",
  })
  author!: Author | null;
}

@Entity()
@Cached("all", "10m")
class Note {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  title!: string;

  // No column of its own for the key: for one TypeORM sends `undefined`, and what drivers make of that differs.
  @ManyToOne(() => Author, (author) => author.notes, { orphanedRowAction: "nullify", onDelete: "SET NULL" })
  author!: Author | null;
}

const ENTITIES = [Author, Book, Draft, Note];

const authors = (lab: Lab) => lab.repository(Author);
const books = (lab: Lab) => lab.repository(Book);
const booksOf = (authorId: number) => (lab: Lab) =>
  books(lab).find({ where: { authorId }, order: { id: "ASC" } });
const childrenOf = (entity: typeof Book | typeof Draft | typeof Note, id: number) => (lab: Lab) =>
  lab.repository<Book | Draft | Note>(entity).find({ where: { author: { id } }, order: { id: "ASC" } });

/** Two authors with two of each, whose keys are 1 and 2, and 3 and 4. */
async function seed(lab: Lab): Promise<void> {
  for (const name of ["ann", "bob"]) await authors(lab).insert({ name });
  for (const id of [1, 2])
    for (const title of ["a", "b"])
      for (const entity of [Book, Draft, Note])
        await lab.repository(entity).insert({ title, author: { id } });
}

/** With all of its children, or with those that can be deleted softly. */
async function author(lab: Lab, id: number, notes = true): Promise<Author> {
  const relations = { books: true, drafts: true, notes };
  return authors(lab).findOneOrFail({ where: { id }, relations, withDeleted: true });
}

const changed = (id: number, change: (parent: Author, lab: Lab) => unknown) => async (lab: Lab) => {
  const parent = await author(lab, id);
  await change(parent, lab);
  await authors(lab).save(parent);
};
const removed = (id: number) => async (lab: Lab) =>
  authors(lab).remove(await authors(lab).findOneByOrFail({ id }));

const addBook = ({ books: all }: Author, lab: Lab) => all.push(books(lab).create({ title: "c" }));
const retitleBooks = (parent: Author): void => parent.books.forEach((each) => (each.title += "!"));

const CASCADES: readonly Precision[] = [
  {
    name: "remove() of what was loaded",
    read: booksOf(1),
    unrelated: { "another's": async (lab) => books(lab).remove(await books(lab).findOneByOrFail({ id: 3 })) },
    related: {
      "its own": async (lab) => books(lab).remove(await books(lab).findOneByOrFail({ id: 1 })),
      "several, one of them its own": async (lab) =>
        books(lab).remove(await books(lab).findBy({ title: "b" })),
    },
  },
  {
    name: "remove() of a parent whose children go along with it",
    read: booksOf(1),
    unrelated: { "another's": removed(2) },
    related: { "its own": removed(1) },
  },
  {
    name: "remove() of a parent whose children forget it",
    read: childrenOf(Note, 1),
    unrelated: { "another's": removed(2) },
    related: { "its own": removed(1) },
  },
  {
    name: "save() of a parent with its children",
    read: booksOf(1),
    unrelated: {
      "a new parent": (lab) => authors(lab).save({ name: "eve", books: [{ title: "c" }] }),
      "a child more of another's": changed(2, addBook),
      "children of another's change": changed(2, retitleBooks),
    },
    related: {
      "a child more": changed(1, addBook),
      "its children change": changed(1, retitleBooks),
      "a child that was another's": changed(1, async (parent, lab) =>
        parent.books.push(await books(lab).findOneByOrFail({ id: 3 })),
      ),
    },
  },
  ...[Book, Draft, Note].map((entity): Precision => {
    const relation = `${entity.name.toLowerCase()}s` as "books" | "drafts" | "notes";
    return {
      name: `orphans of a save(): ${relation}`,
      read: childrenOf(entity, 1),
      unrelated: { "another's": changed(2, (parent) => parent[relation].pop()) },
      related: { "its own": changed(1, (parent) => parent[relation].pop()) },
    };
  }),
  {
    name: "softRemove() and recover() of a parent with its children",
    read: booksOf(1),
    unrelated: {
      "softRemove() of another's": async (lab) => authors(lab).softRemove(await author(lab, 2, false)),
      "recover() of another's": async (lab) => authors(lab).recover(await author(lab, 2, false)),
    },
    related: {
      "softRemove()": async (lab) => authors(lab).softRemove(await author(lab, 1, false)),
      "recover()": async (lab) => authors(lab).recover(await author(lab, 1, false)),
    },
  },
];

onEveryCombination("what TypeORM writes along with an entity", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: ENTITIES })));
  after(() => lab.close());

  itTellsApart(CASCADES, { database, lab: () => lab, seed });
});
