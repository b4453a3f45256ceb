import type { QueryRunner } from "typeorm";
import { Session } from "../core/session";
import type { IsolationLevel, SqlDialect } from "../sql/analysis";

/**
 * The session of each connection, for as long as the connection lives. Not of each query runner: one
 * that is released inside a transaction, or after `SET search_path`, leaves both to the next runner
 * that gets its connection from the pool.
 */
export class Sessions {
  readonly #dialect: SqlDialect;
  readonly #sessions = new WeakMap<object, Session>();
  /** Of a runner that has no connection yet. */
  readonly unconnected: Session;
  /** What the database starts transactions with, where it is not its usual default. */
  defaultIsolation: IsolationLevel | undefined;

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
    this.unconnected = new Session(dialect, undefined, false);
  }

  /** A runner that has run nothing yet has no connection and, so far, nothing that sets it apart. */
  of(queryRunner: QueryRunner): Session {
    const connection = this.#connectionOf(queryRunner);
    if (!connection) return this.unconnected;
    const known = this.#sessions.get(connection);
    if (known) return known;
    const session = new Session(this.#dialect, this.defaultIsolation);
    this.#sessions.set(connection, session);
    return session;
  }

  // SQLite's one runner is as good as its one connection.
  #connectionOf(queryRunner: QueryRunner): object | undefined {
    if (this.#dialect === "sqlite") return queryRunner;
    return (queryRunner as { databaseConnection?: object }).databaseConnection;
  }
}
