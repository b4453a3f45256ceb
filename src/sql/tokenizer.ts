import type { SqlDialect } from "./analysis";
import { closingQuote, endOfBlockComment, endOfDollarString, endOfLine } from "./spans";
import type { Token, TokenList } from "./tokens";

const OPERATORS = "+-*/<>=~!@#%^&|?:";

/** Splits a text into tokens; `undefined` if some quote or comment does not end or a character fits nowhere. */
export function tokenize(sql: string, dialect: SqlDialect): TokenList | undefined {
  const scanner = new Scanner(sql, dialect);
  return scanner.run() ? { tokens: scanner.tokens, conditional: scanner.conditional } : undefined;
}

class Scanner {
  readonly tokens: Token[] = [];
  conditional = false;
  private at = 0;
  /** Inside an executable comment of MySQL, whose end mark is skipped. */
  private executable = false;

  constructor(
    private readonly sql: string,
    private readonly dialect: SqlDialect,
  ) {}

  run(): boolean {
    while (this.at < this.sql.length) {
      const end = this.next(this.sql.charCodeAt(this.at));
      if (end < 0) return false;
      this.at = end;
    }
    return !this.executable;
  }

  /** Handles what starts at the current place and tells where it ends, or -1. */
  private next(code: number): number {
    if (code <= 32) return this.at + 1;
    if (isWordStart(code)) return this.word();
    if (isDigit(code)) return this.number();
    switch (this.sql[this.at]) {
      case "'":
        return this.quoted("string", "'", this.dialect === "mysql");
      case '"':
        return this.quoted(this.dialect === "mysql" ? "string" : "quoted", '"', this.dialect === "mysql");
      case "`":
        return this.dialect === "postgres" ? -1 : this.quoted("quoted", "`", false);
      case "[":
        return this.dialect === "sqlite" ? this.bracketed() : this.symbol(this.at + 1);
      case "(":
      case ")":
      case ",":
      case ";":
      case "]":
      case "{":
      case "}":
        return this.symbol(this.at + 1);
      case ".":
        return isDigit(this.code(1)) && !this.follows(".") ? this.number() : this.symbol(this.at + 1);
      case "$":
        return this.dollar();
      default:
        return this.commentOrOperator();
    }
  }

  private word(): number {
    let end = this.at + 1;
    while (isWordPart(this.sql.charCodeAt(end))) end += 1;
    const text = this.sql.slice(this.at, end);
    if (text.length === 1 && (this.sql[end] === "'" || this.sql[end] === "&")) {
      const string = this.prefixedString(text.toLowerCase(), end);
      if (string !== undefined) return string;
    }
    return this.push("word", end, text.toUpperCase());
  }

  /** E'', N'', X'', B'' and U&''; a U&"" name is refused, because its escapes spell another name. */
  private prefixedString(prefix: string, end: number): number | undefined {
    const postgres = this.dialect === "postgres";
    const unicode = postgres && prefix === "u" && this.sql[end] === "&";
    if (unicode && this.sql[end + 1] === '"') return -1;
    const open = unicode ? end + 1 : end;
    const prefixes = postgres ? "enxb" : "nxb";
    if (this.sql[open] !== "'" || !(unicode || prefixes.includes(prefix))) return undefined;
    const close = closingQuote(this.sql, open, "'", prefix === "e" || this.dialect === "mysql");
    return close < 0 ? -1 : this.push("string", close, "");
  }

