import type { SqlDialect } from "./analysis";
import { nameOf } from "./identifiers";
import type { SingleWrite } from "./single-write";
import { singleWriteOf } from "./single-write";
import { spell } from "./spell";
import { splitStatements } from "./statements";
import { tokenize } from "./tokenizer";
import type { Token } from "./tokens";
import { isName, isSymbol } from "./tokens";
import { placeholdersIn } from "./placeholders";

/** A SELECT of the rows that another statement writes. */
export interface Probe {
  readonly sql: string;
  /** Which parameters of the other statement it takes, from 0, in the order in which it takes them. */
  readonly parameters: readonly number[];
}

/** For what the rows are locked: an UPDATE, a DELETE, or not at all. */
export type ProbeLock = "update" | "delete" | "none";

/** What is asked for of each row. */
export interface Asked {
  /** Come under their own names. */
  readonly columns: readonly string[];
  /** Columns of which an UPDATE assigns a value that it computes: what it will be. */
  readonly computed?: readonly string[];
}

/**
 * The statement that reads the columns of just the rows that an UPDATE or DELETE is about to write; `undefined` unless
 * that is certain. `limit`: no more rows than that are asked for.
 */
export function probeOf(
  sql: string,
  dialect: SqlDialect,
  { columns, computed = [] }: Asked,
  lock: ProbeLock,
  limit?: number,
): Probe | undefined {
  const parsed = columns.length > 0 ? parse(sql, dialect) : undefined;
  if (!parsed) return undefined;
  const expressions = expressionsOf(parsed.write.set, computed, dialect);
  const ending = { lock, limit };
  // Their parameters may be of no certain type; the columns are wanted all the same.
  return (
    (expressions && computed.length > 0 ? build(parsed, columns, expressions, ending) : undefined) ??
    build(parsed, columns, [], ending)
  );
}

/** Under which name a computed value comes, by its place among those asked for. */
export function computedName(at: number): string {
  return `computed ${at}`;
}

export function isComputedName(name: string): boolean {
  return /^computed \d+$/i.test(name);
}

interface Parsed {
  readonly sql: string;
  readonly dialect: SqlDialect;
  readonly tokens: readonly Token[];
  readonly write: SingleWrite;
}

function parse(sql: string, dialect: SqlDialect): Parsed | undefined {
  const list = tokenize(sql, dialect);
  if (list === undefined || list.conditional) return undefined;
  const [tokens, ...others] = splitStatements(list.tokens);
  if (tokens === undefined || others.length > 0) return undefined;
  const write = singleWriteOf(tokens, dialect);
  return write && { sql, dialect, tokens, write };
}

function build(
  { sql, dialect, tokens, write }: Parsed,
  columns: readonly string[],
  expressions: readonly (readonly Token[])[],
  { lock, limit }: { readonly lock: ProbeLock; readonly limit: number | undefined },
): Probe | undefined {
  const parts = [...expressions, write.where];
  const placed = placeholdersIn(sql, tokens, parts.flat(), dialect);
  const spelled = placed && partsOf(placed.tokens, parts).map((part) => spell(part, dialect));
  const table = spell(write.table, dialect);
  if (!placed || !spelled || spelled.includes(undefined) || table === undefined) return undefined;
  const condition = spelled[spelled.length - 1];
  const outputs = [
    ...columns.map((column) => [quoteName(column, dialect), column]),
    ...expressions.map((_, at) => [`(${spelled[at]})`, computedName(at)]),
  ].map(([value, name = ""]) => `${value} AS ${quoteName(name, dialect)}`);
  const clauses = [
    `SELECT ${outputs.join(", ")} FROM ${table}`,
    condition === "" ? "" : `WHERE ${condition}`,
    limit === undefined ? "" : `LIMIT ${limit}`,
    LOCKS[dialect][lock],
  ];
  return { sql: clauses.filter(Boolean).join(" "), parameters: placed.parameters };
}

/** What has been joined, in the same parts. */
function partsOf(
  tokens: readonly Token[],
  parts: readonly (readonly Token[])[],
): readonly (readonly Token[])[] {
  let from = 0;
  return parts.map(({ length }) => tokens.slice(from, (from += length)));
}

/** What SET assigns to each of the columns, which come as there; `undefined` if one of them has no expression of its own. */
function expressionsOf(
  set: readonly Token[],
  columns: readonly string[],
  dialect: SqlDialect,
): readonly (readonly Token[])[] | undefined {
  const assignments = assignmentsIn(set);
  const places = columns.map((column) =>
    assignments.findIndex(([target]) => isName(target) && sameName(nameOf(target, dialect), column)),
  );
  // Parameters without numbers are taken in the order of the text.
  const isInOrder = places.every((place, at) => place > (places[at - 1] ?? -1));
  return isInOrder ? places.map((place) => assignments[place]?.[1] ?? []) : undefined;
}

/** The last token of each target, and the tokens behind its equals sign. */
function assignmentsIn(set: readonly Token[]): readonly (readonly [Token, readonly Token[]])[] {
  const assignments: (readonly [Token, Token[]])[] = [];
  let depth = 0;
  let expression: Token[] | undefined;
  for (const [at, token] of set.entries()) {
    if (depth === 0 && isSymbol(token, ",")) expression = undefined;
    else if (expression) expression.push(token);
    else if (depth === 0 && token.kind === "symbol" && /^:?=$/.test(token.text)) {
      const target = set[at - 1];
      expression = [];
      if (target) assignments.push([target, expression]);
    }
    if (isSymbol(token, "(") || isSymbol(token, "[")) depth += 1;
    else if (isSymbol(token, ")") || isSymbol(token, "]")) depth -= 1;
  }
  return assignments;
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function quoteName(name: string, dialect: SqlDialect): string {
  const quote = dialect === "mysql" ? "`" : '"';
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

/** What the statement itself takes: an UPDATE of no key column lets others refer to the row. */
const LOCKS: Readonly<Record<SqlDialect, Readonly<Record<ProbeLock, string>>>> = {
  postgres: { update: "FOR NO KEY UPDATE", delete: "FOR UPDATE", none: "" },
  mysql: { update: "FOR UPDATE", delete: "FOR UPDATE", none: "" },
  sqlite: { update: "", delete: "", none: "" },
};
