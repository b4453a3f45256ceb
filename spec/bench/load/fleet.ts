import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { DataSource } from "typeorm";
import { cacheops } from "../../../src";
import { BLOG, Post } from "../../support/blog/entities";
import { type FreshDatabase, freshDatabase } from "../../support/databases";
import { freshStore } from "../../support/stores";
import { services } from "../../support/services";
import type { Order, Outcome, Report, Round } from "./messages";

/** Several processes on one database and one Redis. */
export class Fleet {
  readonly #workers: readonly ChildProcess[];
  readonly #database: FreshDatabase;
  readonly #source: DataSource;
  #rounds = 0;

  private constructor(workers: readonly ChildProcess[], database: FreshDatabase, source: DataSource) {
    this.#workers = workers;
    this.#database = database;
    this.#source = source;
  }

  static async start(size: number): Promise<Fleet> {
    const database = await freshDatabase("postgres");
    const prefix = freshStore("redis").prefix;
    const redis = services().redisUrl;
    const source = await new DataSource({
      ...database.options,
      entities: [...BLOG],
      synchronize: true,
      cache: cacheops({ redis, prefix }),
    }).initialize();
    const workers = Array.from({ length: size }, () => fork(require.resolve("./worker")));
    const fleet = new Fleet(workers, database, source);
    await fleet.#all({ kind: "open", database: database.options, redis, prefix }, "open");
    return fleet;
  }

  /**
   * All processes ask for the same row, of which nothing is stored, at one time. With `"until released"` the load ends when
   * every process loads or waits; one that comes later finds the result.
   */
  async misses(round: Omit<Round, "key">): Promise<readonly Outcome[]> {
    const key = `title ${++this.#rounds}`;
    await this.#source.getRepository(Post).insert({ title: key });
    const busy = this.#workers.map((worker) => heard(worker, "loading", "waiting", "done"));
    const done = this.#all({ kind: "round", key, ...round }, "done");
    await Promise.all(busy);
    for (const worker of this.#workers) send(worker, { kind: "release" });
    return done as Promise<Outcome[]>;
  }

  /** The same once more, now that it is stored. */
  async hits(round: Omit<Round, "key" | "takes">): Promise<readonly Outcome[]> {
    const order: Order = { kind: "round", key: `title ${this.#rounds}`, takes: 1, ...round };
    return this.#all(order, "done") as Promise<Outcome[]>;
  }

  /** As `misses`; whoever loads dies as soon as all others wait for it. What the others made of it. */
  async death(round: Omit<Round, "key" | "takes">): Promise<readonly Outcome[]> {
    const key = `title ${++this.#rounds}`;
    await this.#source.getRepository(Post).insert({ title: key });
    const reports = this.#workers.map((worker) => heard(worker, "loading", "waiting"));
    const done = this.#workers.map((worker) => heard(worker, "done"));
    for (const worker of this.#workers)
      send(worker, { kind: "round", key, takes: "until released", ...round });
    const kinds = (await Promise.all(reports)).map(({ kind }) => kind);
    const victims = this.#workers.filter((_, at) => kinds[at] === "loading");
    const left = done.filter((_, at) => kinds[at] === "waiting");
    for (const each of done) each.catch(() => undefined);
    for (const victim of victims) {
      const gone = once(victim, "exit");
      victim.kill("SIGKILL");
      await gone;
    }
    for (const worker of this.#workers) if (!victims.includes(worker)) send(worker, { kind: "release" });
    return Promise.all(left) as Promise<Outcome[]>;
  }

  async stop(): Promise<void> {
    const alive = this.#workers.filter((worker) => worker.connected);
    const gone = alive.map((worker) => once(worker, "exit"));
    for (const worker of alive) send(worker, { kind: "close" });
    await Promise.all(gone);
    await this.#source.destroy();
    await this.#database.drop();
  }

  #all(order: Order, answer: Report["kind"]): Promise<Report[]> {
    const answers = this.#workers.map((worker) => heard(worker, answer));
    for (const worker of this.#workers) send(worker, order);
    return Promise.all(answers);
  }
}

function send(worker: ChildProcess, order: Order): void {
  worker.send(order);
}

function heard(worker: ChildProcess, ...kinds: Report["kind"][]): Promise<Report> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Error("A worker has ended."));
    const listen = (report: Report): void => {
      if (!kinds.includes(report.kind)) return;
      worker.off("message", listen).off("exit", end);
      resolve(report);
    };
    worker.on("message", listen).once("exit", end);
  });
}
