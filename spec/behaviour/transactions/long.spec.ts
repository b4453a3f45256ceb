import { expect } from "chai";
import { createMemoryStore } from "../../../src";
import { BLOG, Category } from "../../support/blog/entities";
import { DATABASES } from "../../support/databases";
import { Lab } from "../../support/lab";

const LEASE = 10_000;

/** Marks stand around a COMMIT alone, so a transaction may stay open as long as it likes. */
for (const database of DATABASES) {
  describe(`a transaction that is left open past its lease [${database}]`, () => {
    // SQLite's one connection is the writer's and the readers' at once.
    if (database === "sqljs") return;
    let lab: Lab;
    let now = 0;
    before(async () => {
      const store = createMemoryStore({ clock: () => now });
      const cache = { redis: undefined, store, lease: LEASE };
      lab = await Lab.open({ database, store: "memory", entities: BLOG, cache });
    });
    beforeEach(async () => {
      await lab.wipe();
      await lab.repository(Category).insert({ title: "old" });
    });
    after(() => lab.close());

    const read = async (): Promise<string> =>
      (await lab.repository(Category).findOneByOrFail({ id: 1 })).title;

    it("changes nothing for others until it commits, and everything with it", async () => {
      await read();
      await lab.dataSource.transaction(async (manager) => {
        await manager.update(Category, { id: 1 }, { title: "new" });
        now += 3 * LEASE;
        expect(await lab.expectStatements(0, read)).to.equal("old");
      });
      expect(await lab.outcomes(read)).to.deep.equal(["stale"]);
      expect(await lab.expectStatements(0, read)).to.equal("new");
    });

    it("still goes to the database itself, and leaves no trace if it rolls back", async () => {
      await read();
      const queryRunner = lab.dataSource.createQueryRunner();
      await queryRunner.startTransaction();
      await queryRunner.manager.update(Category, { id: 1 }, { title: "new" });
      now += 3 * LEASE;
      expect((await queryRunner.manager.findOneByOrFail(Category, { id: 1 })).title).to.equal("new");
      await queryRunner.rollbackTransaction();
      await queryRunner.release();
      expect(await lab.expectStatements(0, read)).to.equal("old");
    });
  });
}
