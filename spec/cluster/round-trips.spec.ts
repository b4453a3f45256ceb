import { expect } from "chai";
import { createClient } from "redis";
import { createRedisStore } from "../../src/stores/redis";
import { FENCE } from "../../src/stores/redis/lua/fence.lua";
import { LOOKUP } from "../../src/stores/redis/lua/lookup.lua";
import { OPEN } from "../../src/stores/redis/lua/open.lua";
import { PROOF, PROVEN } from "../../src/stores/redis/lua/proof.lua";
import { REGISTRIES } from "../../src/stores/redis/lua/registries.lua";
import { REPLACE } from "../../src/stores/redis/lua/replace.lua";
import { STORE } from "../../src/stores/redis/lua/store.lua";
import type { CacheStore, Dependency, RecordName } from "../../src/stores/store";
import { all, claim, entryBeside, epoch, freshNamespace, some, table } from "../contract/addresses";
import { services } from "../support/services";
import { SplitRedis } from "../support/split-redis";

const TTL = 60_000;
const SCRIPTS = [FENCE, LOOKUP, OPEN, PROOF, PROVEN, REGISTRIES, REPLACE, STORE];

/** A wave is what is sent at once; the calls in it go to a slot each. */
describe("round trips over slots", () => {
  const client = createClient({ url: services().redisUrl });
  let split: SplitRedis;
  let store: CacheStore;
  let everything: RecordName;
  let city: RecordName;
  let country: RecordName;
  let language: RecordName;

  before(async () => {
    await client.connect();
    // A server that does not know a script yet is sent it in a second call.
    for (const text of SCRIPTS) await client.scriptLoad(text);
  });
  after(() => client.close());

  beforeEach(async () => {
    const namespace = freshNamespace();
    everything = epoch(namespace);
    [city, country] = [table(namespace, "city"), table(namespace, "country")];
    language = table(namespace, "language");
    split = new SplitRedis(client);
    store = createRedisStore({ redis: split, operationTimeout: 5000 });
    await store.open(everything);
  });

  const look = (...on: Dependency[]) => store.lookup(entryBeside(city), [all(everything), ...on], TTL, TTL);
  const put = async (told: readonly Dependency[], asked = told) => {
    const { versions } = (await look(...asked)).snapshot;
    return store.store(entryBeside(city), [all(everything), ...told], versions, Buffer.from("payload"), TTL);
  };
  const cost = async (work: () => Promise<unknown>): Promise<string> => {
    split.calls = split.waves = 0;
    await work();
    return `${split.waves} of ${split.calls}`;
  };
  const hit = async (...on: Dependency[]) => expect((await look(...on)).entry?.current).to.equal(true);

  it("hit on one table: one wave, of two calls", async () => {
    await put([some(city, "id/1")]);
    expect(await cost(() => hit(some(city, "id/1")))).to.equal("1 of 2");
  });

  it("hit on one table, with parts that the result told: no more than that", async () => {
    await put([some(city, "id/1", "owner/1")], [some(city, "id/1", "owner")]);
    expect(await cost(() => hit(some(city, "id/1", "owner")))).to.equal("1 of 2");
  });

  it("hit on two tables: one wave, of three calls", async () => {
    await put([some(city, "id/1"), all(country)]);
    expect(await cost(() => hit(some(city, "id/1"), all(country)))).to.equal("1 of 3");
  });

  it("hit on three tables: one wave, of four calls", async () => {
    const on = [some(city, "id/1"), some(country, "id/1"), all(language)];
    await put(on);
    expect(await cost(() => hit(...on))).to.equal("1 of 4");
  });

  it("hit on two tables, with parts of the second that the result told: two waves", async () => {
    await put([some(city, "id/1"), some(country, "id/1")], [some(city, "id/1"), some(country, "id")]);
    expect(await cost(() => hit(some(city, "id/1"), some(country, "id")))).to.equal("2 of 4");
  });

  it("hit on three tables, with parts of two that the result told: no more waves than that", async () => {
    const asked = [all(city), some(country, "id"), some(language, "id")];
    await put([all(city), some(country, "id/1"), some(language, "id/1")], asked);
    expect(await cost(() => hit(...asked))).to.equal("2 of 6");
  });

  it("miss: one wave for the look-up and one for the result; three where a table is asked for the first time", async () => {
    expect(await cost(() => look(all(city)))).to.equal("3 of 4");
    expect(await cost(() => look(all(city)))).to.equal("1 of 2");
    expect(await cost(() => put([all(city)]))).to.equal("2 of 4");
  });

  it("write: two waves before COMMIT, one behind it", async () => {
    const claims = [claim(city, "", "id/1"), all(country)];
    expect(await cost(() => store.fence("writer", everything, claims, TTL))).to.equal("2 of 3");
    expect(await cost(() => store.replace("writer", everything, claims))).to.equal("1 of 3");
    expect(await cost(() => store.registries([city, country]))).to.equal("1 of 2");
  });

  it("tokens of what a view depends on: one wave", async () => {
    await look(all(city), all(country));
    const dependencies = [all(everything), all(city), all(country)];
    expect(await cost(() => store.freshness(dependencies, TTL, TTL))).to.equal("1 of 3");
  });
});
