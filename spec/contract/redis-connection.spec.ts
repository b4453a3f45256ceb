import { expect } from "chai";
import { EventEmitter, once } from "node:events";
import { createClient } from "redis";
import { createClient as createClient5 } from "redis-5";
import { CacheopsConfigError, CacheopsStoreError } from "../../src/errors";
import { type RedisOption, createRedisStore } from "../../src/stores/redis";
import type { CacheStore, RecordName } from "../../src/stores/store";
import { type Relay, relayTo } from "../support/redis";
import { services } from "../support/services";
import { all, entryBeside, epoch, freshNamespace, table } from "./addresses";

describe("redis store: its connection", () => {
  let relay: Relay;
  let store: CacheStore | undefined;
  let city: RecordName;

  beforeEach(async () => {
    relay = await relayTo(services().redisUrl);
    city = table(freshNamespace(), "city");
    store = undefined;
  });

  afterEach(async () => {
    await store?.disconnect();
    await relay.close();
  });

  const make = (redis: RedisOption = relay.url, operationTimeout = 5000) =>
    (store = createRedisStore({ redis, operationTimeout, connectTimeout: 200 }));
  const look = (of: CacheStore) =>
    of.lookup(entryBeside(city), [all(epoch(city.namespace)), all(city)], 1000, 1000);
  const failure = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.fail("it did not fail"),
      (error: Error) => error,
    );
  const close = (client: string | { destroy(): void }) =>
    void (typeof client === "object" && client.destroy());
  const working = async (of: CacheStore) => {
    for (;;) {
      try {
        return await look(of);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  };

  describe("while it cannot be had", () => {
    it("refuses with the address and no password", async () => {
      await relay.cut();
      const url = new URL(relay.url);
      url.password = "secret";
      const error = await failure(make(url.href).connect());
      expect(error).to.be.instanceOf(CacheopsStoreError);
      expect(error.message).to.include(url.host).and.include("ECONNREFUSED").and.not.include("secret");
    });

    it("refuses when the password is wrong", async () => {
      const admin = await createClient({ url: services().redisUrl }).connect();
      const user = `u${Date.now()}`;
      await admin.aclSetUser(user, ["on", ">right", "~*", "+@all"]);
      try {
        const url = new URL(relay.url);
        url.username = user;
        url.password = "secret";
        const error = await failure(make(url.href).connect());
        expect(error.message).to.include(url.host).and.include("WRONGPASS").and.not.include("secret");
      } finally {
        await admin.aclDelUser(user);
        admin.destroy();
      }
    });

    it("gives up on a server that accepts and says nothing", async () => {
      const deaf = await relayTo(services().redisUrl);
      const client = await createClient({ url: deaf.url })
        .on("error", () => undefined)
        .connect();
      deaf.hang();
      const error = await failure(make(client).connect());
      client.destroy();
      await deaf.close();
      expect(error).to.be.instanceOf(CacheopsStoreError);
      expect(error.message).to.include("no answer within 200 ms");
    });

    it("fails at once, without a queue, and works when the server is there", async () => {
      await relay.cut();
      const own = make();
      await failure(own.connect());
      const error = await failure(look(own));
      expect(error).to.be.instanceOf(CacheopsStoreError);
      expect(error.message).to.include("not connected");
      await relay.resume();
      expect((await working(own)).snapshot.versions).to.have.length(2);
    });

    it("asks for a client that is open", async () => {
      const error = await failure(make(createClient({ url: relay.url })).connect());
      expect(error.message).to.include("Call its connect()");
    });
  });

  describe("when it is lost", () => {
    for (const [name, open] of [
      ["its own client", async () => relay.url],
      [
        "a client of node-redis 6",
        () =>
          createClient({ url: relay.url })
            .on("error", () => undefined)
            .connect(),
      ],
      [
        "a client of node-redis 5",
        () =>
          createClient5({ url: relay.url })
            .on("error", () => undefined)
            .connect(),
      ],
    ] as const) {
      it(`says so once, before a call on it rejects, and works again: ${name}`, async () => {
        const client = await open();
        const used = make(client);
        const events: string[] = [];
        used.onInterruption?.((cause) => events.push(cause.message));
        await used.connect();
        await look(used);
        relay.hang();
        const pending = failure(look(used)).then(() => events.push("rejected"));
        await relay.cut();
        await pending;
        expect(events).to.deep.equal(["The connection to Redis was lost.", "rejected"]);
        await relay.resume();
        await working(used);
        expect(events).to.have.length(2);
        await used.disconnect();
        close(client);
        expect(events).to.have.length(2);
      });
    }

    it("tells nobody who asked not to be told, nor of its own end", async () => {
      const used = make();
      const told: string[] = [];
      const undo = used.onInterruption?.(() => told.push("undone"));
      used.onInterruption?.(() => told.push("told"));
      await used.connect();
      undo?.();
      await used.disconnect();
      await used.connect();
      expect(told).to.deep.equal([]);
      relay.hang();
      const pending = failure(look(used));
      await relay.cut();
      await pending;
      expect(told).to.deep.equal(["told"]);
    });
  });

  it("limits the time of each operation, and takes no harm from the late answer", async () => {
    const used = make(relay.url, 40);
    await used.connect();
    relay.hang();
    for (const work of [
      look(used),
      used.fence("writer", epoch(city.namespace), [all(city)], 1000),
      used.replace("writer", epoch(city.namespace), [all(city)]),
      used.registries([city]),
      used.clear("x"),
    ]) {
      const error = await failure(work);
      expect(error).to.be.instanceOf(CacheopsStoreError);
      expect(error.message).to.include("no answer within 40 ms").and.include(new URL(relay.url).host);
    }
  });

  it("does not blame Redis for an event loop that was blocked", async () => {
    const used = make(relay.url, 60);
    await used.connect();
    const pending = look(used);
    const until = performance.now() + 100;
    while (performance.now() < until);
    expect((await pending).snapshot.versions).to.have.length(2);
  });

  it("leaves a client that it was given open, with its options and listeners as they were", async () => {
    const client = await createClient({ url: relay.url, commandOptions: {} }).connect();
    const listeners = () => client.eventNames().map((name) => [name, client.listenerCount(name)]);
    const before = listeners();
    const used = make(client);
    await used.connect();
    await look(used);
    expect(await client.echo("text")).to.equal("text");
    await used.disconnect();
    expect(client.isReady).to.equal(true);
    expect(listeners()).to.deep.equal(before);
    client.destroy();
  });

  it("can be connected again after disconnect", async () => {
    const used = make();
    await used.connect();
    await used.disconnect();
    await used.disconnect();
    expect(await failure(look(used))).to.be.instanceOf(CacheopsStoreError);
    await used.connect();
    expect((await look(used)).snapshot.versions).to.have.length(2);
  });

  describe("refuses as configuration", () => {
    for (const [what, redis] of Object.entries({
      "a URL that is none": "redis://user:secret@[::1",
      "another protocol": "http://user:secret@localhost",
      "a number": 6379,
      "options of a cluster": { rootNodes: [{ url: "redis://localhost" }] },
      "a client of another kind": Object.assign(new EventEmitter(), { sendCommand: () => undefined }),
    })) {
      it(what, () => {
        expect(() => make(redis as unknown as RedisOption))
          .to.throw(CacheopsConfigError, /^redis: /)
          .with.property("message")
          .that.does.not.include("secret");
      });
    }
  });

  it("waits for a client that is still connecting", async () => {
    const client = createClient({ url: relay.url });
    const connecting = client.connect();
    const used = make(client);
    await used.connect();
    expect((await look(used)).snapshot.versions).to.have.length(2);
    await connecting;
    const ended = once(client, "end");
    client.destroy();
    await ended;
  });
});
