import "reflect-metadata";
import { DataSource } from "typeorm";
import { cacheops, createRedisStore } from "../../../src";
import { RedisServer } from "../../consistency/redis-server";
import { all, claim, entryBeside, epoch, freshNamespace, some, table } from "../../contract/addresses";
import { Article, Report } from "./entities";
import { seed } from "./seed";
import { type Weights, weigh } from "./weights";
import { SCHEMES, type Workload, WORKLOADS } from "./workload";

export interface MemoryOptions {
  readonly entries: number;
  progress(done: number, total: number): void;
}

export interface MemoryRow extends Pick<Workload, "what" | "compressAbove"> {
  readonly entries: number;
  /** All of it is there. */
  readonly full: Weights;
  /** After a write to each. */
  readonly changed: Weights;
}

/** Bytes of what there is of once per table, scheme or write. */
export interface FixedCosts {
  readonly epoch: number;
  /** Of a table on which all results rely as a whole. */
  readonly record: number;
  readonly scheme: number;
  /** In the record and, once more, in the epoch. */
  readonly mark: number;
}

export const TIMEOUT = 3_600_000;

/** What results cost in a Redis of their own. */
export async function benchMemory({ entries, progress }: MemoryOptions): Promise<readonly MemoryRow[]> {
  const rows: MemoryRow[] = [];
  for (const [at, workload] of WORKLOADS.entries()) {
    progress(at, WORKLOADS.length);
    rows.push(await run(workload, entries));
  }
  progress(WORKLOADS.length, WORKLOADS.length);
  return rows;
}

async function run(workload: Workload, entries: number): Promise<MemoryRow> {
  return withSource(workload.compressAbove, async (dataSource, url) => {
    await seed(dataSource, entries);
    for (let n = 1; n <= entries; n++) await workload.read(dataSource, n);
    const full = await weigh(url);
    for (let n = 1; n <= entries; n++) await workload.change(dataSource, n);
    return { ...workload, entries, full, changed: await weigh(url) };
  });
}

export async function fixedCosts(): Promise<FixedCosts> {
  return withSource(undefined, async (dataSource, url) => {
    const before = await recordAfter(dataSource, url, 1);
    const after = await recordAfter(dataSource, url, SCHEMES.length);
    return { ...(await bareCosts(url)), scheme: (after - before) / (SCHEMES.length - 1) };
  });
}

async function recordAfter(dataSource: DataSource, url: string, many: number): Promise<number> {
  for (const read of SCHEMES.slice(0, many)) await read(dataSource);
  return (await weigh(url))["table record"].bytes;
}

async function bareCosts(url: string): Promise<Omit<FixedCosts, "scheme">> {
  const store = createRedisStore({ redis: url, operationTimeout: 10_000 });
  await store.connect();
  try {
    const namespace = freshNamespace();
    const [everything, articles] = [epoch(namespace), table(namespace, "article")];
    const none = await weigh(url);
    await store.open(everything);
    const opened = await weigh(url);
    await store.lookup(entryBeside(articles), [all(everything), all(articles)], TIMEOUT, TIMEOUT);
    const made = await weigh(url);
    // A part, so that the mark says what it is on.
    await store.lookup(entryBeside(articles), [all(everything), some(articles, "id/1")], TIMEOUT, TIMEOUT);
    const registered = await weigh(url);
    await store.fence("4f2a8c1e-writer", everything, [claim(articles, "", "id/1")], TIMEOUT);
    const marked = await weigh(url);
    const grown = (from: Weights, to: Weights): number => to["every key"].bytes - from["every key"].bytes;
    return { epoch: grown(none, opened), record: grown(opened, made), mark: grown(registered, marked) };
  } finally {
    await store.disconnect();
  }
}

async function withSource<T>(
  compressAbove: number | undefined,
  work: (dataSource: DataSource, url: string) => Promise<T>,
): Promise<T> {
  const redis = await RedisServer.start();
  const dataSource = new DataSource({
    type: "sqljs",
    entities: [Article, Report],
    synchronize: true,
    cache: cacheops({
      redis: redis.url,
      defaults: { ops: "all", timeout: TIMEOUT },
      ...(compressAbove === undefined ? {} : { compressAbove }),
    }),
  });
  try {
    await dataSource.initialize();
    return await work(dataSource, redis.url);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await redis.kill();
  }
}
