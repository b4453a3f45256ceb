import type { IsolationLevel, SqlDialect } from "../sql/analysis";
import { NOTHING, union, type WriteSet } from "../dependencies/writes";
import { type Frame, frame, mergeInto, Recorded, settingsOf, writesOf } from "./frame";

const DEFAULT_ISOLATION: Record<SqlDialect, IsolationLevel> = {
  postgres: "READ COMMITTED",
  mysql: "REPEATABLE READ",
  sqlite: "SERIALIZABLE",
};

/** What a setting means whose value is not known: a snapshot that is shared with nobody. */
const STRICTEST: IsolationLevel = "SERIALIZABLE";

/**
 * What is known of one connection: its transaction with savepoints, what it wrote,
 * its isolation, and whether its session differs from others'. Fed by the statements themselves, so
 * that TypeORM's transactions and those typed by the user look the same.
 *
 * Where a statement leaves it open whether the transaction goes on, it is in doubt: reads bypass,
 * writes invalidate at once as well as at the next COMMIT. A statement that failed is enough (MySQL
 * ends the transaction at a deadlock, SQLite when it is full), or a boundary that is under way.
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
  /** Writes that have started outside of transactions. */
  readonly #alone = new Set<Recorded>();
  readonly #underWay = new Set<Recorded>();
  #isolation: IsolationLevel;
  #next: IsolationLevel | undefined;
  #nextSpent = false;
  #defaultIsolation: IsolationLevel;
  #autocommit = true;
  #tainted: string | undefined;
  #taintedLocally: string | undefined;
  /** Settings on their way to the database. */
  #setting = 0;

  constructor(dialect: SqlDialect, defaultIsolation?: IsolationLevel, connected = true) {
    this.dialect = dialect;
    this.connected = connected;
    this.#defaultIsolation = defaultIsolation ?? DEFAULT_ISOLATION[dialect];
    this.#isolation = this.#defaultIsolation;
  }

  get inTransaction(): boolean {
    return this.#frames.length > 0;
  }

  /** Whether a transaction that is begun here sees what others commit meanwhile, or locks it out. */
  get canBeWrapped(): boolean {
    if (this.inTransaction || this.dialect === "sqlite") return false;
    // A stricter one could be refused where the statement alone would not be.
    return (
      this.dialect === "mysql" || (this.#defaultIsolation === "READ COMMITTED" && this.#next === undefined)
    );
  }

  /**
   * Whether a statement outside of transactions, now or once the one that is open is over, sees what is committed, as
   * anybody would.
   */
  get seesCommitted(): boolean {
    const dirtily = this.dialect !== "postgres" && this.#defaultIsolation === "READ UNCOMMITTED";
    const plain = this.#tainted === undefined && this.#setting === 0 && this.#autocommit;
    return plain && !dirtily && this.#next === undefined;
  }

  get dirty(): boolean {
    return this.#frames.some((frame) => frame.dirty);
  }

  get doubtful(): boolean {
    return this.#frames.some((frame) => frame.doubtful);
  }

  /** Everything that the open transaction wrote and that was not rolled back to a savepoint. */
  get writes(): WriteSet {
    return this.#frames.reduce((all, each) => union(all, writesOf(each)), NOTHING);
  }

  /** What the transaction has made of the declared settings, as part of a key; empty if nothing. */
  get settings(): string {
    return settingsOf(this.#frames);
  }

  /** Why results of this session must not be shared with others, if so. */
  get unshareable(): "session" | "dirty-transaction" | "isolation" | undefined {
    return this.unshareableUnder("");
  }

  /** Why not with those whose transactions have the same `settings`. */
  unshareableUnder(settings: string): "session" | "dirty-transaction" | "isolation" | undefined {
    if ((this.#tainted ?? this.#taintedLocally) !== undefined) return "session";
    if (this.#setting > 0 || this.settings !== settings) return "session";
    if (this.dirty || this.doubtful) return "dirty-transaction";
    // PostgreSQL treats it as READ COMMITTED; elsewhere it shows other transactions' dirty rows.
    const levels = [this.#isolation, this.#next];
    if (levels.includes("READ UNCOMMITTED") && this.dialect !== "postgres") return "isolation";
    if (this.#isolation === "READ COMMITTED" || this.#isolation === "READ UNCOMMITTED") return undefined;
    return this.inTransaction ? "isolation" : undefined;
  }

  /**
   * The same text may mean other rows from now on (search path, role, temporary tables); `local`: until the
   * transaction ends, and outside of one SET LOCAL does nothing.
   */
  taint(what: string, local = false): void {
    this.generation++;
    if (!local) this.#tainted ??= what;
    else if (this.inTransaction) this.#taintedLocally ??= what;
  }

  /**
   * Declared settings are on their way, for this transaction. Until they are there (what is sent at the same time may
   * overtake them) nothing is shared, and if they never are, or anything came in between, not until it ends.
   */
  startSetting(): (values: ReadonlyMap<string, string> | undefined) => void {
    const generation = ++this.generation;
    this.#setting++;
    return (values) => {
      this.#setting--;
      const top = this.#frames[this.#frames.length - 1];
      if (!values || generation !== this.generation) this.taint("settings", true);
      else for (const [name, value] of values) top?.settings.set(name, value);
      this.generation++;
    };
  }

  begin(isolation: IsolationLevel | undefined, savepoint?: string): void {
    this.generation++;
    // PostgreSQL only warns about a BEGIN inside a transaction: what was written stays pending.
    if (this.inTransaction) return;
    const next = this.#nextSpent ? STRICTEST : this.#next;
    this.#isolation = isolation ?? next ?? this.#defaultIsolation;
    this.#next = undefined;
    this.#nextSpent = false;
    this.#frames = [this.#overtaking(frame(savepoint))];
  }

  /** The transaction is over. Without autocommit the next one begins at once. */
  end(chain = false): void {
    const isolation = this.#isolation;
    this.generation++;
    this.#frames = [];
    this.#taintedLocally = undefined;
    this.#isolation = this.#defaultIsolation;
    if (chain || !this.#autocommit) this.begin(chain ? isolation : undefined);
  }

  /** From here on the transaction may be over. Its end clears the doubt, as does ROLLBACK TO an earlier point. */
  doubt(): void {
    this.generation++;
    const top = this.#frames[this.#frames.length - 1];
    if (top) top.doubtful = true;
  }

  /** The BEGIN that was in doubt has succeeded. */
  trust(): void {
    this.generation++;
    for (const each of this.#frames) each.doubtful = false;
  }

  /** Any statement but a boundary: what SET TRANSACTION said about the next one may have been used up by it. */
  ran(): void {
    if (this.#next !== undefined) this.#nextSpent = true;
  }

  /** Those that have started and not ended, also where a boundary has made the transaction forget them. */
  get underWay(): ReadonlySet<Recorded> {
    return this.#underWay;
  }

  record(writes: WriteSet): Recorded | undefined {
    return this.inTransaction ? this.track(writes) : undefined;
  }

  /** Outside of a transaction, too: a BEGIN may overtake the write, which then is the transaction's. */
  track(writes: WriteSet): Recorded {
    this.generation++;
    const recorded = new Recorded(writes);
    this.#underWay.add(recorded);
    const top = this.#frames[this.#frames.length - 1];
    if (!top) this.#alone.add(recorded);
    else {
      top.running.add(recorded);
      top.dirty = true;
    }
    return recorded;
  }

  /**
   * The write has ended, and this is what it wrote. False if a boundary has passed: what was recorded may have been
   * forgotten before it was done.
   */
  settle(recorded: Recorded | undefined, writes: WriteSet): boolean {
    if (recorded) this.#underWay.delete(recorded);
    if (recorded && this.#alone.delete(recorded)) return true;
    const frame = this.#frames.find(({ running }) => recorded && running.has(recorded));
    if (!frame || !recorded) return false;
    frame.running.delete(recorded);
    frame.settled = union(frame.settled, writes);
    return true;
  }

  /** Invalidations asked for by hand wait for the commit, without making the transaction dirty. */
  defer(writes: WriteSet): void {
    const top = this.#frames[this.#frames.length - 1];
    if (top) top.settled = union(top.settled, writes);
  }

  savepoint(name: string): void {
    this.generation++;
    if (this.inTransaction) this.#frames.push(frame(name));
    // SQLite alone starts a transaction with an outermost SAVEPOINT.
    else if (this.dialect === "sqlite") this.begin(undefined, name);
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
    for (const released of this.#frames.splice(at)) mergeInto(parent, released);
  }

  /** The savepoint stays, what came after it is undone; that it is there proves the transaction open. */
  rollbackTo(name: string): void {
    this.generation++;
    const at = this.#lastIndexOf(name);
    if (at >= 0) this.#frames.splice(at, this.#frames.length, frame(name));
  }

  isolate(scope: "next" | "session", isolation: IsolationLevel = STRICTEST): void {
    this.generation++;
    if (scope === "session") return this.#isolateSession(isolation);
    if (this.inTransaction) this.#isolation = isolation;
    // PostgreSQL's SET TRANSACTION outside of a transaction does nothing.
    if (this.dialect === "postgres") return;
    this.#next = isolation;
    this.#nextSpent = false;
  }

  setAutocommit(on: boolean): void {
    this.generation++;
    const switched = this.#autocommit !== on;
    this.#autocommit = on;
    if (!on && !this.inTransaction) return this.begin(undefined);
    if (!on || !this.inTransaction) return;
    // Switching it on commits; where it was on already, a transaction stays open.
    if (switched) this.end();
    else this.doubt();
  }

  /**
   * On PostgreSQL the level only gets stricter: a rollback undoes SET, and SET LOCAL ends with its
   * transaction, so a laxer level may not last.
   */
  #isolateSession(isolation: IsolationLevel): void {
    const lax = isolation === "READ COMMITTED" || isolation === "READ UNCOMMITTED";
    if (this.dialect === "postgres" && lax) return;
    this.#defaultIsolation = isolation;
    if (!this.inTransaction) this.#isolation = isolation;
  }

  #overtaking(frame: Frame): Frame {
    for (const each of this.#alone) frame.running.add(each);
    frame.dirty = this.#alone.size > 0;
    this.#alone.clear();
    return frame;
  }

  #lastIndexOf(name: string): number {
    return this.#frames.map((each) => each.savepoint).lastIndexOf(name);
  }
}
