import { expect } from "chai";
import type { QueryRunner } from "typeorm";
import { BLOG, Category } from "../../support/blog/entities";
import { refuseStatements } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("transactions that fail (traps 14, 21)", ({ database, store }) => {
  let lab: Lab;
  let queryRunner: QueryRunner;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert([
      { id: 1, title: "0" },
      { id: 2, title: "other" },
    ]);
    await expectCached("0");
    queryRunner = lab.dataSource.createQueryRunner();
    lab.forget();
  });
  afterEach(() => queryRunner.release());
  after(() => lab.close());

  const title = async (): Promise<string> =>
    (await lab.repository(Category).findOneByOrFail({ id: 1 })).title;

  async function expectCached(expected: string): Promise<void> {
    expect(await title()).to.equal(expected);
    expect(await lab.expectStatements(0, title)).to.equal(expected);
  }

  const set = (value: string, id = 1): string => `UPDATE category SET title = '${value}' WHERE id = ${id}`;

  async function run(...statements: string[]): Promise<void> {
    for (const sql of statements) await queryRunner.query(sql);
  }

  async function fails(sql: string): Promise<void> {
    const error: unknown = await queryRunner.query(sql).catch((reason: unknown) => reason);
    expect(error, sql).to.be.instanceOf(Error);
  }

  it("a violated constraint that rolls back leaves nothing dirty behind (cacheops integrity error)", async () => {
    const failed = await lab.dataSource
      .transaction(async (manager) => {
        await manager.update(Category, { id: 1 }, { title: "phantom" });
        await manager.query("INSERT INTO category (id, title) VALUES (2, 'there already')");
      })
      .catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(await lab.expectStatements(0, title)).to.equal("0");
  });

  it("a failure in a savepoint that is rolled back to leaves the rest as it was", async () => {
    await run("BEGIN", "SAVEPOINT a");
    await fails("INSERT INTO category (id, title) VALUES (2, 'there already')");
    await run("ROLLBACK TO SAVEPOINT a");
    const own = await lab.outcomes(() => queryRunner.manager.findOneBy(Category, { id: 1 }));
    expect(own).to.deep.equal([database === "postgres" ? "hit" : "bypass: isolation"]);
    await run(set("1"), "COMMIT");
    await expectCached("1");
  });

  it("what follows a failed statement counts at once, wherever it runs", async () => {
    await run("BEGIN", set("1"));
    await fails("SELECT * FROM nowhere");
    if (database === "postgres") {
      await run("COMMIT");
      return expectCached("0");
    }
    await run(set("2"), "COMMIT");
    await expectCached("2");
  });

  it("a COMMIT refused by another subscriber is none, and the tables are cached again", async () => {
    for (const how of ["throws", "rejects"] as const) {
      const admit = refuseStatements(lab.dataSource, /^COMMIT/, how);
      const refused = await lab.dataSource
        .transaction((manager) => manager.update(Category, { id: 1 }, { title: how }))
        .catch((error: Error) => error.message);
      admit();
      expect(refused).to.equal("refused by a subscriber");
      await expectCached("0");
    }
    await lab.dataSource.transaction((manager) => manager.update(Category, { id: 1 }, { title: "1" }));
    await expectCached("1");
  });

  it("a write refused by another subscriber does not keep its table from being cached", async () => {
    for (const how of ["throws", "rejects"] as const) {
      const admit = refuseStatements(lab.dataSource, /^UPDATE/, how);
      await fails(set("phantom"));
      admit();
      await expectCached("0");
      await run(set("1"), set("0"));
    }
    await expectCached("0");
  });

  it("a write that the driver cannot send does not keep its table from being cached", async () => {
    const refuse = (): never => {
      throw new Error("no value");
    };
    const parameter = database === "postgres" ? "$1" : "?";
    const values = [{ toString: refuse, toJSON: refuse }];
    const write = queryRunner.query(`UPDATE category SET title = ${parameter}`, values);
    expect(await write.catch(() => "failed")).to.equal("failed");
    await expectCached("0");
  });

  it("a ROLLBACK refused by another subscriber leaves the transaction open, and dirty", async () => {
    await run("BEGIN", set("1"));
    const admit = refuseStatements(lab.dataSource, /^ROLLBACK/, "throws");
    await fails("ROLLBACK");
    admit();
    const own = await lab.outcomes(() => queryRunner.manager.findOneBy(Category, { id: 1 }));
    expect(own).to.deep.equal(["bypass: dirty-transaction"]);
    await run("COMMIT");
    await expectCached("1");
  });

  if (database === "postgres") {
    it("a poisoned transaction does not read from the cache either", async () => {
      await run("BEGIN");
      await fails("SELECT * FROM nowhere");
      const read = await queryRunner.manager
        .findOneBy(Category, { id: 1 })
        .catch((error: Error) => error.message);
      expect(read).to.match(/aborted/);
      await run("ROLLBACK");
      await expectCached("0");
    });

    it("an error at COMMIT has no effect on what comes later (cachalot deferred constraint)", async () => {
      await run("ALTER TABLE category ADD CONSTRAINT once UNIQUE (title) DEFERRABLE INITIALLY DEFERRED");
      await expectCached("0");
      await run("BEGIN", set("other"));
      await fails("COMMIT");
      await expectCached("0");
      // The runner is in no transaction any more: this is on its own.
      await run(set("1"));
      await expectCached("1");
      await run("ALTER TABLE category DROP CONSTRAINT once");
    });
  }

  if (database === "mariadb") {
    it("a deadlock ends the victim's transaction: what it writes then stays, even after ROLLBACK", async () => {
      const other = lab.dataSource.createQueryRunner();
      try {
        await run("BEGIN", set("a", 1));
        await other.query("BEGIN");
        await other.query(set("b", 2));
        const attempts = [
          { runner: queryRunner, done: queryRunner.query(set("a", 2)) },
          { runner: other, done: other.query(set("b", 1)) },
        ];
        const settled = await Promise.all(
          attempts.map(({ done }) =>
            done.then(
              () => true,
              () => false,
            ),
          ),
        );
        const victim = attempts[settled.indexOf(false)]?.runner;
        const survivor = attempts[settled.indexOf(true)]?.runner;
        await survivor?.query("ROLLBACK");
        await victim?.query(set("stays"));
        await expectCached("stays");
        await victim?.query("ROLLBACK");
        await expectCached("stays");
      } finally {
        await other.release();
      }
    });
  }

  if (database === "sqljs") {
    it("OR ROLLBACK ends the transaction: what is written then stays, even after ROLLBACK", async () => {
      await run("BEGIN", set("phantom"));
      await fails("INSERT OR ROLLBACK INTO category (id, title) VALUES (2, 'there already')");
      await run(set("stays"));
      await fails("ROLLBACK");
      await expectCached("stays");
      await run("BEGIN", set("1"), "COMMIT");
      await expectCached("1");
    });
  }
});
