import { expect } from "chai";
import { type CacheopsOptions, createMemoryStore, createRedisStore } from "../../src";
import { BLOG, Category } from "../support/blog/entities";
import { GatedStore } from "../support/gates";
import { Lab } from "../support/lab";
import { commandsWith } from "../support/redis";
import { services } from "../support/services";
import { STORES } from "../support/stores";

const CONSISTENCIES = ["strict", "relaxed"] as const;

async function open(cache: CacheopsOptions): Promise<Lab> {
  const lab = await Lab.open({ database: "postgres", store: "redis", entities: BLOG, cache });
  await lab.repository(Category).insert({ title: "old" });
  lab.forget();
  return lab;
}

const titleIn = async (lab: Lab): Promise<string> =>
  (await lab.repository(Category).findOneByOrFail({ id: 1 })).title;
const writeTo = (lab: Lab): Promise<unknown> => lab.repository(Category).update(1, { title: "new" });
const transactionOn = (lab: Lab): Promise<unknown> =>
  lab.dataSource.transaction(async (manager) => {
    await manager.update(Category, 1, { title: "newer" });
    await manager.insert(Category, { title: "second" });
  });

describe("what a write costs in Redis", () => {
  for (const consistency of CONSISTENCIES) {
    it(`with consistency "${consistency}"`, async () => {
      const lab = await open({ consistency });
      try {
        await titleIn(lab);
        const each = consistency === "strict" ? ["EVALSHA", "EVALSHA"] : ["EVALSHA"];
        for (const write of [writeTo, transactionOn]) {
          const commands = await commandsWith(
            services().redisUrl,
            lab.prefix,
            async () => void (await write(lab)),
          );
          expect(commands).to.deep.equal(each);
        }
      } finally {
        await lab.close();
      }
    });
  }
});

for (const name of STORES) {
  describe(`consistency "relaxed" [postgres, ${name}]`, () => {
    let lab: Lab;
    let gated: GatedStore;
    beforeEach(async () => {
      const redis = { redis: services().redisUrl, operationTimeout: 5000 };
      gated = new GatedStore(name === "redis" ? createRedisStore(redis) : createMemoryStore());
      lab = await open({ store: gated.store, redis: undefined, consistency: "relaxed" });
      expect(await titleIn(lab)).to.equal("old");
    });
    afterEach(() => lab.close());

    it("has nothing stale when the write has returned", async () => {
      await writeTo(lab);
      expect(await titleIn(lab)).to.equal("new");
      expect(await lab.expectStatements(0, () => titleIn(lab))).to.equal("new");
      await transactionOn(lab);
      expect(await titleIn(lab)).to.equal("newer");
    });

    it("gives the old rows out until the invalidation arrives, as documented, and not after it", async () => {
      const replace = gated.hold("replace");
      const writing = writeTo(lab);
      await replace.reached;
      expect(await lab.outcomes(async () => expect(await titleIn(lab)).to.equal("old"))).to.deep.equal([
        "hit",
      ]);
      replace.release();
      await writing;
      expect(await titleIn(lab)).to.equal("new");
    });

    it("does not keep what was loaded before the invalidation", async () => {
      await lab.cache.invalidate({ everything: "spec", tables: new Map() });
      const store = gated.hold("store");
      const reading = titleIn(lab);
      await store.reached;
      await writeTo(lab);
      store.release();
      expect(await reading).to.equal("old");
      expect(await titleIn(lab)).to.equal("new");
    });

    it("reads its own changes, and lets nobody see what is rolled back", async () => {
      const rolledBack = lab.dataSource.transaction(async (manager) => {
        await manager.update(Category, 1, { title: "new" });
        expect((await manager.findOneByOrFail(Category, { id: 1 })).title).to.equal("new");
        expect(await titleIn(lab)).to.equal("old");
        throw new Error("rolled back");
      });
      expect(await rolledBack.catch((error: Error) => error.message)).to.equal("rolled back");
      expect(await lab.expectStatements(0, () => titleIn(lab))).to.equal("old");
    });
  });
}
