/** What one shape says, before anything is known of entities, parameters or connections. */
import type { Bindings } from "./bindings";
import type { RowWrite } from "./row-write";
import type { TableName } from "./table-name";
import type { Uses } from "./table-use";

/** The three grammars that differ here; drivers map to them (`mariadb` is `mysql`, `sqljs` is `sqlite`). */
export type SqlDialect = "postgres" | "mysql" | "sqlite";

/** What a statement that was only tokenized mentions. */
export interface Mentioned {
  readonly kind: "identifiers";
  /** Every name in the text. */
  readonly identifiers: ReadonlySet<string>;
  /** Those that stand where a table is named: were one of them unknown, the rest would not be all. */
  readonly sources: ReadonlySet<string>;
}

/**
 * `exact`: the parser found these tables and no others.
 * `identifiers`: the statement was only tokenized; any known table among these names may be meant.
 * `anything`: not even tokenized, or it calls code that may touch anything.
 */
export type Tables =
  | {
      readonly kind: "exact";
      readonly tables: readonly TableName[];
      /** Rows and columns of them; `undefined`: any of them may matter. */
      readonly uses?: Uses | undefined;
    }
  | Mentioned
  | { readonly kind: "anything" };

/** What a write does to a table: foreign keys cascade differently for each. */
export type WriteKind =
  "insert" | "update" | "delete" | "truncate" | "truncate-cascade" | "replace" | "unknown";

export type Writes =
  | { readonly kind: "none" }
  | {
      readonly kind: "tables";
      readonly tables: readonly { readonly table: TableName; readonly write: WriteKind }[];
      /** Which rows, if the statement says so and writes one table only. */
      readonly rows?: RowWrite | undefined;
    }
  | Mentioned
  | { readonly kind: "everything"; /** In words, for events. */ readonly why: string };

/** Isolation levels as TypeORM spells them. */
export type IsolationLevel =
  "READ UNCOMMITTED" | "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE" | "SNAPSHOT";

/** Statements that move the boundaries of transactions or the state of the session. */
export type Control =
  | { readonly kind: "begin"; readonly isolation: IsolationLevel | undefined; readonly readOnly: boolean }
  | { readonly kind: "commit"; readonly chain: boolean }
  | { readonly kind: "rollback"; readonly chain: boolean }
  | { readonly kind: "savepoint"; readonly name: string }
  | { readonly kind: "release"; readonly name: string }
  | { readonly kind: "rollback-to"; readonly name: string }
  /** PREPARE TRANSACTION, XA PREPARE: the writes leave this session undecided. */
  | { readonly kind: "prepare" }
  /** COMMIT PREPARED, XA COMMIT: writes that this session may never have seen become visible. */
  | { readonly kind: "commit-prepared" }
  /**
   * `next`: SET TRANSACTION (the current one, on MySQL before BEGIN the next); `session`: all later ones.
   * No isolation: SET TRANSACTION said something else, or the setting goes back to its default.
   */
  | {
      readonly kind: "isolation";
      readonly scope: "next" | "session";
      readonly isolation: IsolationLevel | undefined;
    }
  /** MySQL's SET autocommit = 0 (off) or 1 (on). */
  | { readonly kind: "autocommit"; readonly on: boolean }
  /**
   * search_path, role, temporary tables, session variables: the same text may now mean other rows. `local`:
   * until the transaction ends.
   */
  | { readonly kind: "session"; readonly what: string; readonly local?: boolean };

/**
 * Why a read must not be answered from a cache whatever its profile says. `statement`: the answer of
 * EXPLAIN, SHOW, PRAGMA, FETCH and their like is no function of any table's rows.
 */
export interface Volatility {
  readonly kind: "function" | "lock" | "session-variable" | "into" | "unknown-function" | "statement";
  /** The function's or clause's name, for events. */
  readonly what: string;
}

/** What the statement's outermost SELECT computes, as far as the text tells. */
export type Projection = "rows" | "count" | "aggregate";

/** One statement of a text. */
export interface StatementAnalysis {
  readonly reads: Tables;
  readonly writes: Writes;
  readonly control: Control | undefined;
  readonly volatility: Volatility | undefined;
  readonly projection: Projection;
  /** A DDL statement: on MySQL it commits the transaction that it stands in. */
  readonly ddl: boolean;
}

/** One text, which may hold several statements. */
export interface Analysis {
  readonly statements: readonly StatementAnalysis[];
  /** The constants that conditions and rows name by their slots. `undefined`: none of them is known. */
  readonly bindings?: Bindings | undefined;
}
