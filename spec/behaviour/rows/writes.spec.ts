import { expect } from "chai";
import { Column, DeleteDateColumn, Entity, type EntityManager, In, PrimaryGeneratedColumn } from "typeorm";
import { Cached, withoutCache } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached } from "../../support/soundness";
import { exactly, expectToldApart, itTellsApart, type Precision } from "./told-apart";

@Entity()
@Cached("all", "10m")
class Article {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ unique: true })
  slug!: string;

  @Column()
  author!: string;

  @Column()
  title!: string;

  @Column({ default: 0 })
  views!: number;

  @DeleteDateColumn()
  deletedAt!: Date | null;
}

const articles = (lab: Lab) => lab.repository(Article);
const byAnn = (lab: Lab) => articles(lab).find({ where: { author: "ann" }, order: { id: "ASC" } });
const article = (slug: string, author: string) => ({ slug, author, title: slug, deletedAt: null });

/** Two of ann's and one of bob's. */
async function seed(lab: Lab): Promise<void> {
  const all = [article("a", "ann"), article("b", "ann"), article("c", "bob")];
  for (const each of all) await articles(lab).insert(each);
}

const NOTHING: readonly Precision[] = [
  {
    name: "a write that matches no row",
    read: byAnn,
    unrelated: {
      "update() by a key": (lab) => articles(lab).update(404, { title: "x" }),
      "update() by a condition": (lab) => articles(lab).update({ title: "none" }, { title: "x" }),
      "update() that would move rows in": (lab) => articles(lab).update({ slug: "none" }, { author: "ann" }),
      "increment()": (lab) => articles(lab).increment({ author: "nobody" }, "views", 1),
      "delete() by a key": (lab) => articles(lab).delete(404),
      "delete() by a condition": (lab) => articles(lab).delete({ title: "none" }),
      "delete() of an empty list": (lab) => articles(lab).delete({ id: In([]) }),
      "softDelete()": (lab) => articles(lab).softDelete(404),
      "restore()": (lab) => articles(lab).restore({ author: "nobody" }),
    },
    related: { "one that matches": (lab) => articles(lab).update({ title: "a" }, { title: "x" }) },
  },
  {
    name: "a write that changes nothing",
    // SQLite keeps, and counts as the same, values that no driver shows.
    databases: ["postgres", "mariadb"],
    read: byAnn,
    unrelated: {
      "update() to what is there": (lab) => articles(lab).update(1, { author: "ann", views: 0 }),
      "update() of several, to what is there": (lab) => articles(lab).update({ author: "ann" }, { views: 0 }),
    },
    related: {
      "update() of which one is another": (lab) => articles(lab).update({ author: "ann" }, { title: "a" }),
    },
  },
  {
    name: "save() of what is there",
    read: byAnn,
    unrelated: { "with all columns": async (lab) => articles(lab).save(await byAnn(lab)) },
    related: { "with another one": (lab) => articles(lab).save({ id: 1, title: "x" }) },
  },
];

