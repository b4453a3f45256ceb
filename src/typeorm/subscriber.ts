import type { EntitySubscriberInterface, QueryRunner } from "typeorm";
import type { Ending, Pending, Writer } from "../core/writer";
import type { Sessions } from "./sessions";

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

/**
 * Sees every statement of every query runner of the data source, raw ones and TypeORM's own BEGIN
 * and COMMIT included, before and after it runs; TypeORM waits for both.
 */
export class CacheopsSubscriber implements EntitySubscriberInterface {
  readonly #writer: Writer;
  readonly #sessions: Sessions;
  readonly #sent = new WeakMap<QueryRunner, Sent[]>();
  readonly #settling = new WeakMap<QueryRunner, Set<Promise<void>>>();
  readonly #calls = new WeakMap<QueryRunner, number>();

  constructor(writer: Writer, sessions: Sessions) {
    this.#writer = writer;
    this.#sessions = sessions;
  }

  beforeQuery({ queryRunner, query, parameters }: StatementEvent): Promise<void> | void {
    const pending = this.#writer.before(this.#sessions.of(queryRunner), query);
    if (!pending) return undefined;
    this.#remember(queryRunner, { query, parameters, pending });
    return pending.then(() => undefined);
  }

  afterQuery(event: StatementEvent & { readonly success: boolean }): Promise<void> | void {
    const { queryRunner, query, parameters, success } = event;
    // MySQL ends a transaction at a deadlock, SQLite at some errors; PostgreSQL refuses what follows.
    if (!success) this.#sessions.of(queryRunner).doubt();
    const pending = this.#take(queryRunner, query, parameters);
    return pending && this.#settle(queryRunner, pending, success ? "done" : "failed");
  }

  /** A call of the runner's `query()`, to the end of all that follows from its statement. */
  async complete<T>(queryRunner: QueryRunner, call: () => Promise<T>): Promise<T> {
    this.#calls.set(queryRunner, (this.#calls.get(queryRunner) ?? 0) + 1);
    try {
      return await call();
    } finally {
      const others = (this.#calls.get(queryRunner) ?? 1) - 1;
      this.#calls.set(queryRunner, others);
      // Of equal statements that run at once, nobody can say which it was that has ended unreported.
      if (others === 0) this.#settleUnreported(queryRunner);
      await Promise.allSettled([...(this.#settling.get(queryRunner) ?? [])]);
    }
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

  #settle(queryRunner: QueryRunner, pending: Promise<Pending>, ending: Ending): Promise<void> {
    const work = pending.then((each) => each.settle(ending));
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

// Not by identity alone: the sql.js runner hands a copy to `afterQuery`, with null for undefined.
function sameParameters(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return false;
  return before.every((value, index) => Object.is(value ?? null, after[index] ?? null));
}
