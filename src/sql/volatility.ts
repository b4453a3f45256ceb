import type { SqlDialect, Volatility } from "./analysis";
import type { Functions } from "./functions";
import { unquote } from "./identifiers";
import { meansMoment } from "./moments";
import type { Token } from "./tokens";
import { isSymbol, isWord } from "./tokens";

/**
 * What the tokens alone say against caching: locks, session variables, CURRENT_TIMESTAMP and its like,
 * literals that mean the present moment. Read from the tokens and not from the tree, so that one answer
 * holds for statements that the parser knows and for those that it does not.
 */
export function volatilityOf(
  tokens: readonly Token[],
  functions: Functions,
  dialect: SqlDialect,
): Volatility | undefined {
  for (let at = 0; at < tokens.length; at += 1) {
    const found = volatileAt(tokens, at, functions, dialect);
    if (found !== undefined) return found;
  }
  return undefined;
}

function volatileAt(
  tokens: readonly Token[],
  at: number,
  functions: Functions,
  dialect: SqlDialect,
): Volatility | undefined {
  const token = tokens[at];
  if (token?.kind === "variable") return { kind: "session-variable", what: token.text };
  if (token?.kind === "word") {
    const lock = lockAt(tokens, at);
    if (lock !== undefined) return { kind: "lock", what: lock };
    const called = functions.catalogue.keywords.has(token.upper) || isClauseOfChance(tokens, at);
    return called && !isPartOfName(tokens, at) ? { kind: "function", what: token.upper } : undefined;
  }
  // SQLite takes "now" for a string where no column has that name.
  if (token?.kind !== "string" && !(token?.kind === "quoted" && dialect === "sqlite")) return undefined;
  return meansMoment(unquote(token.text), dialect) ? { kind: "function", what: token.text } : undefined;
}

function lockAt(tokens: readonly Token[], at: number): string | undefined {
  if (isWord(tokens[at], "LOCK") && isWord(tokens[at + 1], "IN")) return "LOCK IN SHARE MODE";
  if (!isWord(tokens[at], "FOR")) return undefined;
  if (isWord(tokens[at + 1], "UPDATE", "SHARE")) return `FOR ${tokens[at + 1]?.upper}`;
  if (isWord(tokens[at + 1], "NO") && isWord(tokens[at + 2], "KEY")) return "FOR NO KEY UPDATE";
  return isWord(tokens[at + 1], "KEY") && isWord(tokens[at + 2], "SHARE") ? "FOR KEY SHARE" : undefined;
}

/** TABLESAMPLE, and MariaDB's NEXT VALUE FOR a sequence. */
function isClauseOfChance(tokens: readonly Token[], at: number): boolean {
  if (isWord(tokens[at], "TABLESAMPLE")) return true;
  return (
    isWord(tokens[at], "NEXT", "PREVIOUS") && isWord(tokens[at + 1], "VALUE") && isWord(tokens[at + 2], "FOR")
  );
}

/** `t.current_date` and `AS current_date` are names. */
function isPartOfName(tokens: readonly Token[], at: number): boolean {
  return isSymbol(tokens[at - 1], ".") || isSymbol(tokens[at + 1], ".") || isWord(tokens[at - 1], "AS");
}
