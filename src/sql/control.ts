import type { Control, IsolationLevel, SqlDialect } from "./analysis";
import { Cursor } from "./cursor";
import type { Token } from "./tokens";

/** What a statement that moves the boundaries of transactions does; `none` if it does nothing of note. */
export type TransactionStatement = Control | "none" | undefined;

/** Recognises transaction control; `undefined` for every other statement. */
export function transactionOf(tokens: readonly Token[], dialect: SqlDialect): TransactionStatement {
  const cursor = new Cursor(tokens, dialect);
  const first = cursor.next()?.upper;
  switch (first) {
    case "BEGIN":
      return cursor.word("NOT") ? undefined : begin(cursor);
    case "START":
      return cursor.word("TRANSACTION") ? begin(cursor) : undefined;
    case "COMMIT":
    case "END":
      if (cursor.word("PREPARED")) return { kind: "commit-prepared" };
      return { kind: "commit", chain: chains(cursor) };
    case "ROLLBACK":
    case "ABORT":
      return rollback(cursor);
    case "SAVEPOINT":
      return savepoint(cursor, "savepoint");
    case "RELEASE":
      cursor.word("SAVEPOINT");
      return savepoint(cursor, "release");
    case "PREPARE":
      return cursor.word("TRANSACTION") ? { kind: "prepare" } : undefined;
    case "XA":
      return xa(cursor);
    default:
      return undefined;
  }
}

function begin(cursor: Cursor): Control {
  const isolation = isolationIn(cursor.rest);
  const rest = new Cursor(cursor.rest, cursor.dialect);
  let readOnly = false;
  while (!rest.done) {
    if (rest.words("READ", "ONLY")) readOnly = true;
    else rest.next();
  }
  return { kind: "begin", isolation, readOnly };
}

function rollback(cursor: Cursor): TransactionStatement {
  if (cursor.word("PREPARED")) return "none";
  cursor.word("WORK", "TRANSACTION");
  if (!cursor.word("TO")) return { kind: "rollback", chain: chains(cursor) };
  cursor.word("SAVEPOINT");
  return savepoint(cursor, "rollback-to");
}

function savepoint(cursor: Cursor, kind: "savepoint" | "release" | "rollback-to"): TransactionStatement {
  const name = cursor.name();
  return name === undefined
    ? undefined
    : { kind, name: cursor.dialect === "mysql" ? name.toLowerCase() : name };
}

/** A branch's own end: one phase is an ordinary commit, two phases are the coordinator's, maybe of another session. */
function xa(cursor: Cursor): TransactionStatement {
  switch (cursor.next()?.upper) {
    case "START":
    case "BEGIN":
      return { kind: "begin", isolation: undefined, readOnly: false };
    case "END":
    case "RECOVER":
      return "none";
    case "PREPARE":
      return { kind: "prepare" };
    case "COMMIT":
      return cursor.includes("ONE") ? { kind: "commit", chain: false } : { kind: "commit-prepared" };
    case "ROLLBACK":
      return { kind: "rollback", chain: false };
    default:
      return undefined;
  }
}

function chains(cursor: Cursor): boolean {
  return cursor.includes("CHAIN") && !new Cursor(cursor.rest, cursor.dialect).skipPast("NO");
}

const LEVELS: readonly IsolationLevel[] = [
  "READ UNCOMMITTED",
  "READ COMMITTED",
  "REPEATABLE READ",
  "SERIALIZABLE",
];

/** The isolation level that the tokens spell, as words or as the string of a setting. */
export function isolationIn(tokens: readonly Token[]): IsolationLevel | undefined {
  const text = tokens
    .map((token) => token.text.replace(/^["'`]|["'`]$/g, ""))
    .join(" ")
    .toUpperCase()
    .replace(/[\s_-]+/g, " ");
  return LEVELS.find((level) => text.includes(level));
}
