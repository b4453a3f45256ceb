import type { IsolationLevel, SqlDialect } from "../sql/analysis";
import { NOTHING, union, type WriteSet } from "../dependencies/writes";

/** Writes since the transaction began or since a savepoint. */
interface Frame {
  readonly savepoint: string | undefined;
  writes: WriteSet;
  dirty: boolean;
}

const DEFAULT_ISOLATION: Record<SqlDialect, IsolationLevel> = {
  postgres: "READ COMMITTED",
  mysql: "REPEATABLE READ",
  sqlite: "SERIALIZABLE",
};

/**
 * What is known of one connection: its transaction with savepoints, what it wrote,
 * its isolation, and whether its session differs from others'. Fed by the statements themselves, so
 * that TypeORM's transactions and those typed by the user look the same.
 */
export class Session {
  readonly dialect: SqlDialect;
  /** False where no connection has been taken from the pool yet. */
  readonly connected: boolean;
  /**
   * Rises with every write and every boundary: a read that saw it change while it ran may have seen
   * rows that are not committed, whatever the session looked like when the read began.
   */
  generation = 0;
  #frames: Frame[] = [];
  #isolation: IsolationLevel;
  #next: IsolationLevel | undefined;
  #defaultIsolation: IsolationLevel;
  #autocommit = true;
  #tainted: string | undefined;

  constructor(dialect: SqlDialect, defaultIsolation?: IsolationLevel, connected = true) {
    this.dialect = dialect;
    this.connected = connected;
    this.#defaultIsolation = defaultIsolation ?? DEFAULT_ISOLATION[dialect];
    this.#isolation = this.#defaultIsolation;
  }

  get inTransaction(): boolean {
    return this.#frames.length > 0;
  }

  get dirty(): boolean {
    return this.#frames.some((frame) => frame.dirty);
  }

  /** Everything that the open transaction wrote and that was not rolled back to a savepoint. */
  get writes(): WriteSet {
    return this.#frames.reduce((all, frame) => union(all, frame.writes), NOTHING);
  }

  /** Why results of this session must not be shared with others, if so. */
  get unshareable(): "session" | "dirty-transaction" | "isolation" | undefined {
    if (this.#tainted !== undefined) return "session";
    if (this.dirty) return "dirty-transaction";
    if (this.#isolation === "READ COMMITTED") return undefined;
    // PostgreSQL treats it as READ COMMITTED; elsewhere it shows other transactions' dirty rows.
    if (this.#isolation === "READ UNCOMMITTED") return this.dialect === "postgres" ? undefined : "isolation";
    return this.inTransaction ? "isolation" : undefined;
  }

  /** The same text may mean other rows from now on (search path, role, temporary tables). */
  taint(what: string): void {
    this.#tainted ??= what;
    this.generation++;
  }

  begin(isolation: IsolationLevel | undefined): void {
    this.generation++;
    // PostgreSQL only warns about a BEGIN inside a transaction: what was written stays pending.
    if (this.inTransaction) return;
    this.#isolation = isolation ?? this.#next ?? this.#defaultIsolation;
    this.#next = undefined;
    this.#frames = [frame(undefined)];
  }

  /** The transaction is over. Without autocommit the next one begins at once. */
  end(chain = false): void {
    const isolation = this.#isolation;
    this.generation++;
    this.#frames = [];
    this.#isolation = this.#defaultIsolation;
    if (chain || !this.#autocommit) this.begin(chain ? isolation : undefined);
  }

  record(writes: WriteSet): void {
    this.generation++;
    const top = this.#frames[this.#frames.length - 1];
    if (!top) return;
    top.writes = union(top.writes, writes);
    top.dirty = true;
  }

  /** Invalidations asked for by hand wait for the commit, without making the transaction dirty. */
  defer(writes: WriteSet): void {
    const top = this.#frames[this.#frames.length - 1];
    if (top) top.writes = union(top.writes, writes);
  }

  savepoint(name: string): void {
    this.generation++;
    if (this.inTransaction) this.#frames.push(frame(name));
    // SQLite alone starts a transaction with an outermost SAVEPOINT.
    else if (this.dialect === "sqlite") {
      this.begin(undefined);
      this.#frames = [frame(name)];
    }
  }

  /** True for RELEASE of the savepoint that began the transaction: SQLite commits with it. */
  releaseCommits(name: string): boolean {
    return this.dialect === "sqlite" && this.#frames.length > 0 && this.#lastIndexOf(name) === 0;
  }

  /** The savepoint's writes become its parent's. */
  release(name: string): void {
    this.generation++;
    const at = this.#lastIndexOf(name);
    const parent = this.#frames[at - 1];
    if (at < 1 || !parent) return;
    for (const released of this.#frames.splice(at)) {
      parent.writes = union(parent.writes, released.writes);
      parent.dirty ||= released.dirty;
    }
  }

  /** The savepoint stays, what came after it is undone. */
  rollbackTo(name: string): void {
    this.generation++;
    const at = this.#lastIndexOf(name);
    if (at >= 0) this.#frames.splice(at, this.#frames.length, frame(name));
  }

  isolate(scope: "next" | "session", isolation: IsolationLevel | undefined): void {
    this.generation++;
    const level = isolation ?? DEFAULT_ISOLATION[this.dialect];
    if (scope === "session") {
      this.#defaultIsolation = level;
      if (!this.inTransaction) this.#isolation = level;
    } else if (this.inTransaction) this.#isolation = level;
    else this.#next = level;
  }

  setAutocommit(on: boolean): void {
    this.generation++;
    this.#autocommit = on;
    if (on && this.inTransaction) this.end();
    else if (!on && !this.inTransaction) this.begin(undefined);
  }

  #lastIndexOf(name: string): number {
    return this.#frames.map((each) => each.savepoint).lastIndexOf(name);
  }
}

function frame(savepoint: string | undefined): Frame {
  return { savepoint, writes: NOTHING, dirty: false };
}
