/**
 * A lexical unit. `text` is what the statement spells; `upper` is the upper-cased text of an unquoted
 * word or the text of a symbol, so that keywords compare with one string, and empty for all others.
 */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "parameter" | "variable" | "symbol";
  readonly text: string;
  readonly upper: string;
}

export interface TokenList {
  readonly tokens: readonly Token[];
  /** MySQL's executable comments were met: whether their code runs depends on the server's version. */
  readonly conditional: boolean;
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.upper === text;
}

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === "word" && words.includes(token.upper);
}

/** An unquoted word that may be a name, or a quoted name. */
export function isName(token: Token | undefined): boolean {
  return token?.kind === "word" || token?.kind === "quoted";
}
