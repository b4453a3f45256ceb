import type { QueryRunner } from "typeorm";
import { Session } from "../core/session";
import type { IsolationLevel, SqlDialect } from "../sql/analysis";

/** The session of each query runner, for as long as the runner lives. */
export class Sessions {
  readonly #dialect: SqlDialect;
  readonly #sessions = new WeakMap<QueryRunner, Session>();
  /** What the database starts transactions with, where it is not its usual default. */
  defaultIsolation: IsolationLevel | undefined;

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
  }

  of(queryRunner: QueryRunner): Session {
    const known = this.#sessions.get(queryRunner);
    if (known) return known;
    const session = new Session(this.#dialect, this.defaultIsolation);
    this.#sessions.set(queryRunner, session);
    return session;
  }
}
