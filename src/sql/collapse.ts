import type { SqlDialect } from "./analysis";
import { BindingsRecorder } from "./bindings-recorder";
import type { Bindings } from "./bindings";
import { unquote } from "./identifiers";
import { meansMoment } from "./moments";
import type { Token } from "./tokens";
import { isName, isSymbol, isWord } from "./tokens";
import { CONSTANT_WORDS as CONSTANTS } from "./slots";
import { words } from "./words";

/** A statement's tokens without literals and repetition, and what was taken out. */
export interface Collapsed {
  readonly tokens: readonly Token[];
  readonly bindings: Bindings;
}

export function collapse(tokens: readonly Token[], dialect: SqlDialect): Collapsed {
  return new Collapser(dialect).run(tokens);
}

/** What the current item of a list, or of a chain of ORs, has shown so far. */
interface Level {
  /** Where its parenthesis opens in the output, -1 at the top. */
  readonly opened: number;
  /** Places in the output: of the separator before the current item, -1 for the first; of the item. */
  separator: number;
  start: number;
  /** The first slot of the item. */
  slot: number;
  /** The list's separator, a comma or OR. */
  separatedBy: string;
  /** The item holds a name that is not a function's: dropping it might drop a table. */
  names: boolean;
  /** Some earlier item of the list does. */
  earlierNames: boolean;
  /** The item holds a clause keyword at its own level: what follows is a list of another kind. */
  clause: boolean;
  /** A table name may stand here, so that a quoted string may be one. */
  tables: boolean;
  /** It lists the rows of VALUES. */
  rows: boolean;
  /** It lists the values of one such row: which column each is for, its place alone tells. */
  row: boolean;
  /** Where the parenthesis that the item begins with ends in the output, -1 if it begins with none. */
  closed: number;
  /** The first item, whose key is not needed before a second one follows. */
  first: { readonly start: number; readonly end: number; readonly slot: number } | undefined;
  /** First slots of the items that stay, by key. */
  seen: Map<string, number>;
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
  private level: Level = newLevel(-1, 0, false);
  private readonly recorder: BindingsRecorder;

  constructor(private readonly dialect: SqlDialect) {
    this.recorder = new BindingsRecorder(dialect);
  }

  run(tokens: readonly Token[]): Collapsed {
    tokens.forEach((token, at) => this.take(token, tokens[at - 1], tokens[at + 1]));
    this.closeItem();
    return { tokens: this.out, bindings: this.recorder.bindings };
  }

  private take(token: Token, before: Token | undefined, after: Token | undefined): void {
    this.recorder.take(token);
    if (token.kind === "symbol") this.symbol(token, before);
    else if (token.kind === "word") this.word(token, before, after);
    else this.out.push(this.literal(token, after));
  }

  private symbol(token: Token, before: Token | undefined): void {
    if (token.upper === "(" || token.upper === "[") {
      // FROM ('a', b) may name a table, f('a') may not.
      const called = before !== undefined && isName(before) && !TABLE_WORDS.has(before.upper);
      const row = this.level.rows && (before === undefined || !isName(before) || ROW_WORDS.has(before.upper));
      this.levels.push(this.level);
      this.level = { ...newLevel(this.out.length, this.recorder.slots, this.level.tables && !called), row };
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
    this.out.push(
      this.level.row && CONSTANTS.has(token.upper) && !isWord(before, "IS", "NOT")
        ? this.placeholder()
        : token,
    );
    if (CLAUSES.has(token.upper)) {
      this.level.clause = true;
      this.level.rows = isWord(token, "VALUES", "VALUE");
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
        return this.placeholder();
      case "string":
        if (!this.meansMore(token)) return STRING;
        this.level.names = true;
        return token;
      default:
        if (!isSymbol(after, "(")) this.level.names = true;
        return token;
    }
  }

  private placeholder(): Token {
    return this.dialect === "postgres" ? NUMBERED : POSITIONAL;
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
    // What a comma lists and what OR joins are not alike: after `x OR (t)` a comma may list the table `(t)`.
    if (level.separatedBy !== "" && level.separatedBy !== token.upper) forget(level);
    level.separatedBy = token.upper;
    level.separator = out.length;
    out.push(token);
    level.start = out.length;
    level.slot = this.recorder.slots;
    level.earlierNames ||= level.names || level.clause;
    level.names = false;
    level.clause = false;
    level.closed = -1;
  }

  private closeItem(): void {
    const { level, out } = this;
    if (level.clause) {
      forget(level);
    } else if (this.droppable()) {
      if (level.separator < 0) level.first = { start: level.start, end: out.length, slot: level.slot };
      else this.dropRepeated();
    }
  }

  private dropRepeated(): void {
    const { level, out } = this;
    const { first } = level;
    if (first !== undefined) level.seen.set(keyOf(out, first.start, first.end), first.slot);
    level.first = undefined;
    const key = keyOf(out, level.start, out.length);
    const same = level.seen.get(key);
    if (same === undefined) {
      level.seen.set(key, level.slot);
    } else {
      // `5 OR 6` is a truth value: neither of the two constants stands for it.
      const alternatives = level.separatedBy === "OR" && level.closed !== out.length - 1;
      this.recorder.drop(level.slot, same, alternatives);
      out.length = level.separator;
    }
  }

  private droppable(): boolean {
    const { level, out } = this;
    if (level.row) return false;
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
const ROW_WORDS = words(`VALUES VALUE ROW`);
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

function forget(level: Level): void {
  level.seen.clear();
  level.first = undefined;
}

function newLevel(opened: number, slot: number, tables: boolean): Level {
  return {
    opened,
    separator: -1,
    start: opened + 1,
    slot,
    separatedBy: "",
    names: false,
    earlierNames: false,
    clause: false,
    tables,
    rows: false,
    row: false,
    closed: -1,
    first: undefined,
    seen: new Map(),
  };
}

/** An item's text; all constants are alike, so that (1, NULL, 'x') and ($1) are, but not IS NULL and IS TRUE. */
function keyOf(out: readonly Token[], start: number, end: number): string {
  let key = "";
  for (let at = start; at < end; at += 1) {
    const token = out[at];
    if (token === undefined) continue;
    const alike = isConstant(token) && !isWord(out[at - 1], "IS", "NOT");
    key += alike ? "? " : `${token.text} `;
  }
  return key;
}

function isConstant(token: Token): boolean {
  return REPLACEMENTS.has(token) || (token.kind === "word" && CONSTANTS.has(token.upper));
}
