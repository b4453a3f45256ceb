import type { SqlDialect } from "./analysis";
import { unquote } from "./identifiers";
import { meansMoment } from "./moments";
import type { Token } from "./tokens";
import { isName, isSymbol } from "./tokens";
import { words } from "./words";

/** Takes literals and repetition out of a statement's tokens. */
export function collapse(tokens: readonly Token[], dialect: SqlDialect): readonly Token[] {
  return new Collapser(dialect).run(tokens);
}

/** What the current item of a list, or of a chain of ORs, has shown so far. */
interface Level {
  /** Where its parenthesis opens in the output, -1 at the top. */
  readonly opened: number;
  /** Places in the output: of the separator before the current item, -1 for the first; of the item. */
  separator: number;
  start: number;
  /** The item holds a name that is not a function's: dropping it might drop a table. */
  names: boolean;
  /** Some earlier item of the list does. */
  earlierNames: boolean;
  /** The item holds a clause keyword at its own level: what follows is a list of another kind. */
  clause: boolean;
  /** A table name may stand here, so that a quoted string may be one. */
  tables: boolean;
  /** Where the parenthesis that the item begins with ends in the output, -1 if it begins with none. */
  closed: number;
  /** The first item, whose key is not needed before a second one follows. */
  first: { readonly start: number; readonly end: number } | undefined;
  /** Keys of the items that stay. */
  seen: Set<string>;
}

/**
 * Replaces literals and parameters, and drops items of lists that repeat an earlier one of the same
 * list: IN (1, 2, 3) becomes IN (1) and a thousand equal VALUES tuples become two. Only items that are
 * free of names, or that are one parenthesis and so mean the same wherever they stand in the list, may
 * go; a clause keyword starts a new list, because (SELECT b, c FROM a, b) repeats `b` with another meaning.
 */
class Collapser {
  private readonly out: Token[] = [];
  private readonly levels: Level[] = [];
  private level: Level = newLevel(-1, false);

  constructor(private readonly dialect: SqlDialect) {}

  run(tokens: readonly Token[]): readonly Token[] {
    tokens.forEach((token, at) => this.take(token, tokens[at - 1], tokens[at + 1]));
    this.closeItem();
    return this.out;
  }

  private take(token: Token, before: Token | undefined, after: Token | undefined): void {
    if (token.kind === "symbol") this.symbol(token, before);
    else if (token.kind === "word") this.word(token, before, after);
    else this.out.push(this.literal(token, after));
  }

  private symbol(token: Token, before: Token | undefined): void {
    if (token.upper === "(" || token.upper === "[") {
      this.levels.push(this.level);
      // FROM ('a', b) may name a table, f('a') may not.
      const called = before !== undefined && isName(before) && !TABLE_WORDS.has(before.upper);
      this.level = newLevel(this.out.length, this.level.tables && !called);
      this.out.push(token);
    } else if (token.upper === ")" || token.upper === "]") {
      this.closeItem();
      const outer = this.levels.pop();
      if (outer !== undefined) {
        outer.names ||= this.level.names || this.level.earlierNames || this.level.clause;
        if (this.level.opened === outer.start) outer.closed = this.out.length;
        this.level = outer;
      }
      this.out.push(token);
    } else if (token.upper === ",") {
      this.separate(token);
    } else {
      this.out.push(token);
    }
  }

  private word(token: Token, before: Token | undefined, after: Token | undefined): void {
    if (token.upper === "OR") return this.separate(token);
    this.out.push(token);
    if (CLAUSES.has(token.upper)) {
      this.level.clause = true;
      if (TABLE_WORDS.has(token.upper)) this.level.tables = true;
      else if (!JOINING.has(token.upper)) this.level.tables = false;
    } else if (!CONSTANTS.has(token.upper) && !isSymbol(after, "(") && !isSymbol(before, "::")) {
      this.level.names = true;
    }
  }

