import type { Analysis, Control, StatementAnalysis } from "../sql/analysis";
import { changedBy, isEmpty, NOTHING, union, type WriteSet } from "../dependencies/writes";
import { CacheopsStoreError } from "../errors";
import type { Schema } from "../schema/schema";
import { Fence, type FenceContext } from "./fence";
import { currentScope } from "./scope";
import type { Session } from "./session";

/** What remains to be done when a statement has ended. */
export interface Pending {
  settle(success: boolean): Promise<void>;
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
    if (postponement) return postponement.fenceOf(this.#fences, () => this.#fence()).cover(writes);
    const fence = this.#fence();
    fence.cover(writes);
    // The caller may be a script that ends now, and what is remembered would end with it.
    if (!(await fence.replace())) throw new CacheopsStoreError("The store could not be reached: nothing was invalidated.");
  }

  /** Identifies this data source in a scope's transaction. */
  get owner(): object {
    return this.#fences;
  }

  async #single(session: Session, statement: StatementAnalysis): Promise<Pending> {
    if (statement.control) return this.#control(session, statement.control);
    const writes = changedBy(statement.writes, this.#schema());
    const commits = statement.ddl && session.dialect === "mysql";
    if (session.inTransaction && !commits) {
      // Dirty from before the statement is sent: a read of the same runner may overtake its answer.
      session.record(currentScope().noInvalidation ? NOTHING : writes);
      return SETTLED;
    }
    session.generation++;
    return this.#around(union(session.writes, ignoring(writes)), () => {
      session.generation++;
      if (commits && session.inTransaction) session.end();
    });
  }

  async #control(session: Session, control: Control): Promise<Pending> {
    session.generation++;
    switch (control.kind) {
      case "begin":
        return this.#begin(session, control);
      case "commit":
        return this.#around(session.writes, (success) => success && session.end(control.chain));
      case "rollback":
        return after((success) => success && session.end(control.chain));
      case "savepoint":
        return after((success) => success && session.savepoint(control.name));
      case "release":
        if (session.releaseCommits(control.name)) {
          return this.#around(session.writes, (success) => success && session.end());
        }
        return after((success) => success && session.release(control.name));
      case "rollback-to":
        return after((success) => success && session.rollbackTo(control.name));
      case "prepare":
        // Its COMMIT PREPARED, in whichever session, invalidates everything.
        return after((success) => success && session.end());
      case "commit-prepared":
        return this.#around({ everything: "COMMIT PREPARED", tables: new Set() }, () => undefined);
      case "isolation":
        session.isolate(control.scope, control.isolation);
        return SETTLED;
      case "autocommit":
        return this.#around(control.on ? session.writes : NOTHING, (success) => {
          if (success) session.setAutocommit(control.on);
        });
      case "session":
        session.taint(control.what);
        return SETTLED;
      default:
        return control satisfies never;
    }
  }

  async #begin(session: Session, control: Extract<Control, { kind: "begin" }>): Promise<Pending> {
    // On MySQL, BEGIN inside a transaction commits that one.
    const implied = session.dialect === "mysql" && session.inTransaction;
    const committed = implied ? session.writes : NOTHING;
    const fence = await this.#raise(committed);
    if (implied) session.end();
    const opened = !session.inTransaction;
    session.begin(control.isolation);
    return {
      settle: async (success) => {
        if (!success && opened) session.end();
        await fence.settle();
      },
    };
  }

  /**
   * Several statements in one text: everything that any of them writes is fenced around the whole,
   * and the boundaries are applied in order afterwards. Should the text fail in its middle, nobody
   * knows how far it came: the session is then not trusted any more.
   */
  async #several(session: Session, statements: readonly StatementAnalysis[]): Promise<Pending> {
    session.generation++;
    const schema = this.#schema();
    const all = statements.map((each) => changedBy(each.writes, schema)).reduce(union, session.writes);
    if (session.inTransaction) session.record(all);
    const boundaries = statements.flatMap((each) => each.control ?? []);
    return this.#around(ignoring(all), async (success) => {
      session.generation++;
      if (!success && boundaries.length > 0) return session.taint("a text of several statements that failed");
      for (const statement of statements) {
        if (statement.control) await (await this.#control(session, statement.control)).settle(success);
        else if (session.inTransaction) session.record(changedBy(statement.writes, schema));
      }
    });
  }

  async #around(writes: WriteSet, ended: (success: boolean) => unknown): Promise<Pending> {
    const fence = await this.#raise(writes);
    return {
      // A statement or a COMMIT that failed may have happened all the same (connection lost, a table
      // without transactions, the first rows of several): it counts as one that succeeded.
      settle: async (success) => {
        try {
          await fence.settle();
        } finally {
          await ended(success);
        }
      },
    };
  }

  async #raise(writes: WriteSet): Promise<{ settle(): Promise<void> }> {
    if (isEmpty(writes)) return { settle: async () => undefined };
    const { postponement } = currentScope();
    const fence = postponement?.fenceOf(this.#fences, () => this.#fence()) ?? this.#fence();
    await fence.raise(writes);
    return { settle: async () => void (postponement ? undefined : await fence.replace()) };
  }

  #fence(): Fence {
    return new Fence(this.#fences, `${this.#id}:${++this.#count}`);
  }
}

const SETTLED: Pending = Object.freeze({ settle: async () => undefined });

function after(ended: (success: boolean) => unknown): Pending {
  return {
    settle: async (success) => {
      await ended(success);
    },
  };
}

function ignoring(writes: WriteSet): WriteSet {
  return currentScope().noInvalidation ? NOTHING : writes;
}

function onlyReads(statement: StatementAnalysis): boolean {
  return statement.control === undefined && statement.writes.kind === "none" && !statement.ddl;
}
