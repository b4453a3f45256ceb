import type { Token } from "./tokens";
import { isSymbol, isWord } from "./tokens";

/** Splits at the semicolons that separate statements, not at those inside the body of a routine or trigger. */
export function splitStatements(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const statements: (readonly Token[])[] = [];
  let start = 0;
  let blocks: number | undefined;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (at === start) blocks = undefined;
    blocks = blocks ?? (opensBody(tokens, start, at) ? 0 : undefined);
    if (blocks !== undefined) blocks = Math.max(0, blocks + nesting(tokens, at));
    if (!isSymbol(token, ";") || (blocks ?? 0) > 0) continue;
    if (at > start) statements.push(tokens.slice(start, at));
    start = at + 1;
  }
  if (start < tokens.length) statements.push(tokens.slice(start));
  return statements;
}

/** Routines, triggers and events hold statements of their own; so does MariaDB's `BEGIN NOT ATOMIC`. */
function opensBody(tokens: readonly Token[], start: number, at: number): boolean {
  const first = tokens[start];
  if (isWord(first, "CREATE", "ALTER")) {
    return isWord(tokens[at], "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE");
  }
  return isWord(first, "BEGIN") && at === start && isWord(tokens[at + 1], "NOT");
}

function nesting(tokens: readonly Token[], at: number): number {
  if (isWord(tokens[at], "BEGIN")) return 1;
  if (isWord(tokens[at], "CASE")) return isWord(tokens[at - 1], "END") ? 0 : 1;
  if (!isWord(tokens[at], "END")) return 0;
  return isWord(tokens[at + 1], "IF", "LOOP", "WHILE", "REPEAT", "FOR") ? 0 : -1;
}
