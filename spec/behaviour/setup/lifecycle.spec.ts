import { expect } from "chai";
import { createClient } from "redis";
import { DataSource, type DataSourceOptions, type MigrationInterface, type QueryRunner } from "typeorm";
import {
  type BypassReason,
  cacheops,
  CacheopsConfigError,
  type CacheopsOptions,
  cacheopsOf,
  createMemoryStore,
  type InvalidateEvent,
  type Outcome,
} from "../../../src";
import { BLOG, Post, Tag } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import { services } from "../../support/services";
import { freshStore } from "../../support/stores";
import { UserProject } from "../../support/user-project";

class AddPost1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("INSERT INTO post (title) VALUES ('migrated')");
  }

  async down(): Promise<void> {}
}

/** Outcomes of the reads of `fn` on any data source. */
async function outcomes(dataSource: DataSource, fn: () => Promise<unknown>): Promise<Outcome[]> {
  const told: Outcome[] = [];
  const listener = ({ outcome }: { outcome: Outcome }): unknown => told.push(outcome);
  cacheopsOf(dataSource).on("read", listener);
  await fn();
  cacheopsOf(dataSource).off("read", listener);
  return told;
}

function posts(dataSource: DataSource): () => Promise<Post[]> {
  return () => dataSource.getRepository(Post).find({ order: { id: "ASC" } });
}

function blog(options: CacheopsOptions = {}): DataSource {
  return new DataSource({ type: "sqljs", entities: [...BLOG], synchronize: true, cache: cacheops(options) });
}

onEveryCombination("a data source's life", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: BLOG })));
  after(() => lab.close());

  it("may begin again after destroy(), with all parts and no more of them", async () => {
    const { dataSource } = lab;
    const before = { subscribers: dataSource.subscribers.length, instance: lab.cache };
    for (let life = 0; life < 2; life++) {
      await dataSource.destroy();
      expect(() => cacheopsOf(dataSource)).to.throw(CacheopsConfigError, "not initialised");
      expect(dataSource.subscribers).to.have.length(before.subscribers - 1);
      await dataSource.initialize();
      expect(dataSource.subscribers).to.have.length(before.subscribers);
      expect(cacheopsOf(dataSource)).to.not.equal(before.instance);
    }
    await dataSource.getRepository(Post).insert({ title: "one" });
    expect(await outcomes(dataSource, posts(dataSource))).to.satisfy(([first]: Outcome[]) => first !== "hit");
    expect(await outcomes(dataSource, posts(dataSource))).to.deep.equal(["hit"]);
    await dataSource.getRepository(Post).update({ title: "one" }, { title: "two" });
    expect(await outcomes(dataSource, posts(dataSource))).to.deep.equal(["stale"]);
  });

  it("is not disturbed by a second initialize(), which TypeORM refuses", async () => {
    const { dataSource } = lab;
    await posts(dataSource)();
    expect(await dataSource.initialize().catch((error: Error) => error.name)).to.include("AlreadyConnected");
    expect(await outcomes(dataSource, posts(dataSource))).to.deep.equal(["hit"]);
  });

  it("has events with types", async () => {
    const { dataSource } = lab;
    const seen: { op: string; reason: BypassReason | undefined; tables: readonly string[] }[] = [];
    const invalidated: InvalidateEvent[] = [];
    const instance = cacheopsOf(dataSource)
      .once("read", ({ op, reason, tables }) => seen.push({ op, reason, tables }))
      .once("invalidate", (event) => invalidated.push(event));
    // @ts-expect-error there is no such event
    instance.on("reed", () => undefined);
    // @ts-expect-error a read has no such property
    instance.once("read", ({ result }) => expect(result).to.equal(undefined));
    await dataSource.getRepository(Tag).find();
    await dataSource.getRepository(Tag).insert({ name: "t" });
    expect(seen).to.deep.equal([{ op: "fetch", reason: undefined, tables: ["tag"] }]);
    expect(invalidated).to.deep.equal([{ tables: ["tag"], everything: undefined, delivered: true }]);
  });

  if (combination.database === "sqljs" || combination.store === "memory") return;

  it("may be shared with others of other options: each keeps to its own, and writes reach all", async () => {
    const [disabled, narrow] = await Promise.all([
      lab.sibling({ enabled: false }),
      lab.sibling({ profiles: { "*": { ops: "count" } } }),
    ]);
    const read = posts(lab.dataSource);
    await read();
    expect(await outcomes(lab.dataSource, read)).to.deep.equal(["hit"]);
    expect(await outcomes(disabled, posts(disabled))).to.deep.equal(["bypass"]);
    expect(await outcomes(narrow, posts(narrow))).to.deep.equal(["bypass"]);
    for (const writer of [disabled, narrow]) {
      await writer.getRepository(Post).insert({ title: "theirs" });
      expect(await outcomes(lab.dataSource, read)).to.deep.equal(["stale"]);
    }
    cacheopsOf(disabled).enabled = true;
    expect(await outcomes(disabled, posts(disabled))).to.deep.equal(["hit"]);
    await Promise.all([disabled.destroy(), narrow.destroy()]);
    expect(await outcomes(lab.dataSource, read)).to.deep.equal(["hit"]);
  });

  it("may be that of TypeORM's command line, whose migrations invalidate without any subscriber", async () => {
    const read = posts(lab.dataSource);
    await read();
    const { options } = lab.dataSource;
    const cache = cacheops(lab.storeOptions);
    const migrating = new DataSource({
      ...options,
      migrations: [AddPost1700000000000],
      cache,
    });
    migrating.setOptions({ subscribers: [], synchronize: false, migrationsRun: false, dropSchema: false });
    await migrating.initialize();
    await migrating.runMigrations();
    await migrating.destroy();
    const titles: string[] = [];
    expect(
      await outcomes(lab.dataSource, async () => titles.push(...(await read()).map(({ title }) => title))),
    ).to.deep.equal(["stale"]);
    expect(titles).to.include("migrated");
  });
});

