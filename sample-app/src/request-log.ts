import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestHandler } from "express";
import type { AfterQueryEvent, DataSource, EntitySubscriberInterface } from "typeorm";
import { cacheopsOf, type InvalidateEvent, type ReadEvent } from "typeorm-cacheops";

/** A statement that reached the database. */
export interface ExecutedStatement {
  readonly sql: string;
  /** Milliseconds, as TypeORM measured them. */
  readonly duration: number;
}

/** What one request read through the cache, sent to the database and invalidated. */
export class RequestLog {
  readonly reads: ReadEvent[] = [];
  readonly statements: ExecutedStatement[] = [];
  readonly invalidations: InvalidateEvent[] = [];

  count(outcome: ReadEvent["outcome"]): number {
    return this.reads.filter((read) => read.outcome === outcome).length;
  }

  /** Milliseconds of all reads together; reads that ran side by side count each. */
  get duration(): number {
    return this.reads.reduce((sum, read) => sum + read.duration, 0);
  }
}

// Listeners run in the asynchronous context of the read or write that they are told of, so that
// requests served at the same time never see each other's statements.
const current = new AsyncLocalStorage<RequestLog>();

/** Middleware: everything that the request does from here on is written to a log of its own. */
export const logRequest: RequestHandler = (_req, _res, next) => current.run(new RequestLog(), next);

/** The log of the request being served; an empty one outside of requests. */
export function currentLog(): RequestLog {
  return current.getStore() ?? new RequestLog();
}

/** Fills the logs from what the data source does. Call once. */
export function watch(dataSource: DataSource): void {
  const cache = cacheopsOf(dataSource);
  cache.on("read", (event) => current.getStore()?.reads.push(event));
  cache.on("invalidate", (event) => current.getStore()?.invalidations.push(event));
  dataSource.subscribers.push(new StatementRecorder());
}

class StatementRecorder implements EntitySubscriberInterface {
  afterQuery(event: AfterQueryEvent): void {
    current.getStore()?.statements.push({ sql: event.query, duration: event.executionTime ?? 0 });
  }
}
