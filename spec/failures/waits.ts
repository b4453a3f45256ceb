import { DataSource } from "typeorm";
import { cacheops, cacheopsOf, type CacheStore, createRedisStore, type RedisOption } from "../../src";
import { BLOG, Post } from "../support/blog/entities";
import type { FreshDatabase } from "../support/databases";
import { freshStore } from "../support/stores";
import { FAULTS, OPERATION_TIMEOUT } from "./faults";

const CALLS: readonly ((source: DataSource) => Promise<unknown>)[] = [
  (source) => source.getRepository(Post).findOneBy({ id: 1 }),
  (source) => source.getRepository(Post).update({ id: 1 }, { title: "by itself" }),
  (source) => source.transaction((manager) => manager.update(Post, { id: 1 }, { title: "in a transaction" })),
];

/**
 * How many times in a row the first read, write and transaction of applications to which nothing has happened yet wait for
 * `operationTimeout`. Counted and not timed, as the machine may be busy.
 */
export async function waitsIn(fault: string, database: FreshDatabase): Promise<readonly number[]> {
  const patient = await (FAULTS[fault] as (typeof FAULTS)[string])();
  const callers: Caller[] = [];
  try {
    await seed(database);
    const prefix = freshStore("redis").prefix;
    for (const call of CALLS) callers.push(await Caller.open(patient.redis, database, prefix, call));
    await patient.strike();
    const counts: number[] = [];
    for (const caller of callers) counts.push(await caller.waits());
    await patient.cure();
    return counts;
  } finally {
    for (const caller of callers) await caller.close();
    await patient.close();
  }
}

async function seed({ options }: FreshDatabase): Promise<void> {
  const source = await new DataSource({ ...options, entities: [...BLOG], synchronize: true }).initialize();
  await source.getRepository(Post).insert({ title: "old" });
  await source.destroy();
}

class Caller {
  readonly #call: () => Promise<unknown>;
  readonly #source: DataSource;
  readonly #late: () => number;

  private constructor(source: DataSource, call: () => Promise<unknown>, late: () => number) {
    this.#source = source;
    this.#call = call;
    this.#late = late;
  }

  static async open(
    redis: RedisOption,
    { options }: FreshDatabase,
    prefix: string,
    call: (source: DataSource) => Promise<unknown>,
  ): Promise<Caller> {
    let late = 0;
    const inner = createRedisStore({ redis, operationTimeout: OPERATION_TIMEOUT });
    const store = watched(inner, () => late++);
    const cache = cacheops({ store, prefix, lease: "5m", defaults: { ops: "all" } });
    const source = await new DataSource({ ...options, entities: [...BLOG], cache }).initialize();
    cacheopsOf(source).on("warning", () => undefined);
    // What is in use is known then, and each kind of call has run.
    for (const each of CALLS) await each(source);
    return new Caller(
      source,
      () => call(source),
      () => late,
    );
  }

  async waits(): Promise<number> {
    const before = this.#late();
    await this.#call();
    return this.#late() - before;
  }

  close(): Promise<void> {
    return this.#source.destroy();
  }
}

function watched(inner: CacheStore, late: () => void): CacheStore {
  return new Proxy(inner, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        const result = member.apply(target, args) as unknown;
        if (result instanceof Promise)
          result.catch((error: Error) => /within \d+ ms/.test(error.message) && late());
        return result;
      };
    },
  });
}
