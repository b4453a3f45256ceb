import { expect } from "chai";
import type { EntityManager, QueryRunner } from "typeorm";
import { BLOG, Category, Post } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { titles } from "./shapes/shape";

onEveryCombination("readers beside a writer", ({ database, store }) => {
  if (database === "sqljs") return; // One connection: there is nobody beside.
  let lab: Lab;
  let writer: QueryRunner;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
    writer = lab.dataSource.createQueryRunner();
  });
  afterEach(async () => {
    if (writer.isTransactionActive) await writer.rollbackTransaction();
    await writer.release();
  });
  after(() => lab.close());

  const count = (manager: EntityManager = lab.dataSource.manager): Promise<number> => manager.count(Category);
  const create = () => writer.manager.insert(Category, { title: "new" });

  /** When another thread reads, and what the writer does first in its transaction. */
  const THREADS: Record<string, { before: boolean; during: boolean; first: "read" | "create" }> = {
    before: { before: true, during: false, first: "create" },
    during: { before: false, during: true, first: "create" },
    "before and during, read first": { before: true, during: true, first: "read" },
    "before and during, create first": { before: true, during: true, first: "create" },
    "after alone": { before: false, during: false, first: "read" },
  };
  for (const [when, { before: reads, during, first }] of Object.entries(THREADS)) {
    it(`another one that reads ${when} sees what is committed (cachalot thread_safety)`, async () => {
      if (reads) expect(await count()).to.equal(2);
      await writer.startTransaction();
      if (first === "read") expect(await count(writer.manager)).to.equal(2);
      await create();
      expect(await count(writer.manager)).to.equal(3);
      if (during)
        expect(
          await lab.expectStatements(reads || (first === "read" && database === "postgres") ? 0 : 1, () =>
            count(),
          ),
        ).to.equal(2);
      if (during) expect(await lab.expectStatements(0, () => count()), "again").to.equal(2);
      await writer.commitTransaction();
      expect(await lab.expectStatements(1, () => count()), "after").to.equal(3);
      expect(await lab.expectStatements(0, () => count(writer.manager)), "the writer's").to.equal(3);
    });
  }

  it("one that reads while the writer rolls back goes on hitting (cachalot transaction.py rolled-back write)", async () => {
    await count();
    await writer.startTransaction();
    await create();
    expect(await lab.expectStatements(0, () => count())).to.equal(2);
    await writer.rollbackTransaction();
    expect(await lab.expectStatements(0, () => count())).to.equal(2);
  });

  it("what a clean transaction reads is everybody's, at three levels (cachalot transaction.py read-only atomic, nested reads)", async () => {
    const read = (manager: EntityManager) => manager.countBy(Category, { title: "sports" });
    const outcomes = await lab.outcomes(() =>
      lab.dataSource.transaction((one) => one.transaction((two) => two.transaction((three) => read(three)))),
    );
    expect(outcomes).to.deep.equal([database === "postgres" ? "miss" : "bypass: isolation"]);
    await lab.expectStatements(database === "postgres" ? 0 : 1, () => read(lab.dataSource.manager));
  });

  it("several writes and reads of one transaction (cachalot transaction.py multiple writes and reads)", async () => {
    await count();
    await writer.startTransaction();
    for (let n = 3; n < 6; n++) {
      await create();
      expect(await count(writer.manager)).to.equal(n);
      expect(await lab.expectStatements(0, () => count())).to.equal(2);
    }
    await writer.commitTransaction();
    expect(await count()).to.equal(5);
  });

  it("SQL of TypeORM's template literals makes a transaction dirty (TransactionSupportTests driver SQL objects)", async () => {
    await count();
    await lab.dataSource.transaction(async (manager) => {
      await manager.sql`INSERT INTO category (title) VALUES (${"new"})`;
      expect(await lab.outcomes(() => count(manager))).to.deep.equal(["bypass: dirty-transaction"]);
    });
    expect(await count()).to.equal(3);
  });

  it("a poller that reads in a loop sees each new row (section 5: long-running poller)", async () => {
    for (let n = 2; n < 6; n++) {
      expect(await count(writer.manager)).to.equal(n);
      expect(await lab.expectStatements(0, () => count(writer.manager))).to.equal(n);
      await lab.repository(Category).insert({ title: "more" });
    }
  });

  it("three writers that hand a row on leave no list behind (section 5: three-writer lost intermediate state)", async () => {
    await lab.repository(Category).insert({ title: "third" });
    const lists = () =>
      Promise.all(
        [1, 2, 3].map((categoryId) => titles(lab.repository(Post).findBy({ categoryId, title: "one" }))),
      );
    const move = (from: number, to: number) =>
      lab.repository(Post).update({ title: "one", categoryId: from }, { categoryId: to });
    for (let round = 0; round < 5; round++) {
      await Promise.all([move(1, 2), lists(), move(2, 3), lists(), move(3, 1), lists()]);
      const row = await lab.dataSource.query<{ id: number }[]>(
        `SELECT ${lab.dataSource.driver.escape("categoryId")} AS id FROM post WHERE title = 'one'`,
      );
      const expected = [1, 2, 3].map((id) => (id === row[0]?.id ? ["one"] : []));
      expect(await lists()).to.deep.equal(expected);
      expect(await lab.expectStatements(0, lists)).to.deep.equal(expected);
    }
  });
});
