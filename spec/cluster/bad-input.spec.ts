import { expect } from "chai";
import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool } from "redis";
import { DataSource } from "typeorm";
import {
  cacheops,
  CacheopsConfigError,
  type CacheopsOptions,
  CacheopsStoreError,
  createRedisStore,
  type RedisOption,
} from "../../src";
import { freshDatabase } from "../support/databases";
import { services } from "../support/services";

const DEAD = 1; // nobody listens there

describe("clusters and Sentinel: wrong configuration", () => {
  const open: { disconnect(): unknown }[] = [];

  afterEach(async () => void (await Promise.all(open.splice(0).map((each) => each.disconnect()))));

  const make = (redis: unknown) =>
    createRedisStore({ redis: redis as RedisOption, operationTimeout: 500, connectTimeout: 1500 });
  const failure = async (redis: unknown): Promise<Error> => {
    const store = make(redis);
    open.push(store);
    return store.connect().then(
      () => expect.fail("it did not fail"),
      (error: Error) => error,
    );
  };
  const expectConfigError = (error: unknown, ...parts: string[]) => {
    expect(error).to.be.instanceOf(CacheopsConfigError);
    for (const part of parts) expect((error as Error).message).to.include(part);
  };

  it("a plain client where keys live in slots", async () => {
    expectConfigError(
      await failure(services().clusterUrl),
      "redis: ",
      "node of a Redis Cluster",
      "{ cluster: ",
    );
    const client = new Redis(services().clusterUrl);
    open.push({ disconnect: () => client.disconnect() });
    expectConfigError(await failure(client), "node of a Redis Cluster", "{ cluster: ");
  });

  it("a plain client where keys live in slots, which may not ask for that: each call says so", async () => {
    const admin = await createClient({ url: services().clusterUrl }).connect();
    await admin.sendCommand(["ACL", "SETUSER", "blind", "on", ">right", "~*", "+@all", "-info"]);
    const url = new URL(services().clusterUrl);
    [url.username, url.password] = ["blind", "right"];
    const store = make(url.href);
    try {
      await store.connect();
      const record = { namespace: { prefix: "spec", database: "db" }, kind: "table" as const, name: "t" };
      const records = Array.from({ length: 20 }, (_, at) => ({ ...record, name: `t${at}` }));
      const error = await store.registries(records).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(CacheopsStoreError);
      expect((error as Error).message)
        .to.include("{ cluster: ")
        .and.not.include("right@");
    } finally {
      await store.disconnect();
      await admin.sendCommand(["ACL", "DELUSER", "blind"]);
      admin.destroy();
    }
  });

  it("a cluster that is none", async () => {
    const error = await failure({ cluster: { rootNodes: [{ url: services().redisUrl }] } });
    expectConfigError(
      error,
      "redis.cluster: no Redis Cluster at",
      new URL(services().redisUrl).host,
      "as redis",
    );
  });

  it("a name that Sentinel does not know", async () => {
    const { host, port } = services().sentinel;
    const error = await failure({ sentinel: { name: "nobody", sentinelRootNodes: [{ host, port }] } });
    expectConfigError(error, "redis.sentinel.name: ", `${host}:${port}`, '"nobody"');
  });

  it("a Sentinel that is none", async () => {
    const { hostname, port } = new URL(services().redisUrl);
    const roots = [{ host: hostname, port: Number(port) }];
    const error = await failure({ sentinel: { name: "cacheops", sentinelRootNodes: roots } });
    expectConfigError(error, "redis.sentinel.sentinelRootNodes: ", "no Sentinel", port);
  });

  const refusal = async (options: CacheopsOptions): Promise<unknown> => {
    const database = await freshDatabase("sqljs");
    const dataSource = new DataSource({ ...database.options, cache: cacheops(options) });
    const error = await dataSource.initialize().catch((reason: unknown) => reason);
    expect(dataSource.isInitialized).to.equal(false);
    return error;
  };

  describe("and initialize() says so, also where a store that fails is bypassed", () => {
    it("a plain client where keys live in slots", async () => {
      expectConfigError(await refusal({ redis: services().clusterUrl }), "{ cluster: ");
    });

    it("a name that Sentinel does not know", async () => {
      const { host, port } = services().sentinel;
      const redis = { sentinel: { name: "nobody", sentinelRootNodes: [{ host, port }] } };
      expectConfigError(
        await refusal({ redis }),
        "redis.sentinel.name: ",
        `${host}:${port}`,
        '"nobody"',
        "Give the name of its configuration",
      );
    });
  });

  describe("nodes that cannot be reached are named, and no password", () => {
    const secret = { username: "user", password: "secret" };
    for (const [what, redis] of Object.entries({
      cluster: { cluster: { rootNodes: [{ url: `redis://u:secret@127.0.0.1:${DEAD}` }], defaults: secret } },
      sentinel: {
        sentinel: {
          name: "cacheops",
          sentinelRootNodes: [{ host: "127.0.0.1", port: DEAD }],
          nodeClientOptions: secret,
        },
      },
    })) {
      it(`${what}, by initialize() under onStoreError throw`, async () => {
        const error = await refusal({ redis, onStoreError: "throw" });
        expectConfigError(error, "redis: ", `127.0.0.1:${DEAD}`, "ECONNREFUSED", 'onStoreError: "bypass"');
        expect((error as Error).message).to.not.include("secret");
        expect((error as Error).cause).to.be.instanceOf(CacheopsStoreError);
      });

      it(what, async () => {
        const error = await failure(redis);
        expect(error).to.be.instanceOf(CacheopsStoreError);
        expect(error.message)
          .to.include(`127.0.0.1:${DEAD}`)
          .and.include("ECONNREFUSED")
          .and.not.include("secret");
      });
    }
  });

  describe("refused at once", () => {
    for (const [what, redis, says] of [
      ["a cluster without nodes", { cluster: { rootNodes: [] } }, "redis.cluster: "],
      ["a cluster that is a URL", { cluster: "redis://localhost" }, "redis.cluster: "],
      [
        "a cluster with a URL that is none",
        { cluster: { rootNodes: [{ url: "nonsense" }] } },
        "redis.cluster: ",
      ],
      ["no cluster", { cluster: undefined }, "redis.cluster: "],
      ["no Sentinel", { sentinel: null }, "redis.sentinel: "],
      [
        "a Sentinel without a name",
        { sentinel: { sentinelRootNodes: [{ host: "h", port: 1 }] } },
        "redis.sentinel: ",
      ],
      [
        "a Sentinel without an address",
        { sentinel: { name: "n", sentinelRootNodes: [] } },
        "redis.sentinel: ",
      ],
      ["options of ioredis", { sentinels: [{ host: "h", port: 1 }], name: "n" }, "redis: "],
      ["a pool", createClientPool({ url: "redis://localhost:1" }), "redis: this is no client of"],
      ["an ioredis client with a keyPrefix", new Redis({ lazyConnect: true, keyPrefix: "{a}" }), "keyPrefix"],
      [
        "an ioredis cluster with a keyPrefix",
        new Cluster([{ port: DEAD }], { lazyConnect: true, keyPrefix: "a" }),
        "keyPrefix",
      ],
    ] as const) {
      it(what, () => {
        expect(() => make(redis)).to.throw(CacheopsConfigError, says);
      });
    }
  });

  it("a client that nobody has connected", async () => {
    const client = new Redis({ lazyConnect: true });
    expect((await failure(client)).message).to.include("Await its connect()");
  });
});
