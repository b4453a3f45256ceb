import { expect } from "chai";
import { createClient } from "redis";
import { withCache } from "../../../src";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import type { DatabaseName } from "../../support/databases";
import { Lab, onEveryCombination } from "../../support/lab";
import { services } from "../../support/services";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const TIMEOUTS = {
  defaults: { timeout: "3h" },
  profiles: {
    Post: { timeout: "20m" },
    Category: { timeout: 90 * SECOND },
    "t*": { timeout: "2h" },
  },
};

/** Milliseconds that the only entry of the lab has left to live. */
async function remaining(lab: Lab): Promise<number> {
  const client = await createClient({ url: services().redisUrl }).connect();
  try {
    const found: number[] = [];
    for await (const keys of client.scanIterator({ MATCH: `${lab.prefix}:*}:entry:*`, COUNT: 1000 })) {
      for (const key of keys) found.push(await client.pTTL(key));
    }
    expect(found).to.have.length(1);
    return found[0] as number;
  } finally {
    client.destroy();
  }
}

onEveryCombination("timeouts", ({ database, store }: { database: DatabaseName; store: string }) => {
  if (store !== "redis") return;
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store: "redis", entities: BLOG, cache: TIMEOUTS });
    await lab.repository(Post).save({ title: "one" });
  });
  beforeEach(() => lab.dataSource.queryResultCache?.clear());
  after(() => lab.close());

  const CASES: Record<string, [milliseconds: number, read: () => Promise<unknown>]> = {
    "of the profile by name": [20 * MINUTE, () => lab.repository(Post).find()],
    "of the profile in milliseconds": [90 * SECOND, () => lab.repository(Category).find()],
    "of the profile by glob": [120 * MINUTE, () => lab.repository(Tag).find()],
    "of the decorator": [10 * MINUTE, () => lab.repository(Comment).find()],
    "of find options": [7 * SECOND, () => lab.repository(Post).find({ cache: 7 * SECOND })],
    "of find options with an id": [
      8 * SECOND,
      () => lab.repository(Post).find({ cache: { id: "a", milliseconds: 8 * SECOND } }),
    ],
    "of a builder": [
      9 * SECOND,
      () =>
        lab
          .repository(Post)
          .createQueryBuilder("p")
          .cache(9 * SECOND)
          .getMany(),
    ],
    "of the profile for cache: true": [20 * MINUTE, () => lab.repository(Post).find({ cache: true })],
    "of withCache": [5 * MINUTE, () => withCache({ timeout: "5m" }, () => lab.repository(Post).find())],
    "of withCache before find options": [
      5 * MINUTE,
      () => withCache({ timeout: "5m" }, () => lab.repository(Post).find({ cache: 1 * SECOND })),
    ],
    "of defaults": [
      180 * MINUTE,
      () => lab.dataSource.createQueryBuilder().select("1", "x").fromDummy().cache(true).getRawOne(),
    ],
  };
  for (const [whose, [milliseconds, read]] of Object.entries(CASES)) {
    it(`an entry lives for the timeout ${whose} (cacheops test_ttl, cachalot TIMEOUT, cache-machine timeouts)`, async () => {
      await read();
      expect(await remaining(lab)).to.be.within(milliseconds - 5 * SECOND, milliseconds);
    });
  }

  it("the join of several entities lives as long as the main one says", async () => {
    await lab.repository(Post).find({ relations: { category: true, summary: true } });
    expect(await remaining(lab)).to.be.within(20 * MINUTE - 5 * SECOND, 20 * MINUTE);
    await lab.dataSource.queryResultCache?.clear();
    await lab.repository(Summary).find({ relations: { post: true } });
    expect(await remaining(lab)).to.be.within(10 * MINUTE - 5 * SECOND, 10 * MINUTE);
  });
});
