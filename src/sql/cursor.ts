import type { SqlDialect } from "./analysis";
import type { TableName } from "./table-name";
import { nameOf, tableOfPath } from "./identifiers";
import type { Token } from "./tokens";
import { isName, isSymbol, isWord } from "./tokens";

/** Reads a statement's tokens from left to right. A method that does not find what it looks for stays put. */
export class Cursor {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    readonly dialect: SqlDialect,
  ) {}

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  /** What is left to read. */
  get rest(): readonly Token[] {
    return this.tokens.slice(this.at);
  }

  peek(): Token | undefined {
    return this.tokens[this.at];
  }

  /** The keyword at the current place, upper-cased, or the empty string. */
  get keyword(): string {
    const token = this.peek();
    return token?.kind === "word" ? token.upper : "";
  }

  next(): Token | undefined {
    this.at += 1;
    return this.tokens[this.at - 1];
  }

  /** Skips one of the words. */
  word(...words: readonly string[]): boolean {
    if (!isWord(this.peek(), ...words)) return false;
    this.at += 1;
    return true;
  }

  /** Skips the words if all of them follow in this order. */
  words(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => isWord(this.tokens[this.at + ahead], word))) return false;
    this.at += words.length;
    return true;
  }

  symbol(text: string): boolean {
    if (!isSymbol(this.peek(), text)) return false;
    this.at += 1;
    return true;
  }

  /** A name, unquoted and folded. SQLite and MySQL take strings for names. */
  name(): string | undefined {
    const token = this.peek();
    if (token === undefined) return undefined;
    if (!isName(token) && !(token.kind === "string" && this.dialect !== "postgres")) return undefined;
    this.at += 1;
    return nameOf(token, this.dialect);
  }

  /** A table's name with or without what qualifies it. */
  table(): TableName | undefined {
    const path: string[] = [];
    do {
      const name = this.name();
      if (name === undefined) return undefined;
      path.push(name);
    } while (this.symbol("."));
    return tableOfPath(path, this.dialect);
  }

  /** Skips to just behind the first of the words; false and at the end if none is there. */
  skipPast(...words: readonly string[]): boolean {
    while (!this.done) if (isWord(this.next(), ...words)) return true;
    return false;
  }

  includes(...words: readonly string[]): boolean {
    return this.rest.some((token) => isWord(token, ...words));
  }
}