const DOORS: readonly Precision[] = [
  {
    name: "a generated key",
    read: (lab) => articles(lab).findOneBy({ id: 5 }),
    unrelated: { "another one": (lab) => articles(lab).insert(article("d", "ann")) },
    related: { "the one that was not there": (lab) => articles(lab).insert(article("e", "ann")) },
  },
  {
    name: "generated keys of several rows",
    // Of several SQLite tells only the last.
    databases: ["postgres", "mariadb"],
    read: (lab) => articles(lab).findOneBy({ id: 7 }),
    unrelated: {
      others: (lab) => articles(lab).insert([article("d", "ann"), article("e", "bob")]),
    },
    related: { "it is among them": (lab) => articles(lab).insert([article("f", "x"), article("g", "y")]) },
  },
  {
    name: "save() of new ones",
    read: byAnn,
    unrelated: { "another's": (lab) => articles(lab).save(article("d", "bob")) },
    related: { "its own": (lab) => articles(lab).save([article("e", "bob"), article("f", "ann")]) },
  },
  {
    name: "soft deletion",
    read: byAnn,
    unrelated: {
      "softDelete() of another's": (lab) => articles(lab).softDelete({ author: "bob" }),
      "restore() of another's": (lab) => articles(lab).restore({ author: "bob" }),
      "softDelete() by a key": (lab) => articles(lab).softDelete(3),
      "recover()": async (lab) =>
        articles(lab).recover(await articles(lab).find({ where: { id: 3 }, withDeleted: true })),
      "softRemove()": async (lab) => articles(lab).softRemove(await articles(lab).findBy({ id: 3 })),
    },
    related: {
      "softDelete()": (lab) => articles(lab).softDelete(1),
      "restore()": (lab) => articles(lab).restore(1),
      "softRemove()": async (lab) => articles(lab).softRemove(await articles(lab).findBy({ id: 2 })),
      "recover()": async (lab) =>
        articles(lab).recover(await articles(lab).find({ where: { id: 2 }, withDeleted: true })),
    },
  },
  {
    name: "soft deletion, and a count that includes what is deleted",
    read: (lab) => articles(lab).count({ where: { author: "ann" }, withDeleted: true }),
    unrelated: {
      "softDelete()": (lab) => articles(lab).softDelete(1),
      "restore()": (lab) => articles(lab).restore(1),
    },
    related: { "delete()": (lab) => articles(lab).delete(1) },
  },
  {
    name: "increments",
    read: byAnn,
    unrelated: {
      "of another's": (lab) => articles(lab).increment({ author: "bob" }, "views", 2),
      "of another's, by its key": (lab) => articles(lab).increment({ id: 3 }, "views", 2),
    },
    related: {
      "increment()": (lab) => articles(lab).increment({ id: 1 }, "views", 2),
      "decrement() by a condition": (lab) => articles(lab).decrement({ title: "b" }, "views", 2),
    },
  },
  {
    name: "an upsert, by what is known of a row that was in the way",
    // On MySQL any unique key may be in the way.
    databases: ["postgres", "sqljs"],
    // With a LIMIT the order decides; without it which rows show the author tells their key alone, which no upsert tells.
    read: (lab) => articles(lab).find({ where: { slug: "a" }, order: { author: "ASC" }, take: 10 }),
    unrelated: {
      "that updates another": (lab) =>
        articles(lab)
          .createQueryBuilder()
          .insert()
          .values(article("b", "bob"))
          .orUpdate(["author"], ["slug"])
          .execute(),
      "that inserts another": (lab) =>
        articles(lab)
          .createQueryBuilder()
          .insert()
          .values(article("d", "bob"))
          .orUpdate(["author"], ["slug"])
          .execute(),
    },
    related: {
      "that updates it": (lab) =>
        articles(lab)
          .createQueryBuilder()
          .insert()
          .values(article("a", "bob"))
          .orUpdate(["author"], ["slug"])
          .execute(),
      "upsert()": (lab) => articles(lab).upsert(article("a", "eve"), ["slug"]),
    },
  },
  {
    name: "an upsert of what was not there",
    read: (lab) => articles(lab).findBy({ slug: "z" }),
    unrelated: { "an update": (lab) => articles(lab).update({ slug: "a" }, { title: "x" }) },
    related: {
      "that inserts": (lab) => articles(lab).upsert(article("z", "bob"), ["slug"]),
      "that updates": (lab) => articles(lab).upsert(article("z", "eve"), ["slug"]),
    },
  },
  {
    name: "by a condition that says nothing of the list",
    read: byAnn,
    unrelated: {
      "update()": (lab) => articles(lab).update({ title: "c" }, { views: 9 }),
      "update() by a range": (lab) =>
        articles(lab).createQueryBuilder().update().set({ title: "x" }).where("views > 8").execute(),
      "delete()": (lab) => articles(lab).delete({ slug: "c" }),
    },
    related: {
      "update()": (lab) => articles(lab).update({ title: "b" }, { views: 9 }),
      "update() by a range": (lab) =>
        articles(lab).createQueryBuilder().update().set({ title: "x" }).where("views > 8").execute(),
      "delete()": (lab) => articles(lab).delete({ slug: "b" }),
    },
  },
];

