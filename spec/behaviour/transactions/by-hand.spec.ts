import { expect } from "chai";
import type { EntityManager } from "typeorm";
import { invalidateModel, invalidateObj, noInvalidation, postponeInvalidation } from "../../../src";
import { BLOG, Category, Tag } from "../../support/blog/entities";
import { holdStatement } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("invalidation by hand and transactions", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert({ title: "0" });
    await title();
    await lab.repository(Tag).find();
    lab.forget();
  });
  after(() => lab.close());

  async function title(): Promise<string> {
    return (await lab.repository(Category).find())[0]?.title ?? "none";
  }

  const change = (to: string, manager: EntityManager = lab.dataSource.manager): Promise<unknown> =>
    manager.createQueryBuilder().update(Category).set({ title: to }).execute();

  it("invalidateModel waits for the outermost commit of the transaction around it (cachalot invalidate in atomic)", async () => {
    await lab.dataSource.transaction(async (manager) => {
      await manager.transaction(() => invalidateModel(Category));
      await invalidateObj(lab.repository(Tag).create());
      expect(lab.invalidations).to.deep.equal([]);
      if (database !== "sqljs") await lab.expectStatements(0, title);
    });
    expect(lab.invalidations.map(({ tables }) => tables)).to.deep.equal([["category", "tag"]]);
    await lab.expectStatements(1, title);
  });

  it("a rollback drops it, that of a savepoint its own", async () => {
    await lab.dataSource.transaction(async (manager) => {
      await invalidateModel(Tag);
      await manager
        .transaction(async () => {
          await invalidateModel(Category);
          throw new Error("undo");
        })
        .catch(() => undefined);
    });
    expect(await lab.outcomes(() => title())).to.deep.equal(["hit"]);
    expect(lab.invalidations.map(({ tables }) => tables)).to.deep.equal([["tag"]]);
  });

  it("noInvalidation holds for what a transaction has queued, not for what came before (cacheops NoInvalidationTests)", async () => {
    await lab.dataSource.transaction((manager) => noInvalidation(() => change("1", manager)));
    expect(await lab.expectStatements(0, title)).to.equal("0");
    await noInvalidation(() => lab.dataSource.transaction((manager) => change("2", manager)));
    expect(await lab.expectStatements(0, title)).to.equal("0");
    await lab.dataSource.transaction(async (manager) => {
      await change("3", manager);
      await noInvalidation(() => manager.insert(Tag, { name: "quiet" }));
    });
    expect(lab.invalidations.map(({ tables }) => tables)).to.deep.equal([["category"]]);
    expect(await title()).to.equal("3");
  });

  it("a transaction that wrote under noInvalidation is dirty all the same", async () => {
    await lab.dataSource.transaction(async (manager) => {
      await noInvalidation(() => change("1", manager));
      expect(await lab.outcomes(() => manager.find(Category))).to.deep.equal(["bypass: dirty-transaction"]);
    });
  });

  it("postponeInvalidation around transactions invalidates once, and nothing stale is seen meanwhile", async () => {
    await postponeInvalidation(async () => {
      for (const value of ["1", "2"]) {
        await lab.dataSource.transaction((manager) => change(value, manager));
        expect(await title()).to.equal(value);
      }
      expect(lab.invalidations).to.deep.equal([]);
    });
    expect(lab.invalidations).to.have.length(1);
    expect(await lab.outcomes(() => title())).to.deep.equal(["stale"]);
    expect(await lab.outcomes(() => title())).to.deep.equal(["hit"]);
  });

  it("postponeInvalidation inside a transaction waits for its commit", async () => {
    await lab.dataSource.transaction(async (manager) => {
      await postponeInvalidation(() => change("1", manager));
      expect(lab.invalidations).to.deep.equal([]);
    });
    expect(await title()).to.equal("1");
  });

  it("a write that postponeInvalidation did not wait for is invalidated when it ends", async () => {
    const held = holdStatement(lab.dataSource, /^UPDATE/);
    let write: Promise<unknown> | undefined;
    await postponeInvalidation(async () => {
      write = change("1");
      await held.reached;
    });
    expect(await title()).to.equal("0");
    held.release();
    await write;
    expect(await title()).to.equal("1");
    expect(await lab.outcomes(() => title())).to.deep.equal(["hit"]);
  });

  it("what goes on in the scope of a postponeInvalidation that has ended invalidates by itself", async () => {
    let later: Promise<unknown> | undefined;
    let begin = (): void => undefined;
    await postponeInvalidation(async () => {
      later = new Promise<void>((resolve) => (begin = resolve)).then(() => change("1"));
    });
    begin();
    await later;
    expect(await title()).to.equal("1");
    expect(await lab.outcomes(() => title())).to.deep.equal(["hit"]);
  });
});
