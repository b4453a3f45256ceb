import { expect } from "chai";
import { Cluster, Redis } from "ioredis";
import { createCluster, createSentinel } from "redis";
import type { DataSource } from "typeorm";
import {
  cachedAs,
  cacheopsOf,
  createRedisStore,
  type ReadEvent,
  type RedisOption,
  withCache,
} from "../../src";
import type { CacheStore, EntryKey, LoadLocks } from "../../src/stores/store";
import { entryBeside, freshNamespace, table } from "../contract/addresses";
import { holding, itHoldsLoads, load } from "../contract/locks.contract";
import { BLOG, Comment, Post } from "../support/blog/entities";
import { gate, holdStatement } from "../support/gates";
import { Lab } from "../support/lab";
import { services } from "../support/services";
import { watchedLocks } from "../support/watched-locks";

interface Client {
  readonly redis: RedisOption;
  /** Ends it, as a process that dies would. */
  close(): unknown;
}

const roots = () => ({ rootNodes: [{ url: services().clusterUrl }] });
const sentinel = () => {
  const { name, ...root } = services().sentinel;
  return { name, sentinelRootNodes: [root], passthroughClientErrorEvents: true };
};

const KINDS: Record<"cluster" | "sentinel", Record<string, () => Promise<Client>>> = {
  cluster: {
    "its own client": async () => ({ redis: { cluster: roots() }, close: () => undefined }),
    "a client of node-redis 6": async () => {
      const client = createCluster(roots());
      await client.on("error", () => undefined).connect();
      return { redis: client, close: () => client.isOpen && client.destroy() };
    },
    "a client of ioredis 6": async () => {
      const client = new Cluster([services().clusterUrl]);
      return { redis: client, close: () => client.disconnect() };
    },
  },
  sentinel: {
    "its own client": async () => ({ redis: { sentinel: sentinel() }, close: () => undefined }),
    "a client of node-redis 6": async () => {
      const client = createSentinel(sentinel());
      await client.on("error", () => undefined).connect();
      return { redis: client, close: async () => client.isOpen && (await client.destroy()) };
    },
    "a client of ioredis 6": async () => {
      const { name, ...root } = services().sentinel;
      const client = new Redis({ name, sentinels: [root] });
      return { redis: client, close: () => client.disconnect() };
    },
  },
};

for (const [kind, clients] of Object.entries(KINDS)) {
  describe(`locks of loads [${kind}]`, () => {
    for (const [name, open] of Object.entries(clients)) describe(`by ${name}`, () => contract(name, open));
  });
  describe(`one load across processes [${kind}]`, () => loads(kind as keyof typeof KINDS));
}

function contract(name: string, openClient: () => Promise<Client>): void {
  let entry: EntryKey;
  let opened: { store: CacheStore; client: Client }[];
  beforeEach(() => {
    entry = entryBeside(table(freshNamespace(), "city"));
    opened = [];
  });
  afterEach(async () => {
    for (const { store, client } of opened) {
      await store.disconnect();
      await client.close();
    }
  });

  async function locks(lockLease?: number): Promise<{ locks: LoadLocks; client: Client }> {
    const client = await openClient();
    const timeouts = { operationTimeout: 5000, ...(lockLease !== undefined && { lockLease }) };
    const store = createRedisStore({ redis: client.redis, ...timeouts });
    opened.push({ store, client });
    await store.connect();
    return { locks: store.locks as LoadLocks, client };
  }

  itHoldsLoads(
    async () => (await locks()).locks,
    () => entry,
  );

  // What is its own ends with its store, which gives back its locks.
  if (name !== "its own client")
    it("come free by themselves when their holder is gone", async () => {
      const [gone, other] = [await locks(300), await locks()];
      const letGo = await holding(gone.locks, entry);
      expect(await other.locks.hold(entry, load)).to.equal(undefined);
      await gone.client.close();
      expect(await other.locks.freed(entry, 10_000)).to.be.oneOf(["freed", "never held"]);
      expect(await other.locks.hold(entry, load)).to.deep.equal({ value: "loaded" });
      await letGo();
    });
}