  private literal(token: Token, after: Token | undefined): Token {
    switch (token.kind) {
      case "number":
        return NUMBER;
      case "parameter":
        return this.dialect === "postgres" ? NUMBERED : POSITIONAL;
      case "string":
        if (!this.meansMore(token)) return STRING;
        this.level.names = true;
        return token;
      default:
        if (!isSymbol(after, "(")) this.level.names = true;
        return token;
    }
  }

  /**
   * MySQL (under ANSI_QUOTES) and SQLite take some strings for names of tables; the words of time make
   * a literal volatile.
   */
  private meansMore(token: Token): boolean {
    if (meansMoment(unquote(token.text), this.dialect)) return true;
    if (this.dialect !== "mysql") return this.dialect === "sqlite" && this.level.tables;
    return token.text.startsWith('"') && token.text.length <= MYSQL_NAME_LENGTH + 2;
  }

  private separate(token: Token): void {
    this.closeItem();
    const { level, out } = this;
    level.separator = out.length;
    out.push(token);
    level.start = out.length;
    level.earlierNames ||= level.names || level.clause;
    level.names = false;
    level.clause = false;
    level.closed = -1;
  }

  private closeItem(): void {
    const { level, out } = this;
    if (level.clause) {
      level.seen.clear();
      level.first = undefined;
    } else if (this.droppable()) {
      if (level.separator < 0) level.first = { start: level.start, end: out.length };
      else this.dropRepeated();
    }
  }

  private dropRepeated(): void {
    const { level, out } = this;
    if (level.first !== undefined) level.seen.add(keyOf(out, level.first.start, level.first.end));
    level.first = undefined;
    const key = keyOf(out, level.start, out.length);
    if (level.seen.has(key)) out.length = level.separator;
    else level.seen.add(key);
  }

  private droppable(): boolean {
    const { level, out } = this;
    if (level.closed === out.length - 1) return true;
    return this.levels.length > 0 && !level.names;
  }
}

const NUMBER: Token = { kind: "number", text: "1", upper: "" };
/** What every string becomes that cannot name anything. */
export const STRING: Token = { kind: "string", text: "'s'", upper: "" };
const NUMBERED: Token = { kind: "parameter", text: "$1", upper: "" };
const POSITIONAL: Token = { kind: "parameter", text: "?", upper: "" };

const REPLACEMENTS: ReadonlySet<Token> = new Set([NUMBER, STRING, NUMBERED, POSITIONAL]);
const CONSTANTS = words(`NULL TRUE FALSE DEFAULT`);
const TABLE_WORDS = words(`FROM JOIN INTO UPDATE TABLE USING ONLY IGNORE`);
/** Keywords inside a list of tables that do not end it. */
const JOINING = words(`ON AS IN CASE WHEN THEN ELSE END BY`);
/** Keywords that begin something else than one more item of a list. */
const CLAUSES = new Set([
  ...TABLE_WORDS,
  ...JOINING,
  ...words(
    `SELECT WHERE SET VALUES VALUE GROUP ORDER HAVING LIMIT OFFSET FETCH FOR UNION EXCEPT INTERSECT RETURNING WITH
     WINDOW PARTITION DELETE INSERT REPLACE MERGE DO SEPARATOR FILTER OVER`,
  ),
]);
const MYSQL_NAME_LENGTH = 64;

function newLevel(opened: number, tables: boolean): Level {
  return {
    opened,
    separator: -1,
    start: opened + 1,
    names: false,
    earlierNames: false,
    clause: false,
    tables,
    closed: -1,
    first: undefined,
    seen: new Set(),
  };
}

/** An item's text; all constants are alike, so that (1, NULL, 'x') and ($1) are. */
function keyOf(out: readonly Token[], start: number, end: number): string {
  let key = "";
  for (let at = start; at < end; at += 1) {
    const token = out[at];
    if (token !== undefined) key += isConstant(token) ? "? " : `${token.text} `;
  }
  return key;
}

function isConstant(token: Token): boolean {
  return REPLACEMENTS.has(token) || (token.kind === "word" && CONSTANTS.has(token.upper));
}
