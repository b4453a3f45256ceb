import { expect } from "chai";
import { createClient } from "redis";
import { createRedisStore } from "../../src/stores/redis";
import { entryKey, recordKey } from "../../src/stores/redis/keyspace";
import { services } from "../support/services";
import { SplitRedis } from "../support/split-redis";
import { ENTRY, glance as glanceAtOnce, reader as readerAtOnce, TABLE } from "./register";
import { glance, type Mutation, reader, type Slotted, writer } from "./slot-actors";
import { EPOCH, explore, type Explored, lossOf, type Stage } from "./world";

/** The store's own code and scripts, over a client that delivers the calls to two slots in every order. */
describe("every interleaving of the calls to two slots (traps 1, 20, 23)", function () {
  this.timeout(600_000);
  const client = createClient({ url: services().redisUrl });
  // What is not under test goes at once, and to the slots all the same.
  const store = createRedisStore({ redis: new SplitRedis(client), operationTimeout: 10_000 });
  const keys = [recordKey(EPOCH), recordKey(TABLE), entryKey(ENTRY)];

  before(() => client.connect());
  after(async () => {
    await client.del(keys);
    await client.close();
  });

  async function stage(): Promise<Stage> {
    await client.del(keys);
    await store.open(EPOCH);
    return { store, lose: (lost) => client.del(lost.map(({ record }) => recordKey(record))) };
  }

  const run = (actors: readonly Slotted[], mutation: Mutation = {}, warm = true): Promise<Explored> =>
    explore<string, Mutation>(actors, stage, {
      start: "0",
      mutation,
      before: warm ? [readerAtOnce] : [],
      after: [glanceAtOnce],
    });

  const CASTS: Record<string, readonly Slotted[]> = {
    "a reader and a writer, the epoch first": [reader(client, "epoch"), writer(client, "1", "epoch")],
    "a reader and a writer, the table first": [reader(client, "table"), writer(client, "1", "table")],
    "a reader, one that hits, and a writer": [
      reader(client, "epoch"),
      glance(client, "table"),
      writer(client, "1", "epoch"),
    ],
    "a reader who asks for the epoch first, a writer, and a record that is lost": [
      reader(client, "epoch", { proving: true }),
      writer(client, "1", "epoch"),
      lossOf({ record: TABLE }),
    ],
    "a reader who asks for the table first, a writer that dies, and a record that is lost": [
      reader(client, "table", { proving: true }),
      writer(client, "1", "table", true),
      lossOf({ record: TABLE }),
    ],
    "a reader, a writer that dies, and both records lost": [
      reader(client, "epoch", { proving: true }),
      writer(client, "1", "epoch", true),
      lossOf({ record: TABLE }, { record: EPOCH }),
    ],
  };

  for (const [title, actors] of Object.entries(CASTS)) {
    it(`answers with a value of its time: ${title}`, async () => {
      const { orders, wrong } = await run(actors);
      expect(wrong).to.equal(undefined);
      expect(orders).to.be.above(100);
    });
  }

  it("would notice if there is no fence", async () => {
    const actors = CASTS["a reader, one that hits, and a writer"]!;
    expect((await run(actors, { withoutFence: true })).wrong).to.be.a("string");
  });

  it("refuses a script with keys of two slots, as a cluster does", async () => {
    const split = new SplitRedis(client);
    const args = ["EVAL", "return 1", "2", recordKey(EPOCH), recordKey(TABLE)];
    const error = await split.sendCommand(recordKey(EPOCH), false, args).catch((reason: unknown) => reason);
    expect(String(error)).to.include("CROSSSLOT");
  });
});
