import { mayMeet } from "../dependencies/meeting";
import { changedBy, isEmpty, NOTHING, union, type WriteSet } from "../dependencies/writes";
import type { Analysis, StatementAnalysis } from "../sql/analysis";
import { type LocalSetting, localSettingsIn } from "../sql/local-settings";
import { Boundaries } from "./boundaries";
import { CompanionRows } from "./companion-rows";
import { type Fences, unlessSuppressed } from "./fences";
import type { Ending, Pending, StatementResult } from "./pending";
import { type Ask, type Exclusively, OwnTransaction } from "./own-transaction";
import { RowWrite, type RowWriteContext } from "./row-writes";
import type { Recorded } from "./frame";
import { currentScope } from "./scope";
import type { Session } from "./session";

export interface Sent {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Runs another statement on the same connection. */
  readonly ask: Ask;
  readonly exclusively: Exclusively;
}

export interface WriterContext extends RowWriteContext {
  readonly analyse: (sql: string) => Analysis;
  readonly fences: Fences;
  /** Of which the values tell reads apart, in lower case. */
  readonly localSettings: ReadonlySet<string>;
  /** A statement that changes tables is on its way: what is known of their columns may be wrong from now on. */
  readonly alters: () => void;
}

/** The write flow: sees every statement before and after it runs, and invalidates at the right moment. */
export class Writer {
  readonly #context: WriterContext;
  readonly #boundaries: Boundaries;
  readonly #companions: CompanionRows;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#companions = new CompanionRows(context);
    this.#boundaries = new Boundaries(context.fences);
  }

  /** Answers `undefined` at once for a statement that only reads. Rejects if the write is refused. */
  before(session: Session, sent: Sent): Promise<Pending> | undefined {
    const { statements } = this.#context.analyse(sent.sql);
    if (statements.some((each) => !each.control)) session.ran();
    if (statements.every(onlyReads)) return undefined;
    if (statements.some((each) => each.ddl)) this.#context.alters();
    const only = statements.length === 1 ? statements[0] : undefined;
    return only ? this.#single(session, only, sent) : this.#several(session, statements);
  }

  /** Whether the text is one statement that says which rows it writes. */
  describes(sql: string): boolean {
    const { statements } = this.#context.analyse(sql);
    const [only] = statements;
    return statements.length === 1 && only?.writes.kind === "tables" && only.writes.rows !== undefined;
  }

  /**
   * Invalidates by hand: at once, or with the commit of the transaction that the caller is in.
   * Rejects with `CacheopsStoreError` if the store cannot be reached.
   */
  async invalidate(writes: WriteSet): Promise<void> {
    const { noInvalidation, transaction } = currentScope();
    if (noInvalidation) return;
    if (transaction?.owner === this.owner && transaction.session.inTransaction)
      return transaction.session.defer(writes);
    return this.#context.fences.invalidate(writes);
  }

  /** Fences `work`, which changes rows without a statement. */
  async during<T>(writes: WriteSet, work: () => Promise<T>): Promise<T> {
    const covered = unlessSuppressed(writes);
    const raised = await this.#context.fences.raise(covered);
    try {
      return await work();
    } finally {
      await raised.settle(covered);
    }
  }

  /** Identifies this data source in a scope's transaction. */
  get owner(): object {
    return this.#context.fences;
  }

  async #single(session: Session, statement: StatementAnalysis, sent: Sent): Promise<Pending> {
    const { control } = statement;
    const settings = control?.kind === "session" ? this.#localSettings(sent) : undefined;
    if (settings) return this.#boundaries.set(session, settings);
    const committed = (all: WriteSet): Promise<WriteSet> => this.#committed(all, session, sent);
    if (control && statement.writes.kind === "none")
      return this.#boundaries.cross(session, control, committed);
    // SELECT set_config(…), a_function_that_writes()
    if (control?.kind === "session") session.taint(control.what, control.local);
    const rows = RowWrite.describe(this.#context.analyse(sent.sql), sent.parameters, this.#context);
    const writes = unlessSuppressed(rows?.writes ?? this.#changedBy(statement));
    const writing = { statement, writes, rows: isEmpty(writes) ? undefined : rows, sent };
    return session.inTransaction ? this.#inTransaction(session, writing) : this.#alone(session, writing);
  }

  /** If they are all that the statement does, and each is declared. */
  #localSettings({ sql, parameters }: Sent): readonly LocalSetting[] | undefined {
    const { localSettings } = this.#context;
    if (localSettings.size === 0) return undefined;
    const settings = localSettingsIn(sql, parameters);
    return settings?.every(({ name }) => localSettings.has(name)) ? settings : undefined;
  }

  /**
   * The fence comes first: with it comes what relies on the rows, and so whether they have to be read before they are
   * written.
   */
  async #alone(session: Session, { writes, rows, sent }: Writing): Promise<Pending> {
    session.generation++;
    const raised = await this.#context.fences.raise(writes);
    const transaction = await this.#wrapped(session, rows, sent).catch(async (error: unknown) => {
      await raised.settle(NOTHING);
      throw error;
    });
    const recorded = transaction ? undefined : this.#track(session, writes);
    return {
      settle: async (ending, result) => {
        session.generation++;
        let changed = writes;
        try {
          await transaction?.end(ending);
          changed = written(writes, rows, ending, result);
          const over = ending === "done" && !session.inTransaction;
          if (over) changed = await this.#committed(changed, session, sent);
        } finally {
          // A boundary may have made a transaction of it that goes on.
          if (recorded && !session.settle(recorded, changed)) note(session, changed);
          await raised.settle(changed);
        }
      },
    };
  }

  /** With what goes along with the rows, now that everybody sees them. */
  async #committed(writes: WriteSet, session: Session, { ask }: Sent): Promise<WriteSet> {
    return session.seesCommitted ? this.#companions.complete(writes, ask) : writes;
  }

  /** Of writes that are under way at the same time, what the one has read may not be what it finds. */
  #track(session: Session, writes: WriteSet): Recorded {
    const others = [...session.underWay];
    const recorded = session.track(writes);
    for (const each of others)
      if (mayMeet(each.writes, writes, this.#context.schema)) each.met = recorded.met = true;
    return recorded;
  }

  async #wrapped(
    session: Session,
    rows: RowWrite | undefined,
    { sql, ask, exclusively }: Sent,
  ): Promise<OwnTransaction | undefined> {
    const wanted = rows && session.canBeWrapped ? rows.wanted() : undefined;
    if (!rows || !wanted || wanted.size === 0) return undefined;
    const transaction = await OwnTransaction.begin(ask, exclusively);
    if (!transaction) return undefined;
    try {
      await rows.probe(wanted, sql, ask);
      return transaction;
    } catch (error) {
      await transaction.end("failed");
      throw error;
    }
  }

  #changedBy({ writes, ddl }: StatementAnalysis): WriteSet {
    const changed = changedBy(writes, this.#context.schema);
    return ddl && changed.everything !== undefined ? { ...changed, altered: true } : changed;
  }

  /**
   * Dirty from before the statement is sent: a read of the same runner may overtake its answer. In a
   * transaction that may be over, or that the statement itself may end, the rows may be visible at once.
   */
  async #inTransaction(session: Session, { statement, writes, rows, sent }: Writing): Promise<Pending> {
    const recorded = this.#track(session, writes);
    const commits = commitsImplicitly(session, statement);
    const probing = rows && !session.doubtful ? this.#probe(rows, session, sent) : undefined;
    // Nothing is waited for that need not be: a boundary could overtake.
    if (probing) await probing;
    if (commits) session.doubt();
    const covered = commits ? session.writes : session.doubtful ? writes : NOTHING;
    const raised = await this.#context.fences.raise(covered);
    return {
      settle: async (ending, result) => {
        await raised.settle(covered);
        const exactly = written(writes, rows, ending, result, recorded);
        if (!session.settle(recorded, exactly)) await this.#overtaken(session, writes);
      },
    };
  }

  #probe(rows: RowWrite, session: Session, { sql, ask }: Sent): Promise<void> | undefined {
    const learning = rows.learnSchemes();
    if (learning) return learning.then(() => this.#probeWanted(rows, session, { sql, ask }));
    return this.#probeWanted(rows, session, { sql, ask });
  }

  #probeWanted(
    rows: RowWrite,
    session: Session,
    { sql, ask }: Pick<Sent, "sql" | "ask">,
  ): Promise<void> | undefined {
    const wanted = rows.wanted();
    return wanted.size > 0 && session.inTransaction ? rows.probe(wanted, sql, ask) : undefined;
  }

  /**
   *   1. UPDATE starts, and is recorded for the COMMIT
   *   2. COMMIT or ROLLBACK (TO) starts, overtakes it and forgets what was recorded
   *   3. UPDATE runs, on its own or in whatever transaction is open now
   */
  async #overtaken(session: Session, writes: WriteSet): Promise<void> {
    note(session, writes);
    await this.#context.fences.replace(writes);
  }

  /**
   * Several statements in one text: everything that any of them writes is fenced around the whole,
   * and the boundaries are applied in order afterwards. Should the text fail in its middle, nobody
   * knows how far it came, and whether a transaction is open.
   */
  async #several(session: Session, statements: readonly StatementAnalysis[]): Promise<Pending> {
    session.generation++;
    const { fences } = this.#context;
    const writes = unlessSuppressed(statements.map((each) => this.#changedBy(each)).reduce(union, NOTHING));
    const bounded = statements.some((each) => each.control);
    const recorded = this.#track(session, writes);
    const inside = session.inTransaction;
    if (bounded) session.doubt();
    return fences.around(union(session.writes, writes), async (ending) => {
      session.generation++;
      session.settle(recorded, writes);
      // SQLite's drivers run the first statement of a text, and call that a success.
      const unknown = ending === "failed" || session.dialect === "sqlite";
      if (bounded && ending !== "unsent") await this.#apply(session, statements, unknown);
      else if (inside && statements.some((each) => commitsImplicitly(session, each))) session.doubt();
      if (bounded && unknown) note(session, writes);
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
      if (each.control) await (await this.#boundaries.cross(session, each.control)).settle("done");
      else note(session, unlessSuppressed(this.#changedBy(each)));
      if (commitsImplicitly(session, each)) session.doubt();
    }
  }
}

/** A write in a transaction. */
interface Writing {
  readonly statement: StatementAnalysis;
  readonly writes: WriteSet;
  readonly rows: RowWrite | undefined;
  readonly sent: Sent;
}

/** What a failed statement has written is not known: all that it might have. */
function written(
  writes: WriteSet,
  rows: RowWrite | undefined,
  ending: Ending,
  result: StatementResult | undefined,
  recorded?: Recorded,
): WriteSet {
  return rows && ending === "done" ? rows.written(result, recorded?.met ?? false) : writes;
}

/** For the COMMIT of the transaction that is open, if one is. */
function note(session: Session, writes: WriteSet): void {
  session.settle(session.record(writes), writes);
}

/** MySQL's DDL; of some statements (UNLOCK TABLES) it depends, and one that is refused does not commit. */
function commitsImplicitly(session: Session, statement: StatementAnalysis): boolean {
  return statement.ddl && session.dialect === "mysql";
}

function onlyReads(statement: StatementAnalysis): boolean {
  return statement.control === undefined && statement.writes.kind === "none" && !statement.ddl;
}
