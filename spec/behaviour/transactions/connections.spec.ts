import { expect } from "chai";
import type { EntityManager } from "typeorm";
import { BLOG, Category } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("connections and their sessions", ({ database, store }) => {
  let lab: Lab;
  let other: Lab;
  const pooled = database !== "sqljs";
  before(async () => {
    const extra = database === "postgres" ? { max: 1 } : { connectionLimit: 1 };
    lab = await Lab.open({ database, store, entities: BLOG, dataSource: pooled ? { extra } : {} });
    other = await Lab.open({ database, store, entities: BLOG });
  });
  beforeEach(async () => {
    for (const each of [lab, other]) {
      await each.wipe();
      await each.repository(Category).insert({ title: "old" });
      await title(each);
      each.forget();
    }
  });
  after(() => Promise.all([lab.close(), other.close()]));

  const title = async (from: Lab, manager: EntityManager = from.dataSource.manager): Promise<string> =>
    (await manager.find(Category))[0]?.title ?? "none";
  const change = (manager: EntityManager, to: string): Promise<unknown> =>
    manager.createQueryBuilder().update(Category).set({ title: to }).execute();

  it("a transaction does not wait for a load that waits for its connection (pool of one)", async () => {
    const absent = (manager: EntityManager): Promise<number> =>
      manager.countBy(Category, { title: "absent" });
    let outside: Promise<number> | undefined;
    await lab.dataSource.transaction(async (manager) => {
      outside = absent(lab.dataSource.manager);
      expect(await absent(manager)).to.equal(0);
      await change(manager, "new");
    });
    expect(await outside).to.equal(0);
    expect(await title(lab)).to.equal("new");
  });

  it("transactions of two databases are independent (cachalot multi_db, cacheops multidb)", async () => {
    const outer = lab.dataSource.transaction(async (manager) => {
      await change(manager, "undone");
      await other.dataSource.transaction((inner) => change(inner, "done"));
      expect(await title(other)).to.equal("done");
      expect(await other.expectStatements(0, () => title(other))).to.equal("done");
      throw new Error("undo");
    });
    expect(await outer.catch((error: Error) => error.message)).to.equal("undo");
    expect(await lab.expectStatements(0, () => title(lab))).to.equal("old");
    expect(await other.expectStatements(0, () => title(other))).to.equal("done");
  });

  if (pooled) {
    it("a transaction that its runner leaves open goes on with the next runner (section 5)", async () => {
      const careless = lab.dataSource.createQueryRunner();
      await careless.query("BEGIN");
      await careless.query("UPDATE category SET title = 'new'");
      await careless.release();
      const next = lab.dataSource.createQueryRunner();
      const own = await lab.outcomes(async () => {
        await next.query("SELECT 1");
        expect(await title(lab, next.manager)).to.equal("new");
      });
      expect(own).to.deep.equal(["bypass: dirty-transaction"]);
      await next.query("ROLLBACK");
      await next.release();
      expect(await lab.expectStatements(0, () => title(lab))).to.equal("old");
    });
  }

  if (database === "postgres") {
    for (const setting of [
      "SET search_path TO elsewhere, public",
      "CREATE TEMP TABLE category (id int, title text)",
    ]) {
      it(`${setting.slice(0, 20)}… concerns that connection, whoever uses it (trap 7)`, async () => {
        const queryRunner = other.dataSource.createQueryRunner();
        await queryRunner.query(setting);
        expect(await other.outcomes(() => title(other, queryRunner.manager))).to.deep.equal([
          "bypass: session",
        ]);
        await queryRunner.query(
          setting.startsWith("SET") ? "SET search_path TO DEFAULT" : "DROP TABLE pg_temp.category",
        );
        await queryRunner.release();
        expect(await title(other)).to.equal("old");
      });
    }

    it("SET LOCAL concerns the transaction alone: the connection is as good as new after it (trap 7)", async () => {
      const queryRunner = lab.dataSource.createQueryRunner();
      const read = (): Promise<unknown> => title(lab, queryRunner.manager);
      await read();
      await queryRunner.startTransaction();
      await queryRunner.query("SET LOCAL search_path TO elsewhere, public");
      expect(await lab.outcomes(read)).to.deep.equal(["bypass: session"]);
      await queryRunner.commitTransaction();
      expect(await lab.outcomes(read)).to.deep.equal(["hit"]);
      await queryRunner.release();
    });
  }
});
