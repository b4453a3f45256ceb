import type { SqlDialect } from "./analysis";
import { tokenize } from "./tokenizer";
import type { Token } from "./tokens";
import { isName, isSymbol } from "./tokens";

/** A text of the tokens; `undefined` if it would not be read as the same ones again. */
export function spell(tokens: readonly Token[], dialect: SqlDialect): string | undefined {
  let text = "";
  tokens.forEach((token, at) => {
    text += at === 0 || isGlued(tokens[at - 1], token) ? token.text : ` ${token.text}`;
  });
  const again = tokenize(text, dialect)?.tokens;
  const same = again?.length === tokens.length && again.every((token, at) => isSame(token, tokens[at]));
  return same ? text : undefined;
}

/** MySQL's functions are such only if their parenthesis follows at once, and its names may be keywords only behind a point. */
function isGlued(before: Token | undefined, token: Token): boolean {
  if (isSymbol(token, ".") || isSymbol(before, ".")) return true;
  return (
    isSymbol(before, "(") ||
    isSymbol(token, ")") ||
    isSymbol(token, ",") ||
    (isSymbol(token, "(") && before !== undefined && isName(before))
  );
}

function isSame(one: Token, other: Token | undefined): boolean {
  return one.kind === other?.kind && one.text === other.text;
}
