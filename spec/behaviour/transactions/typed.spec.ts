import { expect } from "chai";
import type { QueryRunner } from "typeorm";
import type { PerDatabase } from "../../support/databases";
import { BLOG, Category } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";

const BEGINS: PerDatabase<readonly string[]> = {
  postgres: ["BEGIN", "begin work -- now", "START TRANSACTION READ WRITE", "/* here */ BEGIN TRANSACTION"],
  mariadb: ["BEGIN", "begin work", "START TRANSACTION", "/* here */ START TRANSACTION READ WRITE"],
  sqljs: ["BEGIN", "begin immediate", "BEGIN EXCLUSIVE TRANSACTION", "/* here */ BEGIN"],
};
const COMMITS: PerDatabase<readonly string[]> = {
  postgres: ["COMMIT", "END", "commit work", "COMMIT AND NO CHAIN"],
  mariadb: ["COMMIT", "commit work", "COMMIT AND NO CHAIN", "COMMIT /* done */"],
  sqljs: ["COMMIT", "END", "commit transaction", "END TRANSACTION"],
};
const ROLLBACKS: PerDatabase<readonly string[]> = {
  postgres: ["ROLLBACK", "ABORT", "rollback work"],
  mariadb: ["ROLLBACK", "rollback work"],
  sqljs: ["ROLLBACK", "rollback transaction"],
};

