import { expect } from "chai";
import { createMemoryStore, createRedisStore } from "../../src";
import { BLOG, Category, Post } from "../support/blog/entities";
import { GatedStore, type Held, holdStatement } from "../support/gates";
import { Lab, onEveryCombination } from "../support/lab";
import { services } from "../support/services";

onEveryCombination("races of reads and writes (traps 1, 20; section 5)", ({ database, store }) => {
  let lab: Lab;
  let gated: GatedStore;
  /** On SQLite everybody shares one runner, and waits for its statements and their invalidation. */
  const concurrent = database !== "sqljs";
  before(async () => {
    gated = new GatedStore(
      store === "redis"
        ? createRedisStore({ redis: services().redisUrl, operationTimeout: 2000 })
        : createMemoryStore(),
    );
    const cache = { store: gated.store, redis: undefined };
    lab = await Lab.open({ database, store, entities: BLOG, cache });
  });
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert({ title: "old" });
    lab.forget();
  });
  after(() => lab.close());

  async function title(): Promise<string> {
    return (await lab.repository(Category).find())[0]?.title ?? "none";
  }

  const autocommit = (): Promise<unknown> => lab.dataSource.query("UPDATE category SET title = 'new'");
  const inTransaction = (): Promise<unknown> =>
    lab.dataSource.transaction((manager) => manager.query("UPDATE category SET title = 'new'"));
  const DOORS = { "an autocommit write": autocommit, "a transaction": inTransaction };

  async function released<T>(held: Held, work: Promise<T>): Promise<T> {
    held.release();
    return work;
  }

  async function expectCached(expected: string): Promise<void> {
    expect(await title()).to.equal(expected);
    expect(await lab.expectStatements(0, title)).to.equal(expected);
  }

  for (const [door, write] of Object.entries(DOORS)) {
    it(`what was loaded before ${door} is not stored after it`, async () => {
      const held = gated.hold("store");
      const read = title();
      await held.reached;
      await write();
      expect(await released(held, read)).to.equal("old");
      expect(lab.reads.map(({ stored }) => stored)).to.deep.equal([false]);
      await expectCached("new");
    });

    it(`${door} between look-up and load is in what is stored, or nothing is`, async () => {
      const held = holdStatement(lab.dataSource, /^SELECT .*"?category/i);
      const read = title();
      await held.reached;
      await write();
      expect(await released(held, read)).to.equal("new");
      await expectCached("new");
    });

    it(`a caller that comes after ${door} does not join a load that began before it`, async () => {
      const held = gated.hold("store");
      const early = title();
      await held.reached;
      await write();
      expect(await title()).to.equal("new");
      expect(await released(held, early)).to.equal("old");
      await expectCached("new");
    });

    if (concurrent) {
      it(`between ${door} and its replacement nothing is hit and nothing stored`, async () => {
        await expectCached("old");
        const held = gated.hold("replace");
        const writing = write();
        await held.reached;
        const outcomes = await lab.outcomes(async () => {
          expect(await title()).to.equal("new");
          expect(await title()).to.equal("new");
        });
        expect(outcomes).to.deep.equal(Array(2).fill(outcomes[0]));
        expect(outcomes[0]).to.match(/^bypass: (write-in-flight|dirty-transaction|isolation)$/);
        await released(held, writing);
        await expectCached("new");
      });
    }

    it(`a look-up that was answered before ${door} may still hit, one after it may not`, async () => {
      await expectCached("old");
      const held = gated.hold("lookup");
      const read = title();
      await held.reached;
      await write();
      expect(await released(held, read)).to.equal("new");
    });
  }

  it("between fence and COMMIT nothing is hit and nothing stored", async () => {
    await expectCached("old");
    const held = holdStatement(lab.dataSource, /^COMMIT/);
    const fence = gated.hold("fence");
    const writing = inTransaction();
    await fence.reached;
    fence.release();
    await held.reached;
    const outcomes = await lab.outcomes(() => title());
    expect(outcomes[0]).to.match(/^bypass: (write-in-flight|dirty-transaction)$/);
    await released(held, writing);
    await expectCached("new");
  });

  it("several loads under way are one, and one that a write has overtaken is not stored", async () => {
    const held = holdStatement(lab.dataSource, /^SELECT .*"?category/i);
    const reads = [title(), title(), title()];
    await held.reached;
    await autocommit();
    held.release();
    for (const answer of await Promise.all(reads)) expect(answer).to.equal("new");
    await expectCached("new");
  });

  it("entries that vanish between look-up and store cost a load, nothing else", async () => {
    const held = gated.hold("store");
    const read = title();
    await held.reached;
    await lab.dataSource.queryResultCache?.clear();
    expect(await released(held, read)).to.equal("old");
    await expectCached("old");
    await autocommit();
    await expectCached("new");
  });

  if (concurrent) {
    it("a caller that comes between a write and its replacement does not join a load that began before it", async () => {
      const write = (title: string): Promise<unknown> =>
        lab.dataSource.query(`UPDATE category SET title = '${title}' WHERE id = 1`);
      await expectCached("old");
      // From now on the writer knows which rows are relied on, and marks no others.
      await write("older");
      const store = gated.hold("store");
      const early = title();
      await store.reached;
      const replace = gated.hold("replace");
      const writing = write("new");
      await replace.reached;
      const late = title();
      expect(await released(store, early)).to.equal("older");
      expect(await late).to.equal("new");
      await released(replace, writing);
      await expectCached("new");
    });

    it("clear() during a write in flight lets no reader in", async () => {
      await expectCached("old");
      const held = gated.hold("replace");
      const writing = autocommit();
      await held.reached;
      await lab.dataSource.queryResultCache?.clear();
      expect(await lab.outcomes(() => title())).to.deep.equal(["bypass: write-in-flight"]);
      await released(held, writing);
      await expectCached("new");
    });

    it("of two writers, the one that ends first leaves the other's mark", async () => {
      await expectCached("old");
      const held = gated.hold("replace");
      const first = lab.dataSource.query("UPDATE category SET title = 'first'");
      await held.reached;
      await lab.dataSource.query("UPDATE category SET title = 'second'");
      expect(await lab.outcomes(() => title())).to.deep.equal(["bypass: write-in-flight"]);
      await released(held, first);
      await expectCached("second");
    });

    // Rows that the text does not tell are read before they are written: COMMIT may come in between, too.
    const OVERTAKEN = {
      "that tells its rows": "UPDATE category SET title = 'new' WHERE id = 1",
      "whose rows are read first": "UPDATE category SET title = 'new'",
    };
    for (const [which, sql] of Object.entries(OVERTAKEN)) {
      const expectOld = async (): Promise<void> => {
        if (which === "that tells its rows") return expectCached("old");
        for (const call of ["first", "second"]) expect(await title(), call).to.equal("old");
      };

      it(`a write ${which} that COMMIT overtakes on its runner is invalidated all the same`, async () => {
        await expectCached("old");
        const queryRunner = lab.dataSource.createQueryRunner();
        await queryRunner.query("BEGIN");
        const held = holdStatement(lab.dataSource, /^UPDATE/);
        const write = queryRunner.query(sql);
        await held.reached;
        await queryRunner.query("COMMIT");
        await expectOld();
        await released(held, write);
        await expectCached("new");
        await queryRunner.release();
      });

      it(`a write ${which} that ROLLBACK TO overtakes is in the transaction's commit`, async () => {
        await expectCached("old");
        const queryRunner = lab.dataSource.createQueryRunner();
        for (const begin of ["BEGIN", "SAVEPOINT a"]) await queryRunner.query(begin);
        const held = holdStatement(lab.dataSource, /^UPDATE/);
        const write = queryRunner.query(sql);
        await held.reached;
        await queryRunner.query("ROLLBACK TO SAVEPOINT a");
        await released(held, write);
        await expectOld();
        await queryRunner.query("COMMIT");
        await expectCached("new");
        await queryRunner.release();
      });
    }

    it("what is written elsewhere while COMMIT is on its way is replaced along with the rest", async () => {
      const posts = (): Promise<number> => lab.repository(Post).count();
      expect(await posts()).to.equal(0);
      const queryRunner = lab.dataSource.createQueryRunner();
      for (const sql of ["BEGIN", "UPDATE category SET title = 'new'"]) await queryRunner.query(sql);
      const held = holdStatement(lab.dataSource, /^COMMIT/);
      const commit = queryRunner.query("COMMIT");
      await held.reached;
      await queryRunner.query("INSERT INTO post (title) VALUES ('first')");
      for (const call of ["first", "second"]) expect(await posts(), call).to.equal(0);
      await released(held, commit);
      expect(await posts()).to.equal(1);
      await expectCached("new");
      await queryRunner.release();
    });

    it("a write on its own that BEGIN overtakes on its runner is in the transaction's commit", async () => {
      await expectCached("old");
      const queryRunner = lab.dataSource.createQueryRunner();
      await queryRunner.connect();
      const held = holdStatement(lab.dataSource, /^UPDATE/);
      const write = queryRunner.query("UPDATE category SET title = 'new' WHERE id = 1");
      await held.reached;
      await queryRunner.query("BEGIN");
      await released(held, write);
      for (const call of ["first", "second"]) expect(await title(), call).to.equal("old");
      await queryRunner.query("COMMIT");
      await expectCached("new");
      await queryRunner.release();
    });

    it("a write that starts while COMMIT is on its way is invalidated all the same", async () => {
      await expectCached("old");
      const queryRunner = lab.dataSource.createQueryRunner();
      for (const sql of ["BEGIN", "UPDATE category SET title = 'first'"]) await queryRunner.query(sql);
      const held = holdStatement(lab.dataSource, /^COMMIT/);
      const commit = queryRunner.query("COMMIT");
      await held.reached;
      await queryRunner.query("UPDATE category SET title = 'second'");
      await released(held, commit);
      await expectCached("second");
      await queryRunner.release();
    });
  }

  describe("when the store fails", () => {
    const STEPS = ["lookup", "store", "fence", "replace"] as const;
    // Until it has come back, which is tried in the background at growing intervals.
    afterEach(async () => {
      gated.mend();
      while ((await lab.outcomes(title)).includes("bypass: store-error")) await new Promise(setImmediate);
    });

    it("a fence that could not be placed keeps this process from caching until its write has ended", async () => {
      await expectCached("old");
      gated.fail("fence");
      const degraded = new Promise<void>((resolve) => lab.cache.once("degrade", () => resolve()));
      const held = holdStatement(lab.dataSource, /^UPDATE/);
      const writing = autocommit();
      await Promise.all([held.reached, degraded]);
      gated.mend();
      const outcomes = await lab.outcomes(async () => expect(await title()).to.equal("old"));
      expect(outcomes).to.deep.equal(["bypass: store-error"]);
      await released(held, writing);
      await expectCached("new");
    });

    // The last step leaves its marks in the store until their lease is over.
    for (const step of STEPS) {
      it(`at ${step}: nothing older is served afterwards (trap 22)`, async () => {
        await expectCached("old");
        gated.fail(step);
        await title();
        for (const write of Object.values(DOORS)) await write();
        expect(await title()).to.equal("new");
        gated.mend();
        expect(await title()).to.equal("new");
      });
    }
  });
});

onEveryCombination("onStoreError: throw (trap 22)", ({ database, store }) => {
  it("a write whose fence cannot be placed is refused, and the row is unchanged", async () => {
    const gated = new GatedStore(createMemoryStore());
    const lab = await Lab.open({
      database,
      store,
      entities: BLOG,
      cache: { store: gated.store, redis: undefined, onStoreError: "throw" },
    });
    try {
      const categories = lab.repository(Category);
      await categories.insert({ title: "old" });
      gated.fail("fence");
      const refused = [
        lab.dataSource.query("UPDATE category SET title = 'new'"),
        lab.dataSource.transaction((manager) => manager.update(Category, { title: "old" }, { title: "new" })),
      ];
      for (const write of refused) {
        const error = await write.catch((reason: { code: string }) => reason.code);
        expect(error).to.equal("CACHEOPS_STORE");
      }
      gated.mend();
      expect(await categories.countBy({ title: "old" })).to.equal(1);
      await categories.update({ title: "old" }, { title: "new" });
      expect(await categories.countBy({ title: "old" })).to.equal(0);
    } finally {
      await lab.close();
    }
  });
});
