import { expect } from "chai";
import * as fc from "fast-check";
import { createClient } from "redis";
import { createMemoryStore } from "../../../src/stores/memory";
import { createRedisStore } from "../../../src/stores/redis";
import { partKey, recordKey } from "../../../src/stores/redis/keyspace";
import { parametersOf, SEED, TIMEOUT } from "../../properties/parameters";
import { services } from "../../support/services";
import { all, entryBeside, freshNamespace, table } from "../addresses";
import { steps, take } from "./steps";
import { type Subject, World } from "./world";

interface Kind {
  readonly runs: number;
  open(): Promise<Subject & { close(): Promise<void> }>;
}

/** As many parts and records as there are, but one: so they are evicted all the time. */
const FEW = 5;

const KINDS: Record<string, Kind> = {
  memory: {
    runs: 2000,
    open: async () => {
      let now = 0;
      const store = createMemoryStore({ clock: () => now, maxRecords: FEW });
      const elsewhere = Array.from({ length: FEW }, (_, index) => table(freshNamespace(), `${index}`));
      const loseAll = async () =>
        void (await store.lookup(entryBeside(elsewhere[0]!), elsewhere.map(all), 1, 1));
      const outlive = async () => void (now += 2);
      return { store, outlive, loseRecord: loseAll, losePart: loseAll, close: () => store.disconnect() };
    },
  },
  redis: {
    runs: 200,
    open: async () => {
      const store = createRedisStore({ redis: services().redisUrl, operationTimeout: 5000 });
      const client = createClient({ url: services().redisUrl });
      await Promise.all([store.connect(), client.connect()]);
      return {
        store,
        outlive: () => new Promise((resolve) => setTimeout(resolve, 3)),
        loseRecord: async (record) => void (await client.del(recordKey(record))),
        losePart: async (record, part) => void (await client.del(partKey(record, part))),
        close: async () => {
          await store.disconnect();
          client.destroy();
        },
      };
    },
  },
};

for (const [name, { runs, open }] of Object.entries(KINDS)) {
  describe(`random steps of readers and writers: ${name}, FC_SEED=${SEED} (section 5)`, () => {
    it("leave nothing current that was replaced since it was read, or is marked", async function () {
      this.timeout(TIMEOUT);
      const subject = await open();
      const outcomes = { current: 0, stale: 0, stored: 0, refused: 0 };
      let worlds = 0;
      try {
        const property = fc.asyncProperty(steps, async (taken) => {
          const world = new World(subject, freshNamespace(), outcomes);
          await subject.store.open(world.record(""));
          for (const one of taken) await take(world, one);
          await subject.store.clear(world.namespace.prefix);
          worlds++;
        });
        await fc.assert(property, parametersOf(runs));
      } finally {
        await subject.close();
      }
      for (const [outcome, count] of Object.entries(outcomes)) expect(count, outcome).to.be.above(worlds / 5);
    });
  });
}
