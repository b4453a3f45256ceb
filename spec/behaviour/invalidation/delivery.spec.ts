import { expect } from "chai";
import { createMemoryStore } from "../../../src";
import { BLOG, Post } from "../../support/blog/entities";
import { DATABASES } from "../../support/databases";
import { GatedStore } from "../../support/gates";
import { Lab } from "../../support/lab";

for (const database of DATABASES) {
  describe(`a write's answer [${database}]`, () => {
    let lab: Lab;
    const gated = new GatedStore(createMemoryStore());
    const { store } = gated;
    before(
      async () => (lab = await Lab.open({ database, store: "memory", entities: BLOG, cache: { store } })),
    );
    beforeEach(async () => {
      await lab.wipe();
      await lab.repository(Post).insert({ title: "old" });
      await lab.repository(Post).find();
    });
    after(() => lab.close());

    const WRITES: Record<string, () => Promise<unknown>> = {
      "a statement of its own": () => lab.repository(Post).update({ title: "old" }, { title: "new" }),
      "a COMMIT": () =>
        lab.dataSource.transaction((manager) => manager.update(Post, { title: "old" }, { title: "new" })),
      save: () => lab.repository(Post).save({ id: 1, title: "new" }),
    };
    for (const [name, write] of Object.entries(WRITES)) {
      it(`comes after its invalidation: ${name} (trap 20)`, async () => {
        const held = gated.hold("replace");
        let answered = false;
        const writing = write().then(() => (answered = true));
        await held.reached;
        // As many rounds of the event loop and of the database as a driver's answer could need.
        if (database !== "sqljs") await lab.dataSource.query("SELECT 1");
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
        expect(answered, "answered before").to.equal(false);
        held.release();
        await writing;
        const titles: string[] = [];
        const outcomes = await lab.outcomes(async () => {
          titles.push(...(await lab.repository(Post).find()).map(({ title }) => title));
        });
        expect({ titles, outcomes }).to.deep.equal({ titles: ["new"], outcomes: ["stale"] });
      });
    }

    it("lets the next transaction of the same connection be one of its own (trap 14)", async () => {
      for (let round = 0; round < 5; round++) {
        await lab.dataSource.transaction((manager) =>
          manager.update(Post, { id: 1 }, { title: `committed ${round}` }),
        );
        await lab.repository(Post).find();
        const told = await lab.invalidated(() =>
          lab.dataSource
            .transaction(async (manager) => {
              await manager.update(Post, { id: 1 }, { title: "rolled back" });
              throw new Error("rolled back");
            })
            .catch(() => undefined),
        );
        expect(told).to.deep.equal([]);
        expect(await lab.outcomes(() => lab.repository(Post).find())).to.deep.equal(["hit"]);
      }
    });
  });
}
