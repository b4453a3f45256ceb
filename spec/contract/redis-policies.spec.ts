import { expect } from "chai";
import { Column, type DataSource, Entity, PrimaryGeneratedColumn } from "typeorm";
import { cacheopsOf } from "../../src";
import { RedisServer } from "../consistency/redis-server";
import { Lab } from "../support/lab";
import { Random } from "../unit/sql/random";

@Entity()
class Counter {
  @PrimaryGeneratedColumn() id!: number;
  @Column() count!: number;
  @Column() ballast!: string;
}

const POLICIES = [
  ...["noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random"],
  ...["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"],
];
const ROWS = 200;
const BALLAST = "ballast ".repeat(500);
/** Bytes beyond what is used without results: for a quarter of them. */
const ROOM = 256 * 1024;
const ENOUGH = { hits: 40, writes: 20, lost: 60 };
/** A run that does not come there has failed. */
const LIMIT_MS = 40_000;

/** Rows that only count up, each by one writer: what a read may show lies between two counts. */
class Counters {
  readonly #begun = new Array<number>(ROWS + 1).fill(0);
  readonly #done = new Array<number>(ROWS + 1).fill(0);
  readonly wrong: string[] = [];
  writes = 0;

  async read(from: DataSource, id: number): Promise<void> {
    const least = this.#done[id]!;
    const { count } = await from.getRepository(Counter).findOneByOrFail({ id });
    const most = this.#begun[id]!;
    if (count < least || count > most) this.wrong.push(`row ${id}: ${count} is not in ${least} to ${most}`);
  }

  async write(through: DataSource, id: number): Promise<void> {
    const count = ++this.#begun[id]!;
    await through.getRepository(Counter).update(id, { count });
    this.#done[id] = count;
    this.writes++;
  }
}

describe("redis store: nothing stale at the limit of maxmemory, whatever the policy", function () {
  this.timeout(60_000);
  let server: RedisServer;
  let lab: Lab;
  let other: DataSource;

  beforeEach(async () => {
    server = await RedisServer.start();
    const cache = {
      redis: server.url,
      operationTimeout: 5000,
      defaults: { ops: "all", timeout: "1h" },
    } as const;
    lab = await Lab.open({ database: "postgres", store: "redis", entities: [Counter], cache });
    other = await lab.sibling(cache);
    for (const each of [lab.cache, cacheopsOf(other)]) each.on("warning", () => undefined);
    await lab
      .repository(Counter)
      .insert(Array.from({ length: ROWS }, () => ({ count: 0, ballast: BALLAST })));
  });
  afterEach(async () => {
    await other.destroy();
    await lab.close();
    await server.kill();
  });

  const info = async (field: string): Promise<number> =>
    Number(new RegExp(`^${field}:(\\d+)`, "m").exec(String(await server.command("INFO")))?.[1]);

  for (const policy of POLICIES)
    it(policy, async () => {
      const counters = new Counters();
      const sources = [lab.dataSource, other];
      // What is there before it is full goes on being read.
      for (let id = 1; id <= ROWS / 8; id++) await counters.read(lab.dataSource, id);
      await server.command("CONFIG", "SET", "maxmemory-policy", policy);
      await server.command("CONFIG", "SET", "maxmemory", String((await info("used_memory")) + ROOM));
      let hits = 0;
      let unstored = 0;
      for (const each of [lab.cache, cacheopsOf(other)])
        each.on("read", ({ outcome, stored }) => {
          if (outcome === "hit") hits++;
          if (outcome !== "hit" && stored !== true) unstored++;
        });
      let over = false;
      const loop = async (seed: number, work: (random: Random) => Promise<void>): Promise<void> => {
        const random = new Random(seed);
        while (!over) await work(random);
      };
      // Low ids are asked for more often: they hit, while others are evicted.
      const drawn = (random: Random): number => 1 + Math.floor(ROWS * random.next() ** 2);
      const readers = [1, 2, 3, 4].map((seed) =>
        loop(seed, (random) => counters.read(sources[seed % 2]!, drawn(random))),
      );
      const writers = [0, 1].map((at) =>
        loop(10 + at, async (random) => {
          await counters.write(sources[at]!, 2 * Math.floor(drawn(random) / 2.01) + 1 + at);
          for (let i = 0; i < 5; i++) await counters.read(sources[at]!, drawn(random));
        }),
      );
      const lost = async (): Promise<number> => (policy === "noeviction" ? unstored : info("evicted_keys"));
      const isEnough = async (): Promise<boolean> =>
        hits >= ENOUGH.hits && counters.writes >= ENOUGH.writes && (await lost()) >= ENOUGH.lost;
      const until = Date.now() + LIMIT_MS;
      while (counters.wrong.length === 0 && Date.now() < until && !(await isEnough()))
        await new Promise((resolve) => setTimeout(resolve, 20));
      over = true;
      await Promise.all([...readers, ...writers]);
      expect(counters.wrong).to.deep.equal([]);
      expect(hits, "hits").to.be.at.least(ENOUGH.hits);
      expect(counters.writes, "writes").to.be.at.least(ENOUGH.writes);
      expect(await lost(), "results that were lost").to.be.at.least(ENOUGH.lost);
    });
});
