import { expect } from "chai";
import { createRedisStore } from "../../src";
import { BLOG, Category, Post } from "../support/blog/entities";
import { GatedStore } from "../support/gates";
import { Lab } from "../support/lab";
import { services } from "../support/services";

/**
 *   1. two readers: what they rely on, by what is known of the tables
 *   2. another process: alters a table
 *   3. both: look-up. The first to be answered hears of it; what the second one has planned is as old.
 */
describe("tables that are altered between a plan and its look-up", () => {
  it("keep the results of all that were planned before from being stored", async () => {
    const gated = new GatedStore(createRedisStore({ redis: services().redisUrl, operationTimeout: 2000 }));
    const cache = { store: gated.store, redis: undefined };
    const lab = await Lab.open({ database: "postgres", store: "redis", entities: BLOG, cache });
    const other = await lab.sibling();
    try {
      const reads = [() => lab.repository(Category).count(), () => lab.repository(Post).count()] as const;
      for (const read of reads) await read();
      const first = gated.hold("lookup");
      const one = reads[0]();
      await first.reached;
      const second = gated.hold("lookup");
      const two = reads[1]();
      await second.reached;
      await other.query("ALTER TABLE category ADD COLUMN area int");
      lab.forget();
      first.release();
      await one;
      second.release();
      await two;
      expect(lab.reads.map(({ outcome, stored }) => [outcome, stored])).to.deep.equal([
        ["stale", false],
        ["stale", false],
      ]);
      for (const read of reads) expect(await lab.outcomes(read)).to.deep.equal(["stale"]);
      for (const read of reads) expect(await lab.outcomes(read)).to.deep.equal(["hit"]);
    } finally {
      await other.destroy();
      await lab.close();
    }
  });
});
