import type { Control, Mentioned, SqlDialect, StatementAnalysis, Volatility, Writes } from "./analysis";
import type { TableName } from "./table-name";
import type { SlotOf } from "./assigned";
import { possibleCalls } from "./calls";
import { HARMLESS } from "./commands";
import { rowsAsCompared, usesAsCompared } from "./column-case";
import type { Context } from "./context";
import { isTooDeep } from "./depth";
import { identifiersIn, mayCreateTable, mayWrite } from "./fallback";
import { parseStatement } from "./parser";
import { projectionOf } from "./projection";
import { parseable } from "./rewrite";
import { rowWriteOf } from "./row-writes";
import { textOf } from "./shape";
import { hasSlot, slotsByColumn } from "./slots";
import { sourcesIn } from "./sources";
import type { Token } from "./tokens";
import { field, UnknownNode } from "./tree";
import { usesOf } from "./uses";
import { volatilityOf } from "./volatility";
import type { CalledFunction, Findings, TableWrite } from "./walk";
import { findingsOf } from "./walk";

/** A statement that reads or writes rows: SELECT, INSERT, UPDATE, DELETE, REPLACE, MERGE, VALUES, WITH. */
export function analyseData(tokens: readonly Token[], context: Context): StatementAnalysis {
  const parseableTokens = parseable(tokens, context.dialect);
  const tree = parsed(tokens, parseableTokens, context);
  const findings = tree === undefined ? undefined : certainFindings(tree, context);
  if (findings === undefined) return analyseTokens(tokens, context);
  return {
    reads: {
      kind: "exact",
      tables: distinctTables(findings.reads),
      uses: usesAsCompared(usesOf(tree, tokens, parseableTokens, findings.reads, context), context.dialect),
    },
    ...effects(
      tokens,
      findings.functions,
      findings.into,
      writesIn(tree, tokens, parseableTokens, findings, context),
      context,
    ),
    projection: projectionOf(tree, context.functions, context.dialect),
    ddl: false,
  };
}

function parsed(
  tokens: readonly Token[],
  parseableTokens: readonly Token[],
  { dialect, conditional }: Context,
): unknown {
  if (conditional || tokens.some((token) => readsDifferently(token, dialect))) return undefined;
  return isTooDeep(tokens) ? undefined : parseStatement(textOf(parseableTokens), dialect);
}

/**
 * The parser would split the token otherwise than the database does: a blank of Unicode that is part of a
 * name, a name of MySQL's that begins with a digit, an operator that opens a comment.
 */
function readsDifferently(token: Token, dialect: SqlDialect): boolean {
  if (token.kind === "symbol") return token.text.includes("--") || token.text.includes("/*");
  if (token.kind !== "word") return false;
  return UNICODE_BLANK.test(token.text) || (dialect === "mysql" && /^\d/.test(token.text));
}

const UNICODE_BLANK = /[\u0080-\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2060\u3000\ufeff]/;

/** The answer without a syntax tree: every name in the text may be a table. */
function analyseTokens(tokens: readonly Token[], context: Context): StatementAnalysis {
  const identifiers = identifiersIn(tokens, context.dialect);
  const mentioned: Mentioned = {
    kind: "identifiers",
    identifiers,
    sources: sourcesIn(tokens, context.dialect),
  };
  const writes: Writes = mayWrite(tokens) ? mentioned : HARMLESS.writes;
  const calls = possibleCalls(tokens, context.dialect);
  return {
    ...HARMLESS,
    reads: mentioned,
    ...effects(tokens, calls, mayCreateTable(tokens), writes, context),
  };
}

function certainFindings(tree: unknown, context: Context): Findings | undefined {
  try {
    return findingsOf(tree, context.dialect);
  } catch (error) {
    // A RangeError: thousands of UNIONs make a tree deeper than the stack.
    if (error instanceof UnknownNode || error instanceof RangeError) return undefined;
    throw error;
  }
}

function effects(
  tokens: readonly Token[],
  calls: readonly CalledFunction[],
  into: boolean,
  writes: Writes,
  { functions, dialect }: Context,
): { writes: Writes; volatility: Volatility | undefined; control: Control | undefined } {
  const classes = calls.map((call) => ({
    name: call.path.join("."),
    is: functions.classify(call.path, call.args),
  }));
  const unknown = classes.find((call) => call.is === "unknown");
  const volatile = classes.find((call) => call.is === "volatile");
  const configures = classes.some((call) => call.name.endsWith("set_config"));
  const control: Control | undefined = configures ? { kind: "session", what: "set_config" } : undefined;
  if (unknown !== undefined) {
    const volatility: Volatility = { kind: "unknown-function", what: unknown.name };
    return { writes: { kind: "everything", why: `${unknown.name}()` }, volatility, control };
  }
  const creates: Writes =
    into && dialect === "postgres" ? { kind: "everything", why: "SELECT INTO" } : writes;
  return {
    writes: creates,
    volatility: volatilityFrom(tokens, into, volatile?.name, { functions, dialect }),
    control,
  };
}

function volatilityFrom(
  tokens: readonly Token[],
  into: boolean,
  called: string | undefined,
  { functions, dialect }: Pick<Context, "functions" | "dialect">,
): Volatility | undefined {
  if (into) return { kind: "into", what: "INTO" };
  if (called !== undefined) return { kind: "function", what: called };
  return volatilityOf(tokens, functions, dialect);
}

function writesIn(
  tree: unknown,
  tokens: readonly Token[],
  parsed: readonly Token[],
  { writes }: Findings,
  { dialect }: Context,
): Writes {
  const all = writesOf(writes);
  const tables = distinctTables(writes.map(({ table }) => table));
  if (all.kind !== "tables" || tables.length !== 1) return all;
  const slotOf = slotsIn(tokens, parsed);
  return { ...all, rows: slotOf && rowsAsCompared(rowWriteOf(tree, tokens, slotOf, dialect), dialect) };
}

/** Slots are those of the shape: no constant may have been rewritten for the parser. */
function slotsIn(tokens: readonly Token[], parsed: readonly Token[]): SlotOf | undefined {
  const slots = slotsByColumn(parsed);
  if (!slots || tokens.filter(hasSlot).length !== parsed.filter(hasSlot).length) return undefined;
  return ({ span }) => {
    const start = field(span, "start");
    return field(start, "line") === 1 ? slots.get(Number(field(start, "column")))?.slot : undefined;
  };
}

function writesOf(writes: readonly TableWrite[]): Writes {
  if (writes.length === 0) return HARMLESS.writes;
  const distinct = new Map(writes.map((write) => [`${write.write} ${keyOf(write.table)}`, write]));
  return { kind: "tables", tables: [...distinct.values()] };
}

function distinctTables(tables: readonly TableName[]): readonly TableName[] {
  return [...new Map(tables.map((table) => [keyOf(table), table])).values()];
}

function keyOf(table: TableName): string {
  return JSON.stringify([table.schema, table.name]);
}
