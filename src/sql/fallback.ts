import type { SqlDialect } from "./analysis";
import { STRING } from "./collapse";
import { nameOf } from "./identifiers";

import type { Token } from "./tokens";
import { isName, isSymbol, isWord } from "./tokens";

/** Every name in the tokens, folded, and every string where the dialect takes strings for names. */
export function identifiersIn(tokens: readonly Token[], dialect: SqlDialect): ReadonlySet<string> {
  const strings = dialect !== "postgres";
  const named = tokens.filter(
    (token) => isName(token) || (strings && token.kind === "string" && token !== STRING),
  );
  return new Set(named.map((token) => nameOf(token, dialect)));
}

/** Some statement that writes begins in these tokens: maybe inside a WITH. */
export function mayWrite(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (!isWord(token, "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE")) return false;
    const locks = isWord(token, "UPDATE") && isWord(tokens[at - 1], "FOR", "KEY");
    return !locks && !isSymbol(tokens[at + 1], "(");
  });
}

/** An INTO that belongs to a SELECT. */
export function mayCreateTable(tokens: readonly Token[]): boolean {
  const writes = [
    "INSERT",
    "REPLACE",
    "MERGE",
    "IGNORE",
    "DELAYED",
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "ABORT",
    "FAIL",
  ];
  return tokens.some((token, at) => isWord(token, "INTO") && !isWord(tokens[at - 1], ...writes, "ROLLBACK"));
}
