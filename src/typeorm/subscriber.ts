import type { EntitySubscriberInterface, QueryRunner } from "typeorm";
import { inScope } from "../core/scope";
import type { Ending, Pending, StatementResult } from "../core/pending";
import type { Writer } from "../core/writer";
import { ExclusiveCalls } from "./exclusive-calls";
import type { QueryCall } from "./registry";
import type { Sessions } from "./sessions";
import { statementResult } from "./statement-result";
import type { TableFactsLoader } from "./table-facts";

/** What is used of TypeORM's event, whose type differs between versions. */
interface StatementEvent {
  readonly queryRunner: QueryRunner;
  readonly query: string;
  readonly parameters?: unknown;
}

interface Sent {
  readonly query: string;
  readonly parameters: unknown;
  readonly pending: Promise<Pending>;
}

export interface SubscriberContext {
  readonly writer: Writer;
  readonly sessions: Sessions;
  readonly facts: TableFactsLoader;
  readonly driver: unknown;
}

/**
 * Sees every statement of every query runner of the data source, raw ones and TypeORM's own BEGIN
 * and COMMIT included, before and after it runs; TypeORM waits for both.
 */
export class CacheopsSubscriber implements EntitySubscriberInterface {
  readonly #context: SubscriberContext;
  readonly #sessions: Sessions;
  readonly #sent = new WeakMap<QueryRunner, Sent[]>();
  readonly #settling = new WeakMap<QueryRunner, Set<Promise<void>>>();
  readonly #calls = new ExclusiveCalls();

  constructor(context: SubscriberContext) {
    this.#context = context;
    this.#sessions = context.sessions;
  }

  beforeQuery(event: StatementEvent): Promise<void> | void {
    const pending = this.before(event);
    if (!pending) return undefined;
    const { queryRunner, query, parameters } = event;
    this.#remember(queryRunner, { query, parameters, pending });
    return pending.then(() => undefined);
  }

  /** What remains to be done when the statement has ended; `undefined` at once for one that only reads. */
  before({ queryRunner, query, parameters }: StatementEvent): Promise<Pending> | undefined {
    return this.#context.writer.before(this.#sessions.of(queryRunner), {
      sql: query,
      parameters: Array.isArray(parameters) ? parameters : [],
      ask: (sql, values) =>
        inScope({ recording: undefined }, () =>
          this.#calls.within(queryRunner, () => ask(queryRunner, sql, values)),
        ),
      exclusively: () => this.#calls.close(queryRunner),
    });
  }

  afterQuery(
    event: StatementEvent & { readonly success: boolean; readonly rawResults?: unknown },
  ): Promise<void> | void {
    const { queryRunner, query, parameters, success, rawResults } = event;
    // MySQL ends a transaction at a deadlock, SQLite at some errors; PostgreSQL refuses what follows.
    if (!success) this.#sessions.of(queryRunner).doubt();
    const pending = this.#take(queryRunner, query, parameters);
    if (!pending) return undefined;
    const { dialect } = this.#sessions.of(queryRunner);
    const result = success ? statementResult(rawResults, dialect, this.#context.driver) : undefined;
    return this.#settle(queryRunner, pending, success ? "done" : "failed", result);
  }

  /** A call of the runner's `query()`, to the end of all that follows from its statement. */
  async complete<T>(queryRunner: QueryRunner, { query }: QueryCall, call: () => Promise<T>): Promise<T> {
    await this.#calls.enter(queryRunner);
    // A call that is part of another one is waited for by that one's end.
    const outer = new Set(this.#calls.isInside(queryRunner) ? this.#settling.get(queryRunner) : []);
    try {
      await this.#ready(queryRunner, query);
      return await call();
    } finally {
      // Of equal statements that run at once, nobody can say which it was that has ended unreported.
      if (this.#calls.leave(queryRunner) === 0) this.#settleUnreported(queryRunner);
      const settling = [...(this.#settling.get(queryRunner) ?? [])];
      await Promise.allSettled(settling.filter((work) => !outer.has(work)));
    }
  }

  /** A statement that says which rows it writes is not understood before the tables are known. */
  async #ready(queryRunner: QueryRunner, query: string): Promise<void> {
    const { writer, facts } = this.#context;
    if (this.#sessions.of(queryRunner).inTransaction || !writer.describes(query)) return;
    await facts.ready(queryRunner);
  }

  /** A subscriber refused the statement, this one or another: TypeORM does not send it. */
  async refused(queryRunner: QueryRunner, query: string, parameters: unknown): Promise<void> {
    // Where it was this one, nothing is pending.
    const pending = await this.#take(queryRunner, query, parameters)?.catch(() => undefined);
    await pending?.settle("unsent");
  }

  /** TypeORM 0.3 on MySQL tells nobody of a statement that the driver cannot put together. */
  #settleUnreported(queryRunner: QueryRunner): void {
    const unreported = this.#sent.get(queryRunner)?.splice(0) ?? [];
    if (unreported.length > 0) this.#sessions.of(queryRunner).doubt();
    for (const { pending } of unreported) void this.#settle(queryRunner, pending, "failed");
  }

  #settle(
    queryRunner: QueryRunner,
    pending: Promise<Pending>,
    ending: Ending,
    result?: StatementResult,
  ): Promise<void> {
    const work = pending.then((each) => each.settle(ending, result));
    const running = this.#settling.get(queryRunner) ?? new Set();
    this.#settling.set(queryRunner, running.add(work));
    const end = (): void => {
      running.delete(work);
      if (running.size === 0) this.#settling.delete(queryRunner);
    };
    work.then(end, end);
    return work;
  }

  #remember(queryRunner: QueryRunner, sent: Sent): void {
    const list = this.#sent.get(queryRunner);
    if (list) list.push(sent);
    else this.#sent.set(queryRunner, [sent]);
  }

  #take(queryRunner: QueryRunner, query: string, parameters: unknown): Promise<Pending> | undefined {
    const list = this.#sent.get(queryRunner) ?? [];
    const at = list.findLastIndex(
      (sent) => sent.query === query && sameParameters(sent.parameters, parameters),
    );
    return at < 0 ? undefined : list.splice(at, 1)[0]?.pending;
  }
}

async function ask(queryRunner: QueryRunner, sql: string, parameters: readonly unknown[]): Promise<unknown> {
  const { records } = (await queryRunner.query(sql, [...parameters], true)) as { records: unknown };
  return records;
}

// Not by identity alone: the sql.js runner hands a copy to `afterQuery`, with null for undefined.
function sameParameters(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return false;
  return before.every((value, index) => Object.is(value ?? null, after[index] ?? null));
}