function loads(store: "cluster" | "sentinel"): void {
  let lab: Lab;
  let other: DataSource;
  let reads: ReadEvent[];
  let waited: () => void;
  before(async () => (lab = await Lab.open({ database: "postgres", store, entities: BLOG })));
  after(() => lab.close());
  beforeEach(async () => {
    waited = () => undefined;
    reads = [];
    await lab.wipe();
    await lab.repository(Post).insert([{ title: "one" }, { title: "two" }]);
    await lab.repository(Comment).insert({ text: "a", postId: 1 });
    const redis = lab.storeOptions.redis as RedisOption;
    const watched = watchedLocks(createRedisStore({ redis, operationTimeout: 5000 }), () => waited());
    other = await lab.sibling({ store: watched });
    cacheopsOf(other).on("read", (event) => reads.push(event));
    lab.forget();
  });
  afterEach(() => other.destroy());

  const someoneWaits = (): Promise<void> => new Promise((resolve) => (waited = resolve));
  const selects = (): number => lab.statements.filter((sql) => /^SELECT.*FROM .post/.test(sql)).length;

  type Read = (dataSource: DataSource) => Promise<unknown>;
  const locked =
    (read: Read): Read =>
    (dataSource) =>
      withCache({ ops: "all", lock: true }, () => read(dataSource));
  const titles: Read = async (dataSource) => {
    const posts = await dataSource.getRepository(Post).find({ order: { id: "ASC" } });
    return posts.map(({ title }) => title);
  };
  const READS: Record<string, { read: Read; rows: unknown }> = {
    "of one table": { read: locked(titles), rows: ["one", "two"] },
    "of tables in slots of their own": {
      read: locked(async (dataSource) => {
        const relations = { comments: true };
        const posts = await dataSource.getRepository(Post).find({ relations, order: { id: "ASC" } });
        return posts.map(({ title, comments }) => [title, comments.map(({ text }) => text)]);
      }),
      rows: [
        ["one", ["a"]],
        ["two", []],
      ],
    },
    "by a cached function": {
      read: (dataSource) => cachedAs("auto", { lock: true, dataSource })(() => titles(dataSource))(),
      rows: ["one", "two"],
    },
  };

  for (const [what, { read, rows }] of Object.entries(READS))
    it(`two that miss are one SELECT, and both get the rows: ${what}`, async () => {
      const held = holdStatement(lab.dataSource, /^SELECT.*FROM .post/);
      const first = read(lab.dataSource);
      await held.reached;
      const waiting = someoneWaits();
      const second = read(other);
      await waiting;
      held.release();
      expect(await Promise.all([first, second])).to.deep.equal([rows, rows]);
      expect(selects()).to.equal(1);
    });

  it("who has waited is told that it was a hit", async () => {
    const held = holdStatement(lab.dataSource, /^SELECT/);
    const first = locked(titles)(lab.dataSource);
    await held.reached;
    const waiting = someoneWaits();
    const second = locked(titles)(other);
    await waiting;
    held.release();
    await Promise.all([first, second]);
    expect(lab.reads.map(({ stored }) => stored)).to.deep.equal([true]);
    expect(reads.map(({ outcome, stored }) => [outcome, stored])).to.deep.equal([["hit", false]]);
  });

  it("a load that fails frees who waits, which loads by itself", async () => {
    const { reached, release, pass } = gate();
    // One function, as its text is part of what it is kept under.
    const loading = (dataSource: DataSource, fails: boolean) =>
      cachedAs(Post, { lock: true, dataSource, key: () => "key" })(async () => {
        if (!fails) return "loaded";
        await pass();
        throw new Error("failed");
      })();
    const first = loading(lab.dataSource, true).catch(String);
    await reached;
    const waiting = someoneWaits();
    const second = loading(other, false);
    await waiting;
    release();
    expect(await Promise.all([first, second])).to.deep.equal(["Error: failed", "loaded"]);
  });
}
