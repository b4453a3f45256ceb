import { expect } from "chai";
import type { EntityManager } from "typeorm";
import { BLOG, Category, Tag } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";

class Undo extends Error {}

onEveryCombination("transactions by TypeORM (traps 3, 14)", ({ database, store }) => {
  let lab: Lab;
  /** On SQLite there is one connection: what a transaction wrote, everybody sees. */
  const isolated = database !== "sqljs";
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert({ title: "old" });
    await titles();
    expect(await lab.outcomes(() => titles())).to.deep.equal(["hit"]);
    lab.forget();
  });
  after(() => lab.close());

  async function titles(manager: EntityManager = lab.dataSource.manager): Promise<string> {
    const found = await manager.find(Category, { order: { title: "ASC" } });
    return found.map(({ title }) => title).join();
  }

  const add = (manager: EntityManager, title: string): Promise<unknown> =>
    manager.insert(Category, { title });

  /** What is read outside of the transaction: an unchanged hit, where the database keeps them apart. */
  async function expectOthersSee(expected: string): Promise<void> {
    if (!isolated) return;
    const outcomes = await lab.outcomes(async () => expect(await titles()).to.equal(expected));
    expect(outcomes).to.deep.equal(["hit"]);
  }

  async function undone(work: Promise<unknown>): Promise<void> {
    const error = await work.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Undo);
  }

  it("own reads see the change, the others' after COMMIT (cacheops atomic, cachalot thread_safety)", async () => {
    await lab.dataSource.transaction(async (manager) => {
      await add(manager, "new");
      const outcomes = await lab.outcomes(async () => {
        expect(await titles(manager)).to.equal("new,old");
        expect(await titles(manager)).to.equal("new,old");
      });
      expect(outcomes).to.deep.equal(Array(2).fill("bypass: dirty-transaction"));
      await expectOthersSee("old");
    });
    expect(await titles()).to.equal("new,old");
    expect(await lab.expectStatements(0, () => titles())).to.equal("new,old");
  });

  it("a rollback keeps what was cached (cacheops rollback, johnny rollback)", async () => {
    const rolledBack = lab.dataSource.transaction(async (manager) => {
      await add(manager, "phantom");
      expect(await titles(manager)).to.equal("old,phantom");
      throw new Undo();
    });
    await undone(rolledBack);
    expect(await lab.expectStatements(0, () => titles())).to.equal("old");
    expect(lab.invalidations).to.deep.equal([]);
  });

  it("only the outermost of three commits is one (cacheops nested atomic, cachalot nested writes)", async () => {
    await lab.dataSource.transaction(async (one) => {
      await add(one, "1");
      await one.transaction(async (two) => {
        await add(two, "2");
        await two.transaction(async (three) => {
          await add(three, "3");
          expect(await titles(three)).to.equal("1,2,3,old");
        });
        expect(await titles(two)).to.equal("1,2,3,old");
        await expectOthersSee("old");
      });
      expect(lab.invalidations, "before the outermost COMMIT").to.deep.equal([]);
      await expectOthersSee("old");
    });
    expect(await titles()).to.equal("1,2,3,old");
    expect(lab.invalidations).to.have.length(1);
  });

  it("mixed nested commits and rollbacks leave exactly what was committed (cachalot mixed nested)", async () => {
    await lab.dataSource.transaction(async (one) => {
      await add(one, "1");
      await undone(
        one.transaction(async (two) => {
          await add(two, "2");
          await two.transaction((three) => add(three, "3"));
          expect(await titles(two)).to.equal("1,2,3,old");
          throw new Undo();
        }),
      );
      expect(await titles(one)).to.equal("1,old");
      await one.transaction((again) => add(again, "4"));
      expect(await titles(one)).to.equal("1,4,old");
    });
    expect(await titles()).to.equal("1,4,old");
  });

  it("nested commits inside of what is rolled back keep what was cached (cachalot nested rollback drops)", async () => {
    const outer = lab.dataSource.transaction(async (one) => {
      await one.transaction((two) => two.transaction((three) => add(three, "phantom")));
      throw new Undo();
    });
    await undone(outer);
    expect(await lab.expectStatements(0, () => titles())).to.equal("old");
  });

  it("an inner rollback restores the old value, and cacheability (cacheops nested rollback)", async () => {
    await lab.dataSource.transaction(async (one) => {
      await undone(
        one.transaction(async (two) => {
          await add(two, "phantom");
          expect(await titles(two)).to.equal("old,phantom");
          throw new Undo();
        }),
      );
      const outcomes = await lab.outcomes(async () => expect(await titles(one)).to.equal("old"));
      expect(outcomes).to.deep.equal([database === "postgres" ? "hit" : "bypass: isolation"]);
    });
    expect(await lab.expectStatements(0, () => titles())).to.equal("old");
  });

  it("an inner rollback keeps the outer writes dirty", async () => {
    await lab.dataSource.transaction(async (one) => {
      await add(one, "1");
      await undone(one.transaction(() => Promise.reject(new Undo())));
      expect(await lab.outcomes(() => titles(one))).to.deep.equal(["bypass: dirty-transaction"]);
    });
    expect(await titles()).to.equal("1,old");
  });

  it("a transaction that only reads uses the cache where its snapshot allows (cacheops smart transactions)", async () => {
    const tags = (manager: EntityManager): Promise<Tag[]> => manager.find(Tag);
    const outcomes = await lab.outcomes(() =>
      lab.dataSource.transaction(async (manager) => {
        await titles(manager);
        await manager.transaction((nested) => titles(nested));
        await tags(manager);
        await tags(manager);
      }),
    );
    expect(outcomes).to.deep.equal(
      database === "postgres" ? ["hit", "hit", "miss", "hit"] : Array(4).fill("bypass: isolation"),
    );
    await lab.expectStatements(database === "postgres" ? 0 : 1, () => tags(lab.dataSource.manager));
  });

  it("a runner is clean again after its COMMIT and its ROLLBACK (section 5, reuse)", async () => {
    const queryRunner = lab.dataSource.createQueryRunner();
    try {
      for (const end of ["commitTransaction", "rollbackTransaction", "commitTransaction"] as const) {
        await queryRunner.startTransaction();
        await add(queryRunner.manager, end);
        await queryRunner[end]();
        expect(await titles(queryRunner.manager)).to.equal(await titles());
        expect(await lab.outcomes(() => titles(queryRunner.manager))).to.deep.equal(["hit"]);
      }
    } finally {
      await queryRunner.release();
    }
    expect(await titles()).to.equal("commitTransaction,commitTransaction,old");
  });

  it("a read and a write at once on one runner never store what is not committed (section 5, Promise.all)", async () => {
    const rolledBack = lab.dataSource.transaction(async (manager) => {
      const reads = ["a", "b", "c"].flatMap((title) => [
        manager.findBy(Category, { title: "phantom" }),
        add(manager, "phantom"),
        manager.countBy(Category, { title }),
        manager.find(Category),
      ]);
      await Promise.all(reads);
      throw new Undo();
    });
    await undone(rolledBack);
    expect(await lab.repository(Category).findBy({ title: "phantom" })).to.deep.equal([]);
    expect(await lab.repository(Category).find()).to.have.length(1);
    expect(await titles()).to.equal("old");
  });

  if (isolated) {
    it("transactions on several runners know only of their own writes (section 5)", async () => {
      const [left, right] = [lab.dataSource.createQueryRunner(), lab.dataSource.createQueryRunner()];
      try {
        await Promise.all([left.startTransaction(), right.startTransaction()]);
        await add(left.manager, "left");
        await right.manager.insert(Tag, { name: "right" });
        expect(await titles(right.manager)).to.equal("old");
        await right.rollbackTransaction();
        await expectOthersSee("old");
        await left.commitTransaction();
        expect(await titles()).to.equal("left,old");
        expect(await lab.repository(Tag).count()).to.equal(0);
      } finally {
        await Promise.all([left.release(), right.release()]);
      }
    });
  }
});
