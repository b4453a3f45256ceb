import { expect } from "chai";
import { createClient } from "redis";
import type { DataSource } from "typeorm";
import {
  cached,
  cachedAs,
  cachedFragment,
  type CacheopsOptions,
  cacheopsOf,
  createMemoryStore,
  createRedisStore,
  type ReadEvent,
  withCache,
} from "../../../src";
import { BLOG, Comment, Post } from "../../support/blog/entities";
import { type DatabaseName, DATABASES } from "../../support/databases";
import { GatedStore, holdStatement } from "../../support/gates";
import { Lab } from "../../support/lab";
import { commandsWith } from "../../support/redis";
import { services } from "../../support/services";
import { watchedLocks } from "../../support/watched-locks";

type Read = (dataSource: DataSource) => Promise<unknown>;

const titles: Read = async (dataSource) => {
  const posts = await dataSource.getRepository(Post).find({ order: { id: "ASC" } });
  return posts.map(({ title }) => title);
};
const locked: Read = (dataSource) => withCache({ ops: "all", lock: true }, () => titles(dataSource));

/** Every way to ask for a lock. */
const DOORS: Record<string, Read> = {
  withCache: locked,
  "a profile": titles,
  "a page of withCache, whose relations only the result tells": (dataSource) =>
    withCache({ ops: "all", lock: true }, () =>
      dataSource.getRepository(Post).find({ relations: { comments: true } }),
    ),
  cachedAs: (dataSource) => cachedAs(Post, { lock: true, dataSource })(async () => bare(dataSource))(),
  'cachedAs("auto")': (dataSource) =>
    cachedAs("auto", { lock: true, dataSource })(async () => bare(dataSource))(),
  cached: (dataSource) => cached({ lock: true, dataSource })(async () => bare(dataSource))(),
  cachedFragment: (dataSource) =>
    cachedFragment("titles", Post, { lock: true, dataSource }, async () =>
      JSON.stringify(await bare(dataSource)),
    ),
};

/** What a function reads: not cached by itself. */
function bare(dataSource: DataSource): Promise<unknown> {
  return dataSource.getRepository(Post).createQueryBuilder("p").cache(false).orderBy("p.id").getMany();
}

for (const database of DATABASES) {
  // sql.js has one connection, and one process.
  if (database !== "sqljs") describe(`one load across processes [${database}]`, () => lockSpecs(database));
}

