import { union, type WriteSet } from "../dependencies/writes";
import type { Control, IsolationLevel } from "../sql/analysis";
import type { LocalSetting } from "../sql/local-settings";
import type { Fences } from "./fences";
import { after, type Ending, type Pending, SETTLED } from "./pending";
import type { Session } from "./session";

/** What is known better of writes once they are committed. */
export type Committed = (writes: WriteSet) => Promise<WriteSet>;

/** Statements that move the boundaries of transactions, or the state of a session. */
export class Boundaries {
  readonly #fences: Fences;

  constructor(fences: Fences) {
    this.#fences = fences;
  }

  async cross(session: Session, control: Control, committed?: Committed): Promise<Pending> {
    session.generation++;
    switch (control.kind) {
      case "begin":
        return this.#begin(session, control);
      case "commit":
        session.doubt();
        return this.#around(
          session,
          (ending) => ending === "done" && session.end(control.chain),
          control.chain ? undefined : committed,
        );
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
        return this.#fences.around({ everything: "COMMIT PREPARED", tables: new Map() }, () => undefined);
      case "isolation":
        return after((ending) => ending === "done" && session.isolate(control.scope, control.isolation));
      case "autocommit":
        if (!control.on) return after((ending) => ending === "done" && session.setAutocommit(false));
        return this.#around(session, (ending) => ending === "done" && session.setAutocommit(true));
      case "session":
        session.taint(control.what, control.local);
        return SETTLED;
      default:
        return control satisfies never;
    }
  }

  /** Settings that reads are told apart by. */
  async set(session: Session, settings: readonly LocalSetting[]): Promise<Pending> {
    const ended = session.startSetting();
    const values = new Map(settings.map(({ name, value }) => [name, value]));
    return after((ending) => ended(ending === "done" ? values : undefined));
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
    return this.#around(session, (ending) => {
      if (ending !== "done") return;
      session.end();
      session.begin(isolation);
    });
  }

  async #release(session: Session, name: string): Promise<Pending> {
    if (!session.releaseCommits(name)) return after((ending) => ending === "done" && session.release(name));
    session.doubt();
    return this.#around(session, (ending) => ending === "done" && session.end());
  }

  /** What may commit the transaction. A write that was started meanwhile may be committed along with the others. */
  #around(
    session: Session,
    ended: (ending: Ending) => unknown,
    committed: Committed = async (writes) => writes,
  ): Promise<Pending> {
    const before = session.writes;
    const all = (): WriteSet => union(before, session.writes);
    return this.#fences.around(before, ended, (ending) => (ending === "done" ? committed(all()) : all()));
  }
}
