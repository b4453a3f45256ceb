import { expect } from "chai";
import { createClient } from "redis";
import { createRedisStore, type RecordName } from "../../src";
import { RedisServer } from "../consistency/redis-server";

describe("redis store: a Redis that is full and evicts nothing", () => {
  it("takes marks and replacements all the same: what it holds is still read", async () => {
    const server = await RedisServer.start();
    const store = createRedisStore({ redis: server.url, operationTimeout: 2000 });
    const admin = createClient({ url: server.url });
    const namespace = { prefix: "spec", database: "full" };
    const epoch: RecordName = { namespace, kind: "everything", name: "" };
    const city: RecordName = { namespace, kind: "table", name: "city" };
    const entry = { namespace, hash: "hash", home: city };
    const look = () => store.lookup(entry, [{ record: epoch }, { record: city }], 60_000, 10_000);
    try {
      await Promise.all([admin.connect(), store.connect()]);
      await store.open(epoch);
      await look();
      const { snapshot } = await look();
      const dependencies = [{ record: epoch }, { record: city }];
      await store.store(entry, dependencies, snapshot.versions, Buffer.from("old"), 60_000);
      expect((await look()).entry?.current).to.equal(true);
      await admin.sendCommand(["CONFIG", "SET", "maxmemory", "1"]);
      await store.fence("writer", epoch, [{ record: city }], 10_000);
      await store.replace("writer", epoch, [{ record: city }]);
      await admin.sendCommand(["CONFIG", "SET", "maxmemory", "0"]);
      expect((await look()).entry?.current).to.equal(false);
    } finally {
      admin.destroy();
      await store.disconnect();
      await server.kill();
    }
  });
});
