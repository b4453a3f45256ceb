import type { SqlDialect } from "./analysis";
import { Cursor } from "./cursor";
import { asksEachRow } from "./row-predicate";
import type { Token } from "./tokens";
import { isName, isSymbol, isWord } from "./tokens";
import { words } from "./words";

/** The tokens of an UPDATE or DELETE of one table that writes exactly the rows for which its WHERE is true. */
export interface SingleWrite {
  readonly kind: "update" | "delete";
  /** The table as the statement spells it, with ONLY and the alias. */
  readonly table: readonly Token[];
  /** Its last name, and the alias. */
  readonly names: readonly Token[];
  /** Behind SET. */
  readonly set: readonly Token[];
  /** Behind WHERE; none: every row. */
  readonly where: readonly Token[];
}

export function singleWriteOf(tokens: readonly Token[], dialect: SqlDialect): SingleWrite | undefined {
  const cursor = new Cursor(tokens, dialect);
  const kind = cursor.word("UPDATE") ? "update" : cursor.word("DELETE") ? "delete" : undefined;
  if (kind === undefined || !skipModifiers(cursor)) return undefined;
  if (kind === "delete" && !cursor.word("FROM")) return undefined;
  const source = sourceAt(cursor);
  if (source === undefined || cursor.word("SET") !== (kind === "update")) return undefined;
  const clauses = clausesOf(cursor.rest);
  if (clauses === undefined || clauses.set.length > 0 !== (kind === "update")) return undefined;
  return asksEachRow(clauses.where, dialect) ? { kind, ...source, ...clauses } : undefined;
}

/** SQLite's OR REPLACE deletes rows for which WHERE is not true. */
function skipModifiers(cursor: Cursor): boolean {
  if (cursor.dialect === "sqlite" && cursor.word("OR"))
    return cursor.word("ABORT", "FAIL", "IGNORE", "ROLLBACK");
  while (cursor.dialect === "mysql" && cursor.word("LOW_PRIORITY", "QUICK", "IGNORE"));
  return true;
}

function sourceAt(cursor: Cursor): Pick<SingleWrite, "table" | "names"> | undefined {
  const start = cursor.rest;
  if (cursor.dialect === "postgres") cursor.word("ONLY");
  let name: Token | undefined;
  do {
    name = cursor.next();
    if (name === undefined || !isName(name)) return undefined;
  } while (cursor.symbol("."));
  const alias = aliasAt(cursor);
  if (alias === undefined) return undefined;
  return { table: start.slice(0, start.length - cursor.rest.length), names: [name, ...alias] };
}

function aliasAt(cursor: Cursor): readonly Token[] | undefined {
  const explicit = cursor.word("AS");
  const token = cursor.peek();
  const named = token !== undefined && isName(token) && (explicit || !AFTER_TABLE.has(token.upper));
  if (!named) return explicit ? undefined : [];
  cursor.next();
  return [token];
}

const AFTER_TABLE = words(`SET WHERE RETURNING USING ORDER LIMIT`);

/** What stands behind the table or SET: `undefined` if there is more than WHERE and RETURNING. */
function clausesOf(tokens: readonly Token[]): Pick<SingleWrite, "set" | "where"> | undefined {
  const places = topLevelWords(tokens);
  if (places.some((at) => isWord(tokens[at], ...OTHERS) && !isWord(tokens[at - 1], "DISTINCT")))
    return undefined;
  const returning = places.find((at) => isWord(tokens[at], "RETURNING")) ?? tokens.length;
  const where = places.find((at) => isWord(tokens[at], "WHERE") && at < returning);
  const end = where ?? returning;
  const isEmpty = where === returning - 1;
  // Where RETURNING is no keyword, it may be a column.
  if (isEmpty || (returning > 0 && returning < tokens.length && isUnfinished(tokens[returning - 1])))
    return undefined;
  return { set: tokens.slice(0, end), where: where === undefined ? [] : tokens.slice(where + 1, returning) };
}

const OTHERS = ["FROM", "ORDER", "LIMIT", "USING", "PARTITION", "PORTION"];

/** Places of the unquoted words that stand in no parentheses and are no part of a qualified name. */
function topLevelWords(tokens: readonly Token[]): readonly number[] {
  const places: number[] = [];
  let depth = 0;
  tokens.forEach((token, at) => {
    if (isSymbol(token, "(") || isSymbol(token, "[")) depth += 1;
    else if (isSymbol(token, ")") || isSymbol(token, "]")) depth -= 1;
    else if (depth === 0 && token.kind === "word" && !isSymbol(tokens[at - 1], ".")) places.push(at);
  });
  return places;
}

/** No expression ends with the token. */
function isUnfinished(token: Token | undefined): boolean {
  if (token?.kind === "symbol") return token.text !== ")" && token.text !== "]";
  return isWord(
    token,
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "XOR",
    "IN",
    "LIKE",
    "BETWEEN",
    "IS",
    "THEN",
    "WHEN",
    "ELSE",
    "CASE",
  );
}