onEveryCombination("writes drop what they change", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Article] })));
  after(() => lab.close());

  const house = { database, lab: () => lab, seed };
  describe("of nothing", () => itTellsApart(NOTHING, house));
  describe("of rows", () => itTellsApart(DOORS, house));

  describe("in transactions", () => {
    beforeEach(async () => {
      await lab.wipe();
      await seed(lab);
    });

    const within = (write: (manager: EntityManager) => Promise<unknown>) => (): Promise<unknown> =>
      lab.dataSource.transaction((manager) => write(manager));

    it("by conditions", () =>
      expectToldApart(lab, {
        read: byAnn,
        unrelated: {
          "update()": within((manager) => manager.update(Article, { title: "c" }, { views: 9 })),
          "two of them": within(async (manager) => {
            await manager.insert(Article, article("d", "bob"));
            await manager.update(Article, { slug: "d" }, { title: "x" });
          }),
          "delete()": within((manager) => manager.delete(Article, { views: 9 })),
        },
        related: {
          "update()": within((manager) => manager.update(Article, { title: "b" }, { views: 9 })),
          "one of two": within(async (manager) => {
            await manager.update(Article, { slug: "d" }, { title: "y" });
            await manager.update(Article, { slug: "d" }, { author: "ann" });
          }),
          "delete()": within((manager) => manager.delete(Article, { views: 9 })),
        },
      }));

    const failing = (write: (manager: EntityManager) => Promise<unknown>) => async (): Promise<void> => {
      const failure = within(async (manager) => {
        await write(manager);
        throw new Error("rolled back");
      });
      await failure().then(
        () => expect.fail("it was committed"),
        () => undefined,
      );
    };

    it("that are rolled back leave everything as it was", () =>
      expectToldApart(lab, {
        read: byAnn,
        unrelated: {
          "update()": failing((manager) => manager.update(Article, 1, { title: "x" })),
          "insert()": failing((manager) => manager.insert(Article, article("d", "ann"))),
          "delete()": failing((manager) => manager.delete(Article, { author: "ann" })),
        },
        related: { "that is committed": within((manager) => manager.update(Article, 1, { title: "x" })) },
      }));

    it("whose savepoint is rolled back drop what the rest has changed", async () => {
      const byBob = () => articles(lab).findBy({ author: "bob" });
      const ann = () => byAnn(lab);
      for (const read of [ann, byBob]) await expectCached(lab, read);
      await lab.dataSource.transaction(async (manager) => {
        await manager.update(Article, 3, { title: "x" });
        await manager
          .transaction(async (nested) => {
            await nested.update(Article, 1, { title: "x" });
            throw new Error("rolled back");
          })
          .catch(() => undefined);
      });
      expect(await lab.outcomes(ann)).to.deep.equal(["hit"]);
      expect(await lab.outcomes(byBob)).to.deep.equal(["stale"]);
      for (const read of [ann, byBob]) expectSameValues(await read(), await withoutCache(read));
    });
  });

  it("more rows than are asked for beforehand drop what any of them might show", async () => {
    await lab.wipe();
    await seed(lab);
    const many = Array.from({ length: 101 }, (_, number) => ({
      ...article(`m${number}`, "eve"),
      title: "m",
    }));
    await articles(lab).insert(many);
    const ann = () => byAnn(lab);
    const eve = () => articles(lab).countBy({ author: "eve", views: 7 });
    await expectCached(lab, ann);
    await exactly(lab, () => articles(lab).update({ title: "m", slug: In(["m1", "m2"]) }, { views: 7 }));
    expect(await lab.outcomes(ann), "two of them").to.deep.equal(["hit"]);
    expect(await expectCached(lab, eve)).to.equal(2);
    await exactly(lab, () => articles(lab).update({ title: "m" }, { views: 7 }));
    expect(await lab.outcomes(ann), "all of them").to.deep.equal(["stale"]);
    expect(await expectCached(lab, eve)).to.equal(101);
  });
});
