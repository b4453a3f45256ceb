import type { SqlDialect } from "./analysis";
import type { Token } from "./tokens";
import { isSymbol, isWord } from "./tokens";

/**
 * Puts clauses that the parser does not know, or takes for something else, into words that it knows and
 * that name the same tables and functions.
 */
export function parseable(tokens: readonly Token[], dialect: SqlDialect): readonly Token[] {
  const out: Token[] = [];
  const targets = dialect === "mysql" && isWord(tokens[0], "UPDATE") ? topLevelSet(tokens) : 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const skipped = skip(tokens, at, dialect);
    if (skipped > 0) at += skipped - 1;
    else if (at < targets && isSymbol(tokens[at], ",") && depthAt(tokens, at) === 0) out.push(JOIN);
    else out.push(...replacement(tokens, at, dialect));
  }
  return out;
}

/** How many tokens from here on say nothing of tables and functions. */
function skip(tokens: readonly Token[], at: number, dialect: SqlDialect): number {
  const before = tokens[at - 1];
  const token = tokens[at];
  if (token?.kind !== "word") return 0;
  switch (dialect) {
    case "postgres":
      if (
        spells(tokens, at, "OVERRIDING", "SYSTEM", "VALUE") ||
        spells(tokens, at, "OVERRIDING", "USER", "VALUE")
      )
        return 3;
      if (token.upper === "SYMMETRIC") return 1;
      // The ONLY of FROM ONLY t, not the one of FETCH FIRST 5 ROWS ONLY.
      return token.upper === "ONLY" && !isWord(before, "ROW", "ROWS") ? 1 : 0;
    case "mysql":
      if (isWord(before, "INSERT", "UPDATE", "DELETE", "REPLACE", "LOW_PRIORITY", "QUICK", "DELAYED")) {
        return isWord(token, "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE") ? 1 : 0;
      }
      return spells(tokens, at, "LOCK", "IN", "SHARE", "MODE") ? 4 : 0;
    case "sqlite":
      if (spells(tokens, at, "NOT", "INDEXED")) return 2;
      return spells(tokens, at, "INDEXED", "BY") ? 3 : 0;
  }
}

function replacement(tokens: readonly Token[], at: number, dialect: SqlDialect): readonly Token[] {
  const token = tokens[at];
  if (token === undefined) return [];
  // TABLE x is short for SELECT * FROM x.
  if (token.upper === "TABLE" && dialect !== "sqlite" && startsQuery(tokens[at - 1])) return SELECT_ALL;
  if (dialect === "sqlite" && isWord(token, "GLOB", "MATCH", "REGEXP") && !isSymbol(tokens[at + 1], "("))
    return [LIKE];
  return [token];
}

/** Where the tables of MySQL's UPDATE a, b SET … end. */
function topLevelSet(tokens: readonly Token[]): number {
  return tokens.findIndex((token, at) => isWord(token, "SET") && depthAt(tokens, at) === 0);
}

function depthAt(tokens: readonly Token[], end: number): number {
  let depth = 0;
  for (let at = 0; at < end; at += 1) {
    if (isSymbol(tokens[at], "(")) depth += 1;
    else if (isSymbol(tokens[at], ")")) depth -= 1;
  }
  return depth;
}

function startsQuery(before: Token | undefined): boolean {
  if (before === undefined || isSymbol(before, "(")) return true;
  return isSymbol(before, ")") || isWord(before, "UNION", "EXCEPT", "INTERSECT", "ALL", "DISTINCT");
}

function spells(tokens: readonly Token[], at: number, ...words: readonly string[]): boolean {
  return words.every((word, ahead) => isWord(tokens[at + ahead], word));
}

function word(text: string): Token {
  return { kind: "word", text, upper: text };
}

const LIKE = word("LIKE");
const JOIN = word("JOIN");
const SELECT_ALL = [word("SELECT"), { kind: "symbol", text: "*", upper: "*" } as const, word("FROM")];
