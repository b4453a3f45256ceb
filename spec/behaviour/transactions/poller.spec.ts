import { expect } from "chai";
import type { EntityManager } from "typeorm";
import { BLOG, Category } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";

/** A job that reads, waits and reads again, while others write. Here each wait is for the next commit. */
onEveryCombination("a poller", ({ database, store }) => {
  // SQLite's one connection is the poller's and the writers' at once.
  if (database === "sqljs") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert({ title: "0" });
  });
  after(() => lab.close());

  const COMMITS = ["1", "2", "3", "4"];

  async function commit(title: string): Promise<void> {
    await lab.dataSource.transaction((writer) => writer.update(Category, { id: 1 }, { title }));
  }

  /** What the poller sees after each commit; it reads twice, so that the second time could be a hit. */
  async function poll(manager: EntityManager): Promise<string[]> {
    const read = async (): Promise<string> => (await manager.findOneByOrFail(Category, { id: 1 })).title;
    const seen = [await read()];
    for (const title of COMMITS) {
      await commit(title);
      seen.push(await read());
      expect(await read()).to.equal(seen.at(-1));
    }
    return seen;
  }

  it("sees every committed change outside of transactions, and is answered from the cache (section 5)", async () => {
    expect(await poll(lab.dataSource.manager)).to.deep.equal(["0", ...COMMITS]);
    expect(lab.reads.filter(({ outcome }) => outcome === "hit")).to.have.length(COMMITS.length);
  });

  it("sees every committed change in a READ COMMITTED transaction, and is answered from the cache (section 5)", async () => {
    await lab.dataSource.transaction("READ COMMITTED", async (manager) => {
      lab.forget();
      expect(await poll(manager)).to.deep.equal(["0", ...COMMITS]);
    });
    expect(lab.reads.filter(({ outcome }) => outcome === "hit")).to.have.length(COMMITS.length);
  });

  it("sees the moment of its first read in a REPEATABLE READ transaction, and stores none of it (section 5)", async () => {
    await lab.dataSource.transaction("REPEATABLE READ", async (manager) => {
      lab.forget();
      expect(await poll(manager)).to.deep.equal(["0", ...COMMITS.map(() => "0")]);
    });
    expect(new Set(lab.reads.map(({ outcome, reason }) => `${outcome}: ${reason}`))).to.deep.equal(
      new Set(["bypass: isolation"]),
    );
    expect((await lab.repository(Category).findOneByOrFail({ id: 1 })).title).to.equal(COMMITS.at(-1));
  });
});
