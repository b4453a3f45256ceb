import type { SqlDialect } from "./analysis";
import { ROW_NAMES } from "./column-names";
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

/**
 * The statement that reads the columns, under their own names, of just the rows that an UPDATE or DELETE is about to
 * write; `undefined` unless that is certain. `limit`: no more rows than that are asked for.
 */
export function probeOf(
  sql: string,
  dialect: SqlDialect,
  columns: readonly string[],
  lock: ProbeLock,
  limit?: number,
): Probe | undefined {
  const parsed = parse(sql, dialect);
  return parsed && build(parsed, dialect, columns, lock, limit);
}

/**
 * The same for rows that an UPDATE has just written, in the same transaction; `undefined` also if they may no longer
 * satisfy its WHERE. That no trigger, generated column or ON UPDATE changes a column named there, is for the caller
 * to know.
 */
export function afterProbeOf(
  sql: string,
  dialect: SqlDialect,
  columns: readonly string[],
  lock: ProbeLock,
  limit?: number,
): Probe | undefined {
  const parsed = parse(sql, dialect);
  if (parsed === undefined || parsed.write.kind !== "update" || !outlives(parsed.write, dialect))
    return undefined;
  return build(parsed, dialect, columns, lock, limit);
}

interface Parsed {
  readonly write: SingleWrite;
  readonly where: readonly Token[];
  readonly parameters: readonly number[];
}

function parse(sql: string, dialect: SqlDialect): Parsed | undefined {
  const list = tokenize(sql, dialect);
  if (list === undefined || list.conditional) return undefined;
  const [tokens, ...others] = splitStatements(list.tokens);
  if (tokens === undefined || others.length > 0) return undefined;
  const write = singleWriteOf(tokens, dialect);
  const placed = write && placeholdersIn(sql, tokens, write.where, dialect);
  return placed && { write, where: placed.tokens, parameters: placed.parameters };
}

function build(
  { write, where, parameters }: Parsed,
  dialect: SqlDialect,
  columns: readonly string[],
  lock: ProbeLock,
  limit: number | undefined,
): Probe | undefined {
  const condition = spell(where, dialect);
  const table = spell(write.table, dialect);
  if (condition === undefined || table === undefined || columns.length === 0) return undefined;
  const names = columns.map((column) => quoteName(column, dialect)).map((name) => `${name} AS ${name}`);
  const parts = [
    `SELECT ${names.join(", ")} FROM ${table}`,
    condition === "" ? "" : `WHERE ${condition}`,
    limit === undefined ? "" : `LIMIT ${limit}`,
    LOCKS[dialect][lock],
  ];
  return { sql: parts.filter(Boolean).join(" "), parameters };
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

/** Whether WHERE names nothing that SET changes. */
function outlives({ set, where, names }: SingleWrite, dialect: SqlDialect): boolean {
  const assigned = assignedNames(set, dialect);
  const whole = new Set(names.map((name) => caseless(name, dialect)));
  return where.every((token, at) => {
    if (isSymbol(token, "*") && isSymbol(where[at - 1], ".")) return false;
    if (!isName(token)) return true;
    const name = caseless(token, dialect);
    // A table's name that qualifies nothing is the whole row.
    if (whole.has(name)) return isSymbol(where[at + 1], ".");
    return !assigned.has(name) && !ROW_NAMES.has(name);
  });
}

/** Every name that stands between SET or a comma and an equals sign. */
function assignedNames(set: readonly Token[], dialect: SqlDialect): ReadonlySet<string> {
  const assigned = new Set<string>();
  let depth = 0;
  let target = true;
  for (const token of set) {
    if (isSymbol(token, "(") || isSymbol(token, "[")) depth += 1;
    else if (isSymbol(token, ")") || isSymbol(token, "]")) depth -= 1;
    else if (depth === 0 && isSymbol(token, ",")) target = true;
    else if (depth === 0 && token.kind === "symbol" && /^:?=/.test(token.text)) target = false;
    else if (target && isName(token)) assigned.add(caseless(token, dialect));
  }
  return assigned;
}

function caseless(name: Token, dialect: SqlDialect): string {
  return nameOf(name, dialect).toLowerCase();
}
