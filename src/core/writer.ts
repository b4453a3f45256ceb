import type { Analysis, Control, IsolationLevel, StatementAnalysis } from "../sql/analysis";
import { changedBy, isEmpty, NOTHING, union, type WriteSet } from "../dependencies/writes";
import { CacheopsStoreError } from "../errors";
import type { Schema } from "../schema/schema";
import { Fence, type FenceContext } from "./fence";
import { currentScope } from "./scope";
import type { Session } from "./session";

/** `unsent`: another subscriber refused the statement, so the database never saw it. */
export type Ending = "done" | "failed" | "unsent";

/** What remains to be done when a statement has ended. */
export interface Pending {
  settle(ending: Ending): Promise<void>;
}

/** The write flow: sees every statement before and after it runs, and invalidates at the right moment. */
export class Writer {
  readonly #analyse: (sql: string) => Analysis;
  readonly #schema: () => Schema;
  readonly #fences: FenceContext;
  readonly #id: string;
  #count = 0;

  constructor(analyse: (sql: string) => Analysis, schema: () => Schema, fences: FenceContext, id: string) {
    this.#analyse = analyse;
    this.#schema = schema;
    this.#fences = fences;
    this.#id = id;
  }

  /** Answers `undefined` at once for a statement that only reads. Rejects if the write is refused. */
  before(session: Session, sql: string): Promise<Pending> | undefined {
    const { statements } = this.#analyse(sql);
    if (statements.some((each) => !each.control)) session.ran();
    if (statements.every(onlyReads)) return undefined;
    const only = statements.length === 1 ? statements[0] : undefined;
    return only ? this.#single(session, only) : this.#several(session, statements);
  }

  /**
   * Invalidates by hand: at once, or with the commit of the transaction that the caller is in.
   * Rejects with `CacheopsStoreError` if the store cannot be reached.
   */
  async invalidate(writes: WriteSet): Promise<void> {
    const { noInvalidation, transaction, postponement } = currentScope();
    if (noInvalidation) return;
    if (transaction?.owner === this.#fences && transaction.session.inTransaction) {
      return transaction.session.defer(writes);
    }
    const fence = this.#fence();
    if (postponement?.isOpen) return postponement.cover(this.#fences, fence, writes);
    fence.cover(writes);
    // The caller may be a script that ends now, and what is remembered would end with it.
    if (!(await fence.replace()))
      throw new CacheopsStoreError("The store could not be reached: nothing was invalidated.");
  }

  /** Fences `work`, which changes rows without a statement. */
  async during<T>(writes: WriteSet, work: () => Promise<T>): Promise<T> {
    const fence = await this.#raise(ignoring(writes));
    try {
      return await work();
    } finally {
      await fence.settle();
    }
  }

  /** Identifies this data source in a scope's transaction. */
  get owner(): object {
    return this.#fences;
  }

  async #single(session: Session, statement: StatementAnalysis): Promise<Pending> {
    const { control } = statement;
    if (control && statement.writes.kind === "none") return this.#control(session, control);
    // SELECT set_config(…), a_function_that_writes()
    if (control?.kind === "session") session.taint(control.what, control.local);
    const writes = ignoring(changedBy(statement.writes, this.#schema()));
    if (session.inTransaction)
      return this.#inTransaction(session, writes, commitsImplicitly(session, statement));
    session.generation++;
    return this.#around(writes, () => void session.generation++);
  }

  /**
   * Dirty from before the statement is sent: a read of the same runner may overtake its answer. In a
   * transaction that may be over, or that the statement itself may end, the rows may be visible at once.
   */
  async #inTransaction(session: Session, writes: WriteSet, commits: boolean): Promise<Pending> {
    const recorded = session.record(writes);
    if (commits) session.doubt();
    const covered = commits ? session.writes : session.doubtful ? writes : NOTHING;
    const fence = await this.#raise(covered);
    return {
      settle: async () => {
        await fence.settle();
        if (!session.holds(recorded)) await this.#overtaken(session, writes);
      },
    };
  }

  /**
   *   1. UPDATE starts, and is recorded for the COMMIT
   *   2. COMMIT or ROLLBACK (TO) starts, overtakes it and forgets what was recorded
   *   3. UPDATE runs, on its own or in whatever transaction is open now
   */
  async #overtaken(session: Session, writes: WriteSet): Promise<void> {
    session.record(writes);
    if (isEmpty(writes)) return;
    const fence = this.#fence();
    fence.cover(writes);
    await fence.replace();
  }

