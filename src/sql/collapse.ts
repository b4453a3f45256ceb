import type { SqlDialect } from "./analysis";
import { unquote } from "./identifiers";
import { meansMoment } from "./moments";
import type { Token } from "./tokens";
import { isSymbol } from "./tokens";
import { words } from "./words";

/** Takes literals and repetition out of a statement's tokens. */
export function collapse(tokens: readonly Token[], dialect: SqlDialect): readonly Token[] {
  return new Collapser(dialect).run(tokens);
}

/** What the current item of a list, or of a chain of ORs, has shown so far. */
interface Level {
  /** Places in the output: of the separator before the current item, -1 for the first; of the item. */
  separator: number;
  start: number;
  /** The item holds a name that is not a function's: dropping it might drop a table. */
  names: boolean;
  /** Some earlier item of the list does. */
  earlierNames: boolean;
  /** The item holds a clause keyword at its own level: what follows is a list of another kind. */
  clause: boolean;
  /** The last keyword that a table name may follow, so that a quoted string may be one. */
  tables: boolean;
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
  private level: Level = newLevel(0, false);

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
      this.out.push(token);
      this.levels.push(this.level);
      // FROM ('a', b) may name a table, f('a') may not.
      const call = before?.kind === "word" || before?.kind === "quoted";
      this.level = newLevel(
        this.out.length,
        this.level.tables && (!call || TABLE_WORDS.has(before?.upper ?? "")),
      );
    } else if (token.upper === ")" || token.upper === "]") {
      this.closeItem();
      const outer = this.levels.pop();
      if (outer !== undefined) {
        outer.names ||= this.level.names || this.level.earlierNames || this.level.clause;
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
    this.level.separator = this.out.length;
    this.out.push(token);
    this.level.start = this.out.length;
    this.level.earlierNames ||= this.level.names || this.level.clause;
    this.level.names = false;
    this.level.clause = false;
  }

  private closeItem(): void {
    const { level, out } = this;
    if (level.clause) {
      level.seen.clear();
      return;
    }
    if (!this.droppable()) return;
    const key = itemKey(out, level.start);
    if (level.seen.has(key) && level.separator >= 0) out.length = level.separator;
    else level.seen.add(key);
  }

  private droppable(): boolean {
    const { level, out } = this;
    const parenthesised = isParenthesis(out, level.start);
    if (this.levels.length === 0 && !parenthesised) return false;
    return parenthesised || !level.names;
  }
}

const NUMBER: Token = { kind: "number", text: "1", upper: "" };
/** What every string becomes that cannot name anything. */
export const STRING: Token = { kind: "string", text: "'s'", upper: "" };
const NUMBERED: Token = { kind: "parameter", text: "$1", upper: "" };
const POSITIONAL: Token = { kind: "parameter", text: "?", upper: "" };

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

function newLevel(start: number, tables: boolean): Level {
  return { separator: -1, start, names: false, earlierNames: false, clause: false, tables, seen: new Set() };
}

/** The item's text; all constants are alike, so that (1, NULL, 'x') is as short as (1). */
function itemKey(out: readonly Token[], start: number): string {
  const only = out[start];
  if (out.length === start + 1 && only !== undefined && (only.kind !== "word" || CONSTANTS.has(only.upper))) {
    return only.kind === "quoted" || only.kind === "variable" ? only.text : "constant";
  }
  let key = "";
  for (let at = start; at < out.length; at += 1) key += `${out[at]?.text} `;
  return key;
}

/** The item is one pair of parentheses with all that it holds inside. */
function isParenthesis(out: readonly Token[], start: number): boolean {
  if (!isSymbol(out[start], "(") || !isSymbol(out[out.length - 1], ")")) return false;
  let depth = 0;
  for (let at = start; at < out.length; at += 1) {
    if (isSymbol(out[at], "(")) depth += 1;
    else if (isSymbol(out[at], ")")) depth -= 1;
    if (depth === 0) return at === out.length - 1;
  }
  return false;
}