onEveryCombination("transactions typed by the user (traps 4, 14; section 5)", ({ database, store }) => {
  let lab: Lab;
  let queryRunner: QueryRunner;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert({ title: "0" });
    await expectCached("0");
    queryRunner = lab.dataSource.createQueryRunner();
    lab.forget();
  });
  afterEach(() => queryRunner.release());
  after(() => lab.close());

  async function title(): Promise<string> {
    const [category] = await lab.repository(Category).find();
    return category?.title ?? "none";
  }

  /** The outside sees `expected`, and from the cache at the latest the second time. */
  async function expectCached(expected: string): Promise<void> {
    expect(await title()).to.equal(expected);
    expect(await lab.expectStatements(0, title)).to.equal(expected);
  }

  async function expectKept(): Promise<void> {
    expect(await lab.expectStatements(0, title)).to.equal("0");
  }

  async function run(...statements: string[]): Promise<void> {
    for (const sql of statements) await queryRunner.query(sql);
  }

  const set = (value: string): string => `UPDATE category SET title = '${value}'`;

  async function ownTitle(): Promise<string> {
    const [category] = await queryRunner.manager.find(Category);
    return category?.title ?? "none";
  }

  for (const [at, begin] of BEGINS[database].entries()) {
    const commit = COMMITS[database][at] as string;
    it(`${begin} … ${commit}: dirty reads bypass, the commit invalidates`, async () => {
      await run(begin, set("1"));
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      if (database !== "sqljs") await expectKept();
      expect(lab.invalidations).to.deep.equal([]);
      await run(commit);
      await expectCached("1");
    });
  }

  for (const rollback of ROLLBACKS[database]) {
    it(`${rollback} keeps what was cached`, async () => {
      await run("BEGIN", set("1"), rollback);
      await expectKept();
      await run(set("2"));
      await expectCached("2");
    });
  }

  it("ROLLBACK TO undoes its part, and the savepoint stays (johnny savepoint rollback)", async () => {
    await run("BEGIN", "SAVEPOINT a", set("1"), "ROLLBACK TO SAVEPOINT a", set("2"), "ROLLBACK TO a");
    const outcomes = await lab.outcomes(async () => expect(await ownTitle()).to.equal("0"));
    expect(outcomes).to.deep.equal([database === "postgres" ? "hit" : "bypass: isolation"]);
    await run("COMMIT");
    await expectKept();
  });

  it("RELEASE is not a commit, and its writes are in the commit (johnny savepoint commit)", async () => {
    await run("BEGIN", "SAVEPOINT a", set("1"), "SAVEPOINT b", set("2"), "RELEASE SAVEPOINT a");
    expect(lab.invalidations).to.deep.equal([]);
    await run("COMMIT");
    await expectCached("2");
  });

  it("ROLLBACK TO an outer savepoint undoes the inner ones, released or not", async () => {
    await run(
      "BEGIN",
      "SAVEPOINT a",
      "SAVEPOINT b",
      set("1"),
      "RELEASE SAVEPOINT b",
      "ROLLBACK TO SAVEPOINT a",
      "COMMIT",
    );
    await expectKept();
  });

  it("savepoints of one name: the latest is meant", async () => {
    await run("BEGIN", "SAVEPOINT a", set("1"), "SAVEPOINT a", set("2"), "ROLLBACK TO SAVEPOINT a", "COMMIT");
    await expectCached("1");
  });

  it("a savepoint that does not exist changes nothing", async () => {
    if (database === "postgres") return expectPoisonedButKept();
    await run("BEGIN", set("1"));
    await run("ROLLBACK TO SAVEPOINT nowhere").catch(() => undefined);
    await run("COMMIT");
    await expectCached("1");
  });

  /** There the error has ended the transaction, and COMMIT is a rollback. */
  async function expectPoisonedButKept(): Promise<void> {
    await run("BEGIN", set("1"));
    await run("ROLLBACK TO SAVEPOINT nowhere").catch(() => undefined);
    await run("COMMIT");
    await expectCached("0");
  }

  if (database === "postgres") {
    it("COMMIT AND CHAIN begins the next transaction", async () => {
      await run("BEGIN", set("1"), "COMMIT AND CHAIN");
      await expectCached("1");
      await run(set("2"));
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      await expectCached("1");
      await run("ROLLBACK AND CHAIN", set("3"), "COMMIT");
      await expectCached("3");
    });

    it("a BEGIN inside of a transaction is only warned about", async () => {
      await run("BEGIN", set("1"), "BEGIN", "COMMIT");
      await expectCached("1");
    });

    it("a text of several statements is taken apart", async () => {
      await run(`BEGIN; ${set("1")}; COMMIT`);
      await expectCached("1");
      await run(`BEGIN; ${set("2")}`);
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      expect(await title()).to.equal("1");
      await run("COMMIT");
      await expectCached("2");
    });

    it("PREPARE TRANSACTION leaves the session, and whoever decides about it invalidates (trap 21)", async () => {
      const [{ max_prepared_transactions: allowed }] = await queryRunner.query(
        "SHOW max_prepared_transactions",
      );
      await run("BEGIN", set("1"));
      const prepared = run("PREPARE TRANSACTION 'spec'");
      if (Number(allowed) === 0) {
        // Refused, which ends the transaction: whatever this runner writes now counts at once.
        await prepared.catch(() => undefined);
        await expectKept();
        await run(set("2"));
        await expectCached("2");
      } else {
        await prepared;
        await run("COMMIT PREPARED 'spec'");
        await expectCached("1");
      }
    });
  }

  if (database === "mariadb") {
    it("DDL commits, refused DDL does not, and either way nothing stale is left (section 5)", async () => {
      await run("START TRANSACTION", set("1"), "CREATE TABLE other (id INT)");
      await expectCached("1");
      await run(set("2"));
      await expectCached("2");
      await run("ROLLBACK", "START TRANSACTION", set("3"));
      await run("CREATE TABLE (").catch(() => undefined);
      expect(await ownTitle()).to.equal("3");
      await expectCached("2");
      await run("COMMIT", "DROP TABLE other");
      await expectCached("3");
    });

    it("UNLOCK TABLES without locks does not commit", async () => {
      await run("START TRANSACTION", set("1"), "UNLOCK TABLES");
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      await expectCached("0");
      await run("COMMIT");
      await expectCached("1");
    });

    it("BEGIN inside of a transaction commits it", async () => {
      await run("BEGIN", set("1"), "BEGIN");
      await expectCached("1");
      await run(set("2"), "ROLLBACK");
      await expectCached("1");
    });

    it("autocommit = 0 makes everything a transaction, = 1 commits it", async () => {
      await run("SET autocommit = 0", set("1"));
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      await expectKept();
      await run("COMMIT");
      await expectCached("1");
      await run(set("2"), "ROLLBACK");
      await expectCached("1");
      await run(set("3"), "SET autocommit = 1");
      await expectCached("3");
      await run(set("4"));
      await expectCached("4");
    });

    it("autocommit = 1 where it is on already leaves the transaction open", async () => {
      await run("BEGIN", set("1"), "SET autocommit = 1");
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      await expectCached("0");
      await run("COMMIT");
      await expectCached("1");
    });

    it("XA: in one phase a commit, in two whoever decides invalidates (trap 21)", async () => {
      await run("XA START 'spec'", set("1"), "XA END 'spec'", "XA COMMIT 'spec' ONE PHASE");
      await expectCached("1");
      await run("XA START 'spec'", set("2"), "XA END 'spec'", "XA PREPARE 'spec'");
      await expectCached("1");
      await run("XA COMMIT 'spec'");
      await expectCached("2");
      await run("XA START 'spec'", set("3"), "XA END 'spec'", "XA ROLLBACK 'spec'");
      await expectCached("2");
    });
  }

  if (database === "sqljs") {
    it("an outermost SAVEPOINT begins a transaction, and its RELEASE commits", async () => {
      await run("SAVEPOINT a", set("1"), "SAVEPOINT b", set("2"), "RELEASE b");
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      expect(lab.invalidations).to.deep.equal([]);
      await run("RELEASE SAVEPOINT a");
      await expectCached("2");
    });

    it("of several statements in one text the driver runs the first: nothing is taken for granted", async () => {
      await run(`BEGIN; ${set("1")}; COMMIT`);
      expect(await lab.outcomes(ownTitle)).to.deep.equal(["bypass: dirty-transaction"]);
      await run(set("2"), "COMMIT");
      await expectCached("2");
    });
  }
});
