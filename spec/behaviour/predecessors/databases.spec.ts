import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { type EntityManager, In } from "typeorm";
import { type CacheopsOptions, createMemoryStore } from "../../../src";
import { BLOG, Category, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";

/** Doors that write to the category whose list is read. */
const DOORS: Record<string, (lab: Lab) => Promise<unknown>> = {
  save: (lab) => lab.repository(Category).save({ title: "saved" }),
  "save of a change": (lab) => lab.repository(Category).save({ id: 1, title: "changed" }),
  delete: (lab) => lab.repository(Category).delete(2),
  bulk_create: (lab) => lab.repository(Category).insert([{ title: "a" }, { title: "b" }]),
  invalidated_update: (lab) => lab.repository(Category).update(1, { title: "updated" }),
  "plain SQL": (lab) => lab.dataSource.query("UPDATE category SET title = 'raw'"),
};

onEveryCombination("two databases that share a store and its prefix", ({ database, store }) => {
  let one: Lab;
  let two: Lab;
  before(async () => {
    const prefix = `spec-${randomBytes(6).toString("hex")}`;
    const shared: CacheopsOptions = store === "memory" ? { store: createMemoryStore(), prefix } : { prefix };
    one = await Lab.open({ database, store, entities: BLOG, cache: shared });
    two = await Lab.open({ database, store, entities: BLOG, cache: shared });
  });
  beforeEach(async () => {
    for (const lab of [one, two]) {
      await lab.wipe();
      await seedBlog(lab);
      lab.forget();
    }
  });
  after(() => Promise.all([one.close(), two.close()]));

  const titles = async (from: Lab, manager: EntityManager = from.dataSource.manager): Promise<string> =>
    (await manager.find(Category, { order: { id: "ASC" } })).map(({ title }) => title).join();

  it("keep entries of equal keys apart (DbAgnosticTests; cachalot multi_db read per db; cache-machine equal pks)", async () => {
    await two.repository(Category).update(1, { title: "elsewhere" });
    for (const round of ["miss", "hit"]) {
      expect(await one.outcomes(() => titles(one))).to.deep.equal([round]);
      expect(await two.outcomes(() => titles(two))).to.deep.equal([round]);
    }
    expect([await titles(one), await titles(two)]).to.deep.equal(["news,sports", "elsewhere,sports"]);
  });

  it("writes by any door concern their own alone (MultiDBInvalidationTests, cacheops 265, johnny-cache MultiDb)", async () => {
    const before = await titles(one);
    for (const [name, write] of Object.entries(DOORS)) {
      const last = await titles(two);
      await write(two);
      expect(await one.expectStatements(0, () => titles(one)), name).to.equal(before);
      expect(await two.outcomes(() => titles(two)), name).to.deep.equal(["stale"]);
      expect(await titles(two), name).not.to.equal(last);
    }
    expect(one.invalidations, "events go to whose it is (cachalot signals multi-db)").to.deep.equal([]);
  });

  it("a change of many-to-many, too (MultiDBInvalidationTests m2m)", async () => {
    const tagged = (lab: Lab) => lab.repository(Post).countBy({ tags: { name: "third" } });
    await Promise.all([tagged(one), tagged(two)]);
    await two.dataSource.createQueryBuilder().relation(Post, "tags").of(1).add(3);
    expect(await one.expectStatements(0, () => tagged(one))).to.equal(0);
    expect(await tagged(two)).to.equal(1);
  });

  it("a list of one by what the other's cached read gave (cacheops 161)", async () => {
    const wanted = async () => (await two.repository(Category).findBy({ title: "news" })).map(({ id }) => id);
    const found = async () => one.repository(Post).findBy({ categoryId: In(await wanted()) });
    expect((await found()).map(({ title }) => title)).to.deep.equal(["one"]);
    await one.expectStatements(0, () => two.expectStatements(0, found));
    await two.repository(Category).update(2, { title: "news" });
    expect(await found()).to.have.length(2);
  });

  it("savepoints of one inside of a transaction of the other (johnny-cache MultiDb savepoints)", async () => {
    const add = (manager: EntityManager, title: string) => manager.insert(Category, { title });
    await Promise.all([titles(one), titles(two)]);
    await one.dataSource.transaction(async (outer) => {
      await add(outer, "kept");
      await two.dataSource.transaction(async (other) => {
        await add(other, "kept");
        const undone = outer.transaction(async (inner) => {
          await add(inner, "undone");
          throw new Error("undo");
        });
        expect(await undone.catch((error: Error) => error.message)).to.equal("undo");
      });
      expect(await titles(two)).to.equal("news,sports,kept");
      expect(await titles(one, outer)).to.equal("news,sports,kept");
    });
    expect([await titles(one), await titles(two)]).to.deep.equal(Array(2).fill("news,sports,kept"));
  });

  it("unrelated tables of both stay cached (johnny-cache independent hits)", async () => {
    const tags = (lab: Lab) => lab.repository(Tag).find({ order: { id: "ASC" } });
    await Promise.all([tags(one), tags(two)]);
    for (const write of Object.values(DOORS)) await write(two);
    for (const lab of [one, two]) expect(await lab.expectStatements(0, () => tags(lab))).to.have.length(3);
  });
});