describe("a data source's set-up", () => {
  it("gives an instance to data sources with a cache alone", async () => {
    const plain = await new DataSource({ type: "sqljs", entities: [...BLOG] }).initialize();
    const foreign = await new DataSource({ type: "sqljs", entities: [...BLOG], cache: false }).initialize();
    for (const each of [plain, foreign, blog(), {} as DataSource, undefined as unknown as DataSource]) {
      expect(() => cacheopsOf(each)).to.throw(CacheopsConfigError, "cache: cacheops(");
    }
    await Promise.all([plain.destroy(), foreign.destroy()]);
  });

  it("refuses a database of another kind, naming it and what is supported", async () => {
    const { postgresUrl: url } = services();
    const cockroach = new DataSource({
      type: "cockroachdb",
      url,
      entities: [...BLOG],
      cache: cacheops(),
    } as unknown as DataSourceOptions);
    const error: unknown = await cockroach.initialize().catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(CacheopsConfigError);
    expect((error as Error).message)
      .to.include('"cockroachdb"')
      .and.to.include("postgres, mysql, mariadb");
    expect(cockroach.isInitialized).to.equal(false);
  });

  it("leaves a client that was handed in open, with no listeners of its own", async () => {
    const client = createClient({ url: services().redisUrl });
    client.on("error", () => undefined);
    await client.connect();
    const listeners = (): number[] =>
      client.eventNames().map((name) => client.listenerCount(name as "error"));
    const before = listeners();
    const dataSource = await blog({ ...freshStore("memory"), redis: client }).initialize();
    await posts(dataSource)();
    expect(await outcomes(dataSource, posts(dataSource))).to.deep.equal(["hit"]);
    await dataSource.destroy();
    expect(await client.ping()).to.equal("PONG");
    expect(listeners()).to.deep.equal(before);
    client.destroy();
  });

  it("says which store it uses", async () => {
    const named = Object.assign(createMemoryStore(), { name: "mine" });
    for (const [options, name] of [
      [{}, "memory"],
      [freshStore("redis"), "redis"],
      [{ store: named }, "mine"],
    ] as const) {
      const dataSource = await blog(options).initialize();
      expect(cacheopsOf(dataSource).store).to.equal(name);
      await dataSource.destroy();
    }
  });

  it("treats what a prefix function must not answer as no prefix: reads bypass, writes are refused", async () => {
    let prefix: unknown = "fine";
    const dataSource = await blog({ prefix: () => prefix as string }).initialize();
    const told: string[] = [];
    cacheopsOf(dataSource).on("read", ({ outcome, reason }) => told.push(reason ?? outcome));
    cacheopsOf(dataSource).on("degrade", () => told.push("degrade"));
    for (const wrong of [undefined, "", 7, null]) {
      prefix = wrong;
      expect(await posts(dataSource)()).to.deep.equal([]);
      const error: unknown = await dataSource
        .getRepository(Post)
        .insert({ title: "unknown to whom" })
        .catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(CacheopsConfigError).with.property("message").that.includes("prefix");
    }
    prefix = "fine";
    expect(await posts(dataSource)()).to.deep.equal([]);
    expect(told).to.deep.equal(["prefix", "prefix", "prefix", "prefix", "miss"]);
    await dataSource.destroy();
  });
});

describe("a process whose initialize() fails", function () {
  this.timeout(20_000);
  let project: UserProject;
  before(() => (project = new UserProject({ "fails.js": FAILS })));
  after(() => project.remove());

  const CASES: Record<string, string> = {
    "a wrong option": `{ redis: REDIS_URL, defaults: { ops: "gets" } }`,
    "a profile's name that no entity has": `{ redis: REDIS_URL, profiles: { Psot: {} } }`,
    "a Redis that cannot be reached": `{ redis: "redis://127.0.0.1:1", onStoreError: "throw" }`,
    "a shape of TypeORM that is unknown": `(delete SelectQueryBuilder.prototype.loadRawResults, { redis: REDIS_URL })`,
  };
  for (const [title, options] of Object.entries(CASES)) {
    it(`ends by itself, for nothing is left open: ${title}`, async () => {
      const { code, stdout, stderr } = await project.node(["fails.js"], { OPTIONS: options });
      expect({ code, stdout, stderr }).to.deep.equal({
        code: 0,
        stdout: "CacheopsConfigError\n",
        stderr: "",
      });
    });
  }
});

const FAILS = `
  const { DataSource, EntitySchema, SelectQueryBuilder } = require("typeorm");
  const { cacheops } = require("typeorm-cacheops");
  const { DATABASE_URL, REDIS_URL, OPTIONS } = process.env;
  const Post = new EntitySchema({ name: "Post", columns: { id: { type: Number, primary: true } } });
  const cache = cacheops(eval("(" + OPTIONS + ")"));
  const dataSource = new DataSource({ type: "postgres", url: DATABASE_URL, entities: [Post], cache });
  dataSource.initialize().catch((error) => console.log(error.name));
`;