  private number(): number {
    const pattern = this.dialect === "mysql" && !this.follows(".") ? MYSQL_NUMBER : NUMBER;
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.sql)?.[0] ?? this.sql.charAt(this.at);
    const end = this.at + text.length;
    // MySQL's unquoted names may begin with a digit.
    if (this.dialect === "mysql" && !text.includes(".") && isWordPart(this.sql.charCodeAt(end)))
      return this.word();
    return this.push("number", end, "");
  }

  private quoted(kind: "string" | "quoted", quote: string, backslash: boolean): number {
    const end = closingQuote(this.sql, this.at, quote, backslash);
    return end < 0 ? -1 : this.push(kind, end, "");
  }

  private bracketed(): number {
    const close = this.sql.indexOf("]", this.at);
    return close < 0 ? -1 : this.push("quoted", close + 1, "");
  }

  private dollar(): number {
    if (this.dialect === "postgres") {
      if (isDigit(this.code(1))) return this.push("parameter", this.endOfWord(this.at + 1), "");
      const end = endOfDollarString(this.sql, this.at);
      return end < 0 ? -1 : this.push("string", end, "");
    }
    const end = this.endOfWord(this.at + 1);
    return this.push(this.dialect === "sqlite" ? "parameter" : "word", end, "");
  }

  private commentOrOperator(): number {
    const two = this.sql.slice(this.at, this.at + 2);
    if (two === "--" && this.dashesComment())
      return endOfLine(this.sql, this.at, this.dialect === "postgres");
    if (this.sql[this.at] === "#" && this.dialect === "mysql") return endOfLine(this.sql, this.at, false);
    if (two === "/*") return this.blockComment();
    if (two === "*/" && this.executable) {
      this.executable = false;
      return this.at + 2;
    }
    return this.dialect === "postgres" ? this.operator() : (this.placeholder() ?? this.operator());
  }

  /** MySQL takes two dashes for a comment only before a blank: `5--1` is 6 there. */
  private dashesComment(): boolean {
    const third = this.code(2);
    return this.dialect !== "mysql" || Number.isNaN(third) || third <= 32;
  }

  private blockComment(): number {
    const mark = /^\/\*M?!\d*/.exec(this.sql.slice(this.at, this.at + 12))?.[0];
    if (this.dialect === "mysql" && mark !== undefined) {
      if (this.executable) return -1;
      this.executable = true;
      this.conditional = true;
      return this.at + mark.length;
    }
    return endOfBlockComment(this.sql, this.at, this.dialect === "postgres");
  }

  /** `?`, `?1`, `:name`, SQLite's `@name`, MySQL's `@variable` and `@@setting`. */
  private placeholder(): number | undefined {
    const char = this.sql[this.at];
    const after = this.code(1);
    // mysql2 puts names from the parameters in for ??: the text does not tell what it touches.
    if (char === "?" && this.sql[this.at + 1] === "?") return -1;
    if (char === "?") return this.push("parameter", this.endOfWord(this.at + 1), "");
    if (char === ":" && isWordPart(after)) return this.push("parameter", this.endOfWord(this.at + 1), "");
    if (char !== "@") return undefined;
    if (this.dialect === "sqlite")
      return isWordPart(after) ? this.push("parameter", this.endOfWord(this.at + 1), "") : -1;
    return this.variable();
  }

  private variable(): number {
    const start = this.at + (this.sql[this.at + 1] === "@" ? 2 : 1);
    const quote = this.sql.charAt(start);
    if (quote === "'" || quote === '"' || quote === "`") {
      const end = closingQuote(this.sql, start, quote, quote !== "`");
      return end < 0 ? -1 : this.push("variable", end, "");
    }
    let end = start;
    while (isWordPart(this.sql.charCodeAt(end)) || this.sql[end] === ".") end += 1;
    return this.push("variable", end, "");
  }

  /** A run of operator characters, so that `<=` and `::` stay whole; it ends where a comment or a placeholder begins. */
  private operator(): number {
    // MySQL's 5--1 must reach the parser as two signs, not as a comment.
    if (this.sql.startsWith("--", this.at)) return this.symbol(this.at + 1);
    let end = this.at;
    while (end < this.sql.length && OPERATORS.includes(this.sql.charAt(end))) {
      const two = this.sql.slice(end, end + 2);
      if (end > this.at && (two === "--" || two === "/*" || (this.executable && two === "*/"))) break;
      if (end > this.at && this.dialect !== "postgres" && /[?@:#]/.test(two.charAt(0)) && two !== ":=") break;
      end += 1;
    }
    return end === this.at ? -1 : this.symbol(end);
  }

  private symbol(end: number): number {
    return this.push("symbol", end, this.sql.slice(this.at, end));
  }

  private push(kind: Token["kind"], end: number, upper: string): number {
    const text = kind === "symbol" ? upper : this.sql.slice(this.at, end);
    this.tokens.push({ kind, text, upper });
    return end;
  }

  private endOfWord(from: number): number {
    let end = from;
    while (isWordPart(this.sql.charCodeAt(end))) end += 1;
    return end;
  }

  private code(ahead: number): number {
    return this.sql.charCodeAt(this.at + ahead);
  }

  private follows(text: string): boolean {
    return this.sql[this.at - 1] === text;
  }
}

const NUMBER =
  /0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?/y;
const MYSQL_NUMBER = /0x[0-9a-fA-F]+|0b[01]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code > 127;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code) || code === 36;
}
