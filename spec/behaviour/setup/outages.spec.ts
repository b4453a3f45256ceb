import { once } from "node:events";
import { expect } from "chai";
import { DataSource } from "typeorm";
import {
  cacheops,
  CacheopsConfigError,
  CacheopsLockError,
  type CacheopsOptions,
  cacheopsOf,
  CacheopsStoreError,
  type DegradeEvent,
  invalidateModel,
} from "../../../src";
import { BLOG, Post } from "../../support/blog/entities";
import { type DatabaseName, DATABASES, type FreshDatabase, freshDatabase } from "../../support/databases";
import { type Relay, relayTo } from "../../support/redis";
import { services } from "../../support/services";
import { freshStore } from "../../support/stores";

for (const database of DATABASES)
  describe(`Redis that cannot be reached [${database}]`, () => outages(database));

function outages(database: DatabaseName): void {
  let fresh: FreshDatabase;
  let relay: Relay;
  let prefix: string;
  let opened: DataSource[];
  beforeEach(async () => {
    fresh = await freshDatabase(database);
    relay = await relayTo(services().redisUrl);
    prefix = freshStore("redis").prefix;
    opened = [];
  });
  afterEach(async () => {
    for (const dataSource of opened) await dataSource.destroy();
    await relay.close();
    await fresh.drop();
  });

  function dataSource(options: CacheopsOptions = {}): DataSource {
    const cache = cacheops({ redis: relay.url, prefix, operationTimeout: "1s", ...options });
    return new DataSource({
      ...fresh.options,
      entities: [...BLOG],
      synchronize: true,
      cache,
    });
  }

  async function open(options: CacheopsOptions = {}): Promise<DataSource> {
    const each = await dataSource(options).initialize();
    opened.push(each);
    return each;
  }

  async function titles(from: DataSource): Promise<{ titles: string[]; outcome: string }> {
    let outcome = "";
    cacheopsOf(from).once("read", (event) => (outcome = event.reason ?? event.outcome));
    const posts = await from.getRepository(Post).find({ order: { id: "ASC" } });
    return { titles: posts.map(({ title }) => title), outcome };
  }

  it("under onStoreError throw: initialize() refuses, names the option and leaves nothing open", async () => {
    await relay.cut();
    const refused = dataSource({ onStoreError: "throw" });
    const error: unknown = await refused.initialize().catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(CacheopsConfigError).with.property("cause");
    const { host } = new URL(relay.url);
    expect((error as Error).message)
      .to.include("redis")
      .and.to.include(host)
      .and.to.include('onStoreError: "bypass"');
    expect(refused.isInitialized).to.equal(false);
    await relay.resume();
    opened.push(await refused.initialize());
    expect(await titles(refused)).to.deep.equal({ titles: [], outcome: "miss" });
  });

  for (const onStoreError of ["throw", "bypass"] as const)
    it(`under ${onStoreError}: initialize() refuses a lockLease that ends before Redis has answered, and says what would be right`, async () => {
      relay.slow(150);
      const refused = dataSource({ onStoreError, lockLease: "100ms" });
      const error: unknown = await refused.initialize().catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(CacheopsLockError).with.property("code", "CACHEOPS_LOCK");
      expect((error as Error).message)
        .to.match(/^lockLease: a lock of 100 ms/)
        .and.to.include("Give a longer lockLease");
      expect(refused.isInitialized).to.equal(false);
      opened.push(await dataSource({ onStoreError, lockLease: "1m" }).initialize());
    });

  it("under onStoreError throw: a write is refused before it happens, and reads go on", async () => {
    const strict = await open({ onStoreError: "throw" });
    await strict.getRepository(Post).insert({ title: "before" });
    await titles(strict);
    await relay.cut();
    const error: unknown = await strict
      .getRepository(Post)
      .insert({ title: "refused" })
      .catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(CacheopsStoreError);
    expect(await titles(strict)).to.deep.equal({ titles: ["before"], outcome: "store-error" });
    await relay.resume();
  });

  it("under bypass: initialize() works and warns once, reads and writes go to the database (cacheops test_simple degrade)", async () => {
    await relay.cut();
    const warned = once(process, "warning") as Promise<[Error]>;
    const cut = await open();
    expect((await warned)[0]).to.have.property("name", "CacheopsWarning");
    await cut.getRepository(Post).insert({ title: "one" });
    expect(await titles(cut)).to.deep.equal({ titles: ["one"], outcome: "store-error" });
    await cut.transaction((manager) => manager.insert(Post, { title: "two" }));
    expect(await titles(cut)).to.deep.equal({ titles: ["one", "two"], outcome: "store-error" });
    const error: unknown = await invalidateModel(Post, { dataSource: cut }).catch(
      (caught: unknown) => caught,
    );
    expect(error, "by hand there is nobody to remember").to.be.instanceOf(CacheopsStoreError);

    const recovered = once(emitterOf(cut), "recover");
    await relay.resume();
    await recovered;
    expect((await titles(cut)).outcome).to.equal("miss");
    expect((await titles(cut)).outcome).to.equal("hit");
  });

  it("tells degrade and recover once each, and uses nothing older afterwards (trap 22)", async () => {
    const cut = await open();
    const heard: string[] = [];
    const causes: unknown[] = [];
    cacheopsOf(cut)
      .on("degrade", ({ cause }: DegradeEvent) => (heard.push("degrade"), causes.push(cause)))
      .on("recover", () => heard.push("recover"))
      .on(
        "invalidate",
        ({ tables, delivered }) => tables.includes("post") && heard.push(`post ${delivered}`),
      );
    await cut.getRepository(Post).insert({ title: "old" });
    await titles(cut);
    expect((await titles(cut)).outcome).to.equal("hit");

    const degraded = once(emitterOf(cut), "degrade");
    await relay.cut();
    await degraded;
    await cut.getRepository(Post).update({ title: "old" }, { title: "new" });
    expect(await titles(cut)).to.deep.equal({ titles: ["new"], outcome: "store-error" });
    const recovered = once(emitterOf(cut), "recover");
    await relay.resume();
    await recovered;

    expect(heard).to.deep.equal(["post true", "degrade", "post false", "recover"]);
    expect(causes[0]).to.be.instanceOf(Error);
    expect(await titles(cut)).to.deep.equal({ titles: ["new"], outcome: "stale" });
    expect(await titles(cut)).to.deep.equal({ titles: ["new"], outcome: "hit" });
  });

  it("tells a hanging Redis from a slow database: reads are answered within the time of an operation", async () => {
    const cut = await open({ operationTimeout: 100 });
    await cut.getRepository(Post).insert({ title: "one" });
    await titles(cut);
    relay.hang();
    expect(await titles(cut)).to.deep.equal({ titles: ["one"], outcome: "store-error" });
    await cut.getRepository(Post).insert({ title: "two" });
    expect((await titles(cut)).titles).to.deep.equal(["one", "two"]);
  });

  if (database !== "sqljs") {
    it("makes what a process wrote while it was cut off known to the others once it is back", async () => {
      const cut = await open();
      const other = await open({ redis: services().redisUrl });
      await cut.getRepository(Post).insert({ title: "old" });
      await titles(other);
      expect((await titles(other)).outcome).to.equal("hit");
      const degraded = once(emitterOf(cut), "degrade");
      await relay.cut();
      await degraded;
      await cut.getRepository(Post).update({ title: "old" }, { title: "new" });
      const recovered = once(emitterOf(cut), "recover");
      await relay.resume();
      await recovered;
      expect(await titles(other)).to.deep.equal({ titles: ["new"], outcome: "stale" });
    });
  }
}

/** `once` of node:events wants `on` and `off` alone. */
function emitterOf(dataSource: DataSource): NodeJS.EventEmitter {
  return cacheopsOf(dataSource) as unknown as NodeJS.EventEmitter;
}
