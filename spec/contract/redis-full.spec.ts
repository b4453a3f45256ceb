import { expect } from "chai";
import { createRedisStore } from "../../src/stores/redis";
import { type CacheStore, type Dependency, type EntryKey, StoreFullError } from "../../src/stores/store";
import { RedisServer } from "../consistency/redis-server";
import { all, claim, entryBeside, epoch, freshNamespace, some, table } from "./addresses";

/** `maxmemory` is reached and the policy is `noeviction`: Redis answers reads, and refuses what takes memory. */
describe("redis store: a server that is full", () => {
  let server: RedisServer;
  let store: CacheStore;
  let warnings: string[];
  let entry: EntryKey;
  let dependencies: Dependency[];
  const namespace = freshNamespace();
  const [everything, city, country] = [
    epoch(namespace),
    table(namespace, "city"),
    table(namespace, "country"),
  ];
  before(async () => (server = await RedisServer.start()));
  after(() => server.kill());
  beforeEach(async () => {
    warnings = [];
    const warn = (message: string): void => void warnings.push(message);
    store = createRedisStore({ redis: server.url, operationTimeout: 5000, warn });
    await store.connect();
    await store.open(everything);
    entry = entryBeside(city);
    dependencies = [all(everything), some(city, "id/1")];
    const { versions } = (await look()).snapshot;
    expect(await store.store(entry, dependencies, versions, Buffer.from("payload"), 60_000)).to.equal(true);
    await server.command("CONFIG", "SET", "maxmemory", "1");
  });
  afterEach(async () => {
    await server.command("CONFIG", "SET", "maxmemory", "0");
    await store.clear(namespace.prefix);
    await store.disconnect();
  });

  const look = (on = dependencies, key = entry) => store.lookup(key, on, 60_000, 60_000);
  const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  it("goes on giving what it holds", async () => {
    expect((await look()).entry?.current).to.equal(true);
  });

  it("marks what a writer changes, and replaces it", async () => {
    const claims = [claim(city, "", "id/1"), all(country)];
    await store.fence("writer", everything, claims, 60_000);
    expect((await look()).entry?.current).to.equal(false);
    expect((await look()).snapshot.fenced).to.equal(true);
    await store.replace("writer", everything, claims);
    const { entry: found, snapshot } = await look();
    expect([found?.current, snapshot.fenced]).to.deep.equal([false, false]);
  });

  it("replaces without a mark, and everything", async () => {
    await store.replace("writer", everything, [{ record: everything }]);
    expect((await look()).entry?.current).to.equal(false);
  });

  it("refuses new results and what they would rely on as full, with a warning that says what to do", async () => {
    const { versions } = (await look()).snapshot;
    const storing = store.store(entry, dependencies, versions, Buffer.from("other"), 60_000);
    expect(await failure(storing)).to.be.instanceOf(StoreFullError);
    const other = table(namespace, "other");
    expect(await failure(look([all(everything), all(other)], entryBeside(other)))).to.be.instanceOf(
      StoreFullError,
    );
    expect(warnings[0]).to.include("maxmemory-policy");
  });
});
