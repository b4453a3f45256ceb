import { DataSource } from "typeorm";
import { cacheops, type CacheopsOptions, cacheopsOf, type RedisOption, withoutCache } from "../../src";
import { BLOG, Post } from "../support/blog/entities";
import type { FreshDatabase } from "../support/databases";
import { freshStore } from "../support/stores";
import { FAULTS, OPERATION_TIMEOUT } from "./faults";

export const POLICIES = ["bypass", "throw"] as const;
export type Policy = (typeof POLICIES)[number];

/** What becomes of an application whose Redis fails, in the words of the table. */
export interface Course {
  readonly start: string;
  readonly read: string;
  readonly write: string;
  readonly transaction: string;
  readonly degrades: string;
  readonly afterwards: string;
  /** Reads that were answered otherwise than by the database at that moment. */
  readonly stale: readonly string[];
  /** Rows that a refused write has left, or that one which was done has not. */
  readonly wrong: readonly string[];
}

/** One application whose Redis fails and comes back, and another one beside it. */
class Case {
  readonly #options: CacheopsOptions;
  readonly #database: FreshDatabase;
  readonly stale: string[] = [];
  readonly wrong: string[] = [];
  #app!: DataSource;
  #other!: DataSource;
  #suspect = false;
  #degraded = false;

  constructor(redis: RedisOption, policy: Policy, database: FreshDatabase) {
    this.#database = database;
    this.#options = {
      redis,
      prefix: freshStore("redis").prefix,
      onStoreError: policy,
      operationTimeout: OPERATION_TIMEOUT,
      // A pause after a loss is not to end while the machine is busy.
      lease: "5m",
      defaults: { ops: "all" },
    };
  }

  async open(): Promise<void> {
    this.#app = await this.#source(true).initialize();
    this.#other = await this.#source(false).initialize();
    cacheopsOf(this.#app)
      .on("degrade", () => (this.#suspect = this.#degraded = true))
      .on("recover", () => (this.#suspect = false))
      // Heard, so that it is not printed.
      .on("warning", () => undefined);
    cacheopsOf(this.#other).on("warning", () => undefined);
    await this.#app.getRepository(Post).insert({ title: "old" });
    for (const each of [this.#app, this.#other]) for (let i = 0; i < 2; i++) await this.#read(each, "before");
  }

  async close(): Promise<void> {
    await this.#app.destroy();
    await this.#other.destroy();
  }

  get degrades(): string {
    return this.#degraded ? "yes" : "no";
  }

  async start(): Promise<string> {
    const another = this.#source(false);
    try {
      await another.initialize();
      await another.destroy();
      return "starts";
    } catch (error) {
      return `rejects with ${(error as Error).name}`;
    }
  }

  read(when: string): Promise<string> {
    return this.#read(this.#app, when);
  }

  async write(): Promise<string> {
    return this.#changed("write", "is done", "is refused", (title) =>
      this.#app.getRepository(Post).update({ id: 1 }, { title }),
    );
  }

  async transaction(): Promise<string> {
    return this.#changed("transaction", "commits", "is rolled back", (title) =>
      this.#app.transaction((manager) => manager.update(Post, { id: 1 }, { title })),
    );
  }

  /** Until the store is used again; the other application may still be on its way. */
  async recovered(): Promise<void> {
    while (this.#suspect) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /**
   * Where the first read comes from, and that none of those that follow is stale, here and there. Not for what reason: a
   * mark that came late may be there or not.
   */
  async afterwards(): Promise<string> {
    const first = await this.#read(this.#app, "afterwards");
    for (const each of [this.#other, this.#app, this.#other]) await this.#read(each, "afterwards, again");
    return first === "hit" ? "from the cache" : "from the database";
  }

  async #read(from: DataSource, when: string): Promise<string> {
    let outcome = "";
    cacheopsOf(from).once("read", (event) => (outcome = event.reason ?? event.outcome));
    const post = await from.getRepository(Post).findOneByOrFail({ id: 1 });
    const title = await this.#title();
    if (post.title !== title) this.stale.push(`${when}: ${post.title} instead of ${title}`);
    return outcome;
  }

  async #changed(
    title: string,
    done: string,
    refused: string,
    work: (title: string) => Promise<unknown>,
  ): Promise<string> {
    const before = await this.#title();
    const worked = await work(title).then(
      () => true,
      () => false,
    );
    const after = await this.#title();
    if (after !== (worked ? title : before)) this.wrong.push(`${title}: ${after}`);
    await this.#read(this.#app, `after the ${title}`);
    return worked ? done : refused;
  }

  async #title(): Promise<string> {
    const post = await withoutCache(() => this.#app.getRepository(Post).findOneByOrFail({ id: 1 }));
    return post.title;
  }

  #source(synchronize: boolean): DataSource {
    return new DataSource({
      ...this.#database.options,
      entities: [...BLOG],
      synchronize,
      cache: cacheops(this.#options),
    });
  }
}

export async function courseOf(fault: string, policy: Policy, database: FreshDatabase): Promise<Course> {
  const patient = await (FAULTS[fault] as (typeof FAULTS)[string])();
  const subject = new Case(patient.redis, policy, database);
  try {
    await subject.open();
    await patient.strike();
    const read = await subject.read("during");
    const write = await subject.write();
    const transaction = await subject.transaction();
    const start = await subject.start();
    await patient.cure();
    await subject.recovered();
    const afterwards = await subject.afterwards();
    const { degrades, stale, wrong } = subject;
    return { start, read, write, transaction, degrades, afterwards, stale, wrong };
  } finally {
    await subject.close();
    await patient.close();
  }
}

const HEAD = [
  "Redis …",
  "`onStoreError`",
  "`initialize()`",
  "a read",
  "a write",
  "a transaction",
  "`degrade`",
  "a read afterwards",
  "waits",
];

/** Markdown, as it stands in CAVEATS.md. */
export function tableOf(
  courses: ReadonlyMap<string, ReadonlyMap<Policy, Course>>,
  waits: ReadonlyMap<string, readonly number[]>,
): string {
  const lines = [...courses].flatMap(([fault, byPolicy]) =>
    [...byPolicy].map(([policy, { start, read, write, transaction, degrades, afterwards }]) =>
      row([
        ...[fault, `"${policy}"`, start, read, write, transaction, degrades, afterwards],
        Math.max(...(waits.get(fault) ?? [0])) > 0 ? "`operationTimeout`" : "no",
      ]),
    ),
  );
  return [row(HEAD), row(HEAD.map(() => "---")), ...lines].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