  async #control(session: Session, control: Control): Promise<Pending> {
    session.generation++;
    switch (control.kind) {
      case "begin":
        return this.#begin(session, control);
      case "commit":
        session.doubt();
        return this.#around(session.writes, (ending) => ending === "done" && session.end(control.chain));
      case "rollback":
        session.doubt();
        // One that fails found no transaction (SQLite) or no connection: either way there is none.
        return after((ending) => ending !== "unsent" && session.end(control.chain));
      case "savepoint":
        return after((ending) => ending === "done" && session.savepoint(control.name));
      case "release":
        return this.#release(session, control.name);
      case "rollback-to":
        session.doubt();
        return after((ending) => ending === "done" && session.rollbackTo(control.name));
      case "prepare":
        session.doubt();
        // Its COMMIT PREPARED, in whichever session, invalidates everything.
        return after((ending) => ending === "done" && session.end());
      case "commit-prepared":
        return this.#around({ everything: "COMMIT PREPARED", tables: new Set() }, () => undefined);
      case "isolation":
        return after((ending) => ending === "done" && session.isolate(control.scope, control.isolation));
      case "autocommit":
        return this.#around(control.on ? session.writes : NOTHING, (ending) => {
          if (ending === "done") session.setAutocommit(control.on);
        });
      case "session":
        session.taint(control.what, control.local);
        return SETTLED;
      default:
        return control satisfies never;
    }
  }

  /** In doubt until the database has agreed: what is written meanwhile may run outside. */
  async #begin(session: Session, control: Extract<Control, { kind: "begin" }>): Promise<Pending> {
    // On MySQL it commits the transaction that is open; on SQLite its success proves that there was none.
    const implied = session.inTransaction && session.dialect !== "postgres";
    if (implied) return this.#beginAnew(session, control.isolation);
    const opened = !session.inTransaction;
    session.begin(control.isolation);
    session.doubt();
    return after((ending) => {
      if (!opened) return;
      if (ending === "done") session.trust();
      else session.end();
    });
  }

  #beginAnew(session: Session, isolation: IsolationLevel | undefined): Promise<Pending> {
    session.doubt();
    return this.#around(session.writes, (ending) => {
      if (ending !== "done") return;
      session.end();
      session.begin(isolation);
    });
  }

  async #release(session: Session, name: string): Promise<Pending> {
    if (!session.releaseCommits(name)) return after((ending) => ending === "done" && session.release(name));
    session.doubt();
    return this.#around(session.writes, (ending) => ending === "done" && session.end());
  }

  /**
   * Several statements in one text: everything that any of them writes is fenced around the whole,
   * and the boundaries are applied in order afterwards. Should the text fail in its middle, nobody
   * knows how far it came, and whether a transaction is open.
   */
  async #several(session: Session, statements: readonly StatementAnalysis[]): Promise<Pending> {
    session.generation++;
    const schema = this.#schema();
    const writes = ignoring(statements.map((each) => changedBy(each.writes, schema)).reduce(union, NOTHING));
    const bounded = statements.some((each) => each.control);
    const recorded = session.record(writes);
    if (bounded) session.doubt();
    return this.#around(union(session.writes, writes), async (ending) => {
      session.generation++;
      // SQLite's drivers run the first statement of a text, and call that a success.
      const unknown = ending === "failed" || session.dialect === "sqlite";
      if (bounded && ending !== "unsent") await this.#apply(session, statements, unknown);
      else if (recorded && statements.some((each) => commitsImplicitly(session, each))) session.doubt();
      if (bounded && unknown) session.record(writes);
    });
  }

  async #apply(session: Session, statements: readonly StatementAnalysis[], unknown: boolean): Promise<void> {
    const controls = statements.flatMap((each) => each.control ?? []);
    if (unknown) {
      for (const { kind } of controls) if (kind === "session" || kind === "isolation") session.taint(kind);
      session.begin(undefined);
      return session.doubt();
    }
    for (const each of statements) {
      if (each.control) await (await this.#control(session, each.control)).settle("done");
      else session.record(ignoring(changedBy(each.writes, this.#schema())));
      if (commitsImplicitly(session, each)) session.doubt();
    }
  }

  async #around(writes: WriteSet, ended: (ending: Ending) => unknown): Promise<Pending> {
    const fence = await this.#raise(writes);
    return {
      // A statement or a COMMIT that failed may have happened all the same (connection lost, a table
      // without transactions, the first rows of several): it counts as one that succeeded.
      settle: async (ending) => {
        try {
          await fence.settle();
        } finally {
          await ended(ending);
        }
      },
    };
  }

  async #raise(writes: WriteSet): Promise<{ settle(): Promise<unknown> }> {
    if (isEmpty(writes)) return { settle: async () => undefined };
    const fence = this.#fence();
    const { postponement } = currentScope();
    if (postponement?.isOpen) return postponement.raise(this.#fences, fence, writes);
    await fence.raise(writes);
    return { settle: () => fence.replace() };
  }

  #fence(): Fence {
    return new Fence(this.#fences, `${this.#id}:${++this.#count}`);
  }
}

const SETTLED: Pending = Object.freeze({ settle: async () => undefined });

function after(ended: (ending: Ending) => unknown): Pending {
  return {
    settle: async (ending) => {
      await ended(ending);
    },
  };
}

function ignoring(writes: WriteSet): WriteSet {
  return currentScope().noInvalidation ? NOTHING : writes;
}

/** MySQL's DDL; of some statements (UNLOCK TABLES) it depends, and one that is refused does not commit. */
function commitsImplicitly(session: Session, statement: StatementAnalysis): boolean {
  return statement.ddl && session.dialect === "mysql";
}

function onlyReads(statement: StatementAnalysis): boolean {
  return statement.control === undefined && statement.writes.kind === "none" && !statement.ddl;
}
