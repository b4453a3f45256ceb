import { expect } from "chai";
import { createClient } from "redis";
import { createMemoryStore } from "../../src";
import { createRedisStore } from "../../src/stores/redis";
import { entryKey, recordKey } from "../../src/stores/redis/keyspace";
import { services } from "../support/services";
import { dying, ENTRY, glance, type Mutation, reader, TABLE, writer } from "./register";
import { type Actor, EPOCH, explore, type Explored, lossOf, type Stage } from "./world";

type Cast = readonly Actor<string, Mutation>[];

const CASTS = {
  "two readers and a writer": [reader, reader, writer("1")],
  "a reader and two writers": [reader, writer("1"), writer("2")],
  "two readers and two writers": [reader, reader, writer("1"), writer("2")],
  "two readers and a writer that dies": [reader, reader, dying],
} satisfies Record<string, Cast>;

/** Over the scripts in Redis, which can lose a record under a write. Fewer: every step is a round trip. */
const REDIS_CASTS: Record<string, Cast> = {
  "two readers and a writer": CASTS["two readers and a writer"],
  "a reader and two writers": CASTS["a reader and two writers"],
  "two readers, a writer and a record that is lost": [reader, glance, writer("1"), lossOf({ record: TABLE })],
  "two readers, a writer and an epoch that is lost": [reader, glance, writer("1"), lossOf({ record: EPOCH })],
  "two readers, a writer and records that are lost at once": [
    reader,
    glance,
    writer("1"),
    lossOf({ record: EPOCH }, { record: TABLE }),
  ],
};

const MUTANTS: Record<string, Mutation> = {
  "there is no fence": { withoutFence: true },
  "versions are replaced before COMMIT, without a fence": { replaceBeforeCommit: true, withoutFence: true },
  "versions are replaced before COMMIT": { replaceBeforeCommit: true },
  "versions are read after the load": { versionsAfterLoad: true },
  "writers share a mark": { sharedMark: true },
  "marks do not keep hits out": { hitsDespiteFence: true },
};

/** `warm`: something was cached before. Followed by one more read. */
function run(
  actors: Cast,
  stage: () => Promise<Stage> | Stage,
  { mutation = {}, warm }: { readonly mutation?: Mutation; readonly warm: boolean },
): Promise<Explored> {
  return explore(actors, stage, { start: "0", mutation, before: warm ? [reader] : [], after: [reader] });
}

/** Small: there are half a million of them. */
function inMemory(): Stage {
  let now = 0;
  const store = createMemoryStore({ maxEntries: 2, maxRecords: 4, clock: () => now });
  return { store, pass: (ms) => void (now += ms) };
}

describe("every interleaving of the protocol (traps 1, 20; section 5)", function () {
  this.timeout(600_000);

  for (const [title, actors] of Object.entries(CASTS)) {
    for (const warm of [false, true]) {
      it(`answers with a value of its time: ${title}, ${warm ? "something" : "nothing"} cached before`, async () => {
        const { orders, wrong } = await run(actors, inMemory, { warm });
        expect(wrong).to.equal(undefined);
        expect(orders).to.be.above(500);
      });
    }
  }

  it("answers with a value of its time: two readers and two writers, one of which dies", async () => {
    const { orders, wrong } = await run([reader, reader, writer("1"), dying], inMemory, { warm: true });
    expect(wrong).to.equal(undefined);
    expect(orders).to.be.above(100_000);
  });

  for (const [title, mutation] of Object.entries(MUTANTS)) {
    it(`would notice if ${title}`, async () => {
      const casts = [CASTS["two readers and a writer"], CASTS["two readers and two writers"]];
      let found: string | undefined;
      for (const actors of casts)
        for (const warm of [true, false]) found ??= (await run(actors, inMemory, { mutation, warm })).wrong;
      expect(found).to.be.a("string");
    });
  }
});

describe("every interleaving of the protocol over Redis (traps 1, 20, 23; section 5)", function () {
  this.timeout(300_000);
  const client = createClient({ url: services().redisUrl });
  const store = createRedisStore({ redis: services().redisUrl, operationTimeout: 10_000 });
  const keys = [recordKey(EPOCH), recordKey(TABLE), entryKey(ENTRY)];

  before(() => Promise.all([client.connect(), store.connect()]));
  after(async () => {
    await client.del(keys);
    await Promise.all([client.close(), store.disconnect()]);
  });

  async function inRedis(): Promise<Stage> {
    await client.del(keys);
    await store.open(EPOCH);
    return { store, lose: (lost) => client.del(lost.map(({ record }) => recordKey(record))) };
  }

  for (const [title, actors] of Object.entries(REDIS_CASTS)) {
    it(`answers with a value of its time: ${title}`, async () => {
      const { orders, wrong } = await run(actors, inRedis, { warm: true });
      expect(wrong).to.equal(undefined);
      expect(orders).to.be.above(500);
    });
  }

  it("would notice if there is no fence", async () => {
    const { wrong } = await run(CASTS["two readers and a writer"], inRedis, {
      mutation: { withoutFence: true },
      warm: true,
    });
    expect(wrong).to.be.a("string");
  });
});
