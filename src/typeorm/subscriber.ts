import type { EntitySubscriberInterface, QueryRunner } from "typeorm";
import type { Pending, Writer } from "../core/writer";
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
  readonly pending: Pending;
}

/**
 * Sees every statement of every query runner of the data source, raw ones and TypeORM's own BEGIN
 * and COMMIT included, before and after it runs; TypeORM waits for both.
 */
export class CacheopsSubscriber implements EntitySubscriberInterface {
  readonly #writer: Writer;
  readonly #sessions: Sessions;
  readonly #sent = new WeakMap<QueryRunner, Sent[]>();

  constructor(writer: Writer, sessions: Sessions) {
    this.#writer = writer;
    this.#sessions = sessions;
  }

  beforeQuery({ queryRunner, query, parameters }: StatementEvent): Promise<void> | void {
    const pending = this.#writer.before(this.#sessions.of(queryRunner), query);
    return pending?.then((each) => this.#remember(queryRunner, { query, parameters, pending: each }));
  }

  afterQuery({ queryRunner, query, parameters, success }: StatementEvent & { readonly success: boolean }): Promise<void> | void {
    return this.#take(queryRunner, query, parameters)?.pending.settle(success);
  }

  #remember(queryRunner: QueryRunner, sent: Sent): void {
    const list = this.#sent.get(queryRunner);
    if (list) list.push(sent);
    else this.#sent.set(queryRunner, [sent]);
  }

  // The latest one first. One that never ends (another subscriber refused the statement after us)
  // must not be taken for a later COMMIT: its tables would be invalidated instead of that one's.
  #take(queryRunner: QueryRunner, query: string, parameters: unknown): Sent | undefined {
    const list = this.#sent.get(queryRunner) ?? [];
    const at = list.findLastIndex((sent) => sent.query === query && sameParameters(sent.parameters, parameters));
    return at < 0 ? undefined : list.splice(at, 1)[0];
  }
}

// Not by identity alone: the sql.js runner hands a copy to `afterQuery`, with null for undefined.
function sameParameters(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return false;
  return before.every((value, index) => Object.is(value ?? null, after[index] ?? null));
}