function lockSpecs(database: DatabaseName): void {
  let lab: Lab;
  let waits: number;
  let waited: () => void;
  let others: DataSource[];
  before(async () => (lab = await Lab.open({ database, store: "redis", entities: BLOG, cache: PROFILE })));
  after(() => lab.close());
  beforeEach(async () => {
    others = [];
    waits = 0;
    waited = () => undefined;
    await lab.wipe();
    await lab.repository(Post).insert([{ title: "one" }, { title: "two" }]);
    await lab.repository(Comment).insert({ text: "a", postId: 1 });
    lab.forget();
  });
  afterEach(async () => {
    for (const other of others) await other.destroy();
  });

  /** Another process, and what becomes of its reads. */
  async function another(options: CacheopsOptions = {}): Promise<{ other: DataSource; reads: ReadEvent[] }> {
    const inner = createRedisStore({ redis: services().redisUrl, operationTimeout: 5000 });
    const store = watchedLocks(inner, () => (waits++, waited()));
    const other = await lab.sibling({ store, ...PROFILE, ...options });
    others.push(other);
    const reads: ReadEvent[] = [];
    cacheopsOf(other).on("read", (event) => reads.push(event));
    return { other, reads };
  }

  const someoneWaits = (): Promise<void> => new Promise((resolve) => (waited = resolve));
  const selects = (): number => lab.statements.filter((sql) => /^SELECT.*FROM .post/.test(sql)).length;

  for (const [door, read] of Object.entries(DOORS)) {
    it(`two processes that miss are one load: ${door}`, async () => {
      const { other } = await another();
      const held = holdStatement(lab.dataSource, /^SELECT.*FROM .post/);
      const first = read(lab.dataSource);
      await held.reached;
      const waiting = someoneWaits();
      const second = read(other);
      await waiting;
      held.release();
      expect(await second).to.deep.equal(await first);
      expect(selects()).to.equal(1);
    });
  }

  it("who has waited is told that it was a hit, who has loaded that it stored", async () => {
    const { other, reads } = await another();
    const held = holdStatement(lab.dataSource, /^SELECT/);
    const first = locked(lab.dataSource);
    await held.reached;
    const waiting = someoneWaits();
    const second = locked(other);
    await waiting;
    held.release();
    await Promise.all([first, second]);
    expect(lab.reads.map(({ outcome, stored }) => [outcome, stored])).to.deep.equal([["stale", true]]);
    expect(reads.map(({ outcome, stored }) => [outcome, stored])).to.deep.equal([["hit", false]]);
  });

  it("a load that fails frees those who wait", async () => {
    const { other } = await another();
    const failing = (dataSource: DataSource, fails: boolean) =>
      cachedAs(Post, { lock: true, dataSource, key: () => "key" })(async () => {
        if (!fails) return "loaded";
        await reachedThen();
        throw new Error("failed");
      })();
    let reached!: () => void;
    let go!: () => void;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    const reachedThen = () => (reached(), mayGo);
    const first = failing(lab.dataSource, true).catch((error: Error) => error.message);
    await isReached;
    const waiting = someoneWaits();
    const second = failing(other, false);
    await waiting;
    go();
    expect(await first).to.equal("failed");
    expect(await second).to.equal("loaded");
  });

  it("a result that is never stored frees them, too", async () => {
    const { other } = await another();
    const large = (dataSource: DataSource, pass: () => Promise<void>) =>
      cachedAs(Post, { lock: true, dataSource, key: () => "key" })(async () => {
        await pass();
        return "x".repeat(2 * 1024 * 1024);
      })();
    let reached!: () => void;
    let go!: () => void;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    const first = large(lab.dataSource, () => (reached(), mayGo));
    await isReached;
    const waiting = someoneWaits();
    const second = large(other, async () => undefined);
    await waiting;
    go();
    expect(await first).to.have.length(2 * 1024 * 1024);
    expect(await second).to.have.length(2 * 1024 * 1024);
  });

  it("who has waited for lockTimeout loads by itself", async () => {
    const { other, reads } = await another({ lockTimeout: "20ms" });
    const held = holdStatement(lab.dataSource, /^SELECT/);
    const first = locked(lab.dataSource);
    await held.reached;
    expect(await locked(other)).to.deep.equal(["one", "two"]);
    expect(waits).to.equal(1);
    expect(reads.map(({ outcome, stored }) => [outcome, stored])).to.deep.equal([["stale", true]]);
    held.release();
    await first;
  });

  it("a holder that was overtaken by a write leaves nothing behind, and who waited gets the new rows", async () => {
    const gated = new GatedStore(createRedisStore({ redis: services().redisUrl, operationTimeout: 5000 }));
    const { other: holder, reads } = await another({ store: gated.store });
    const { other } = await another();
    const storing = gated.hold("store");
    const first = locked(holder);
    await storing.reached;
    await lab.repository(Post).update({ id: 1 }, { title: "new" });
    const waiting = someoneWaits();
    const second = locked(other);
    await waiting;
    storing.release();
    expect(await first, "it was asked before the write").to.deep.equal(["one", "two"]);
    expect(reads.map(({ stored }) => stored)).to.deep.equal([false]);
    expect(await second).to.deep.equal(["new", "two"]);
    expect(await locked(lab.dataSource)).to.deep.equal(["new", "two"]);
  });

  it("a caller in a transaction waits for nobody", async () => {
    const { other } = await another();
    const held = holdStatement(lab.dataSource, /^SELECT/);
    const first = locked(lab.dataSource);
    await held.reached;
    await other.transaction("READ COMMITTED", async (manager) => {
      await manager.query("SELECT 1");
      const posts = await withCache({ ops: "all", lock: true }, () =>
        manager.find(Post, { order: { id: "ASC" } }),
      );
      expect(posts).to.have.length(2);
    });
    expect(waits).to.equal(0);
    held.release();
    await first;
  });

  it("costs a hit nothing", async () => {
    await locked(lab.dataSource);
    const commands = await commandsWith(services().redisUrl, lab.prefix, async () => {
      await locked(lab.dataSource);
    });
    expect(commands).to.deep.equal(["EVALSHA"]);
  });

  it("leaves no lock behind", async () => {
    const { other } = await another();
    const commands = await commandsWith(services().redisUrl, `${lab.prefix}`, async () => {
      await locked(other);
      await other.destroy();
    });
    others = [];
    expect(commands.length).to.be.above(3);
    expect(await locksUnder(lab.prefix)).to.deep.equal([]);
  });

  it("is but the coalescing of one process with the in-process store", async () => {
    const store = createMemoryStore();
    const { other } = await another({ store });
    expect(await Promise.all([locked(other), locked(other)])).to.deep.equal([
      ["one", "two"],
      ["one", "two"],
    ]);
  });
}

const PROFILE: CacheopsOptions = { profiles: { Post: { ops: "all", lock: true } } };

async function locksUnder(prefix: string): Promise<string[]> {
  const client = await createClient({ url: services().redisUrl }).connect();
  const keys = await client.keys(`${prefix}*:lock:*`);
  client.destroy();
  return keys;
}
