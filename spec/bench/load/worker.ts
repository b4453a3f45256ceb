import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import "reflect-metadata";
import { DataSource, type EntitySubscriberInterface } from "typeorm";
import { cachedAs, cacheops, cacheopsOf, createRedisStore, type ReadEvent, withCache } from "../../../src";
import { BLOG, Post } from "../../support/blog/entities";
import { watchedLocks } from "../../support/watched-locks";
import type { Order, Outcome, Report, Round } from "./messages";

/** One process of several that want the same at one time. */
class Worker {
  #release = (): void => undefined;
  #dataSource: DataSource | undefined;

  async obey(order: Order): Promise<Report | undefined> {
    switch (order.kind) {
      case "open":
        await this.#open(order);
        return { kind: "open" };
      case "round":
        return { kind: "done", ...(await this.#round(order)) };
      case "release":
        this.#release();
        return undefined;
      case "close":
        await this.#dataSource?.destroy();
        process.disconnect();
        return undefined;
    }
  }

  async #open({ database, redis, prefix }: Order & { readonly kind: "open" }): Promise<void> {
    const inner = createRedisStore({ redis, operationTimeout: 20_000 });
    const store = watchedLocks(inner, () => tell({ kind: "waiting" }));
    const cache = cacheops({ store, prefix });
    this.#dataSource = await new DataSource({ ...database, entities: [...BLOG], cache }).initialize();
  }

  async #round({ key, call, callers, lock, takes }: Round): Promise<Outcome> {
    const dataSource = this.#dataSource as DataSource;
    const released = new Promise<void>((resolve) => (this.#release = resolve));
    let statements = 0;
    let started = 0;
    let load = 0;
    let ended = 0;
    const subscriber: EntitySubscriberInterface = {
      beforeQuery: async () => {
        statements++;
        started = performance.now();
        tell({ kind: "loading" });
        await (takes === "until released" ? released : wait(takes));
      },
      afterQuery: () => {
        load = Math.max(load, performance.now() - started);
        ended = now();
      },
    };
    const bypasses: string[] = [];
    const listen = ({ outcome, reason }: ReadEvent): void => {
      if (outcome === "bypass") bypasses.push(String(reason));
    };
    cacheopsOf(dataSource).on("read", listen);
    dataSource.subscribers.push(subscriber);
    const find = (title: string): Promise<Post[]> => dataSource.getRepository(Post).findBy({ title });
    const samples = (title: string) => ({ entity: Post, where: { title } });
    const ask = call === "find" ? find : cachedAs(samples, { lock, dataSource })(find);
    const timed = async (): Promise<{ readonly latency: number; readonly posts: readonly Post[] }> => {
      const called = performance.now();
      const posts = await ask(key);
      return { latency: performance.now() - called, posts };
    };
    const calls = await withCache({ ops: "all", lock }, () =>
      Promise.all(Array.from({ length: callers }, timed)),
    );
    const answered = now();
    dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
    cacheopsOf(dataSource).off("read", listen);
    return {
      statements,
      bypasses,
      load,
      ended,
      answered,
      latencies: calls.map(({ latency }) => latency),
      answers: calls.filter(({ posts }) => posts.length === 1 && posts[0]?.title === key).length,
    };
  }
}

/** `performance.now()` of each process has a beginning of its own. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

function tell(report: Report): void {
  process.send?.(report);
}

const worker = new Worker();
process.on("message", (order: Order) => {
  void worker.obey(order).then((report) => report && tell(report));
});
