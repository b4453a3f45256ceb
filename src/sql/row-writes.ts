import type { SqlDialect } from "./analysis";
import { assignmentsOf } from "./assignments";
import type { Target } from "./column-names";
import { aliasOf, ROW_NAMES } from "./column-names";
import { type Asked, NOTHING_ASKED } from "./dnf";
import { tableOfPath } from "./identifiers";
import { insertOf } from "./insert-rows";
import { hasAdjacentStrings } from "./literals";
import type { SlotOf } from "./assigned";
import type { Assigned, RowWrite } from "./row-write";
import { returningOf } from "./returning";
import { singleWriteOf } from "./single-write";
import type { Token } from "./tokens";
import { isWord } from "./tokens";
import type { Node } from "./tree";
import { field, isList, isNode, list, pathOf, UnknownNode } from "./tree";
import { askedOfTarget } from "./where";

interface Statement {
  /** As the shape has them, before clauses were put into words that the parser knows. */
  readonly tokens: readonly Token[];
  readonly slotOf: SlotOf;
  readonly dialect: SqlDialect;
}

/**
 * Which rows a statement writes and what it puts into them, if it writes one table and nothing else. The tokens tell
 * what the tree has lost (MySQL's IGNORE, SQLite's GLOB), and what the parser reads otherwise than the database.
 */
export function rowWriteOf(
  tree: unknown,
  tokens: readonly Token[],
  slotOf: SlotOf,
  dialect: SqlDialect,
): RowWrite | undefined {
  try {
    const write = described(tree, { tokens, slotOf, dialect });
    return write === undefined || (dialect === "sqlite" && writesRowName(write)) ? undefined : write;
  } catch (error) {
    if (error instanceof UnknownNode || error instanceof RangeError) return undefined;
    throw error;
  }
}

function described(tree: unknown, statement: Statement): RowWrite | undefined {
  const [[kind = "", node] = []] = isNode(tree) ? Object.entries(tree) : [];
  const { tokens, slotOf, dialect } = statement;
  // MySQL makes one string of 'a' 'b', which is no constant of the shape's.
  if (!isNode(node) || holdsWrite(node) || hasAdjacentStrings(tokens)) return undefined;
  switch (kind) {
    case "Insert":
      if (overridesGiven(tokens)) return undefined;
      return insertGivingBack(tree, insertOf(node, isIgnoring(statement), slotOf, dialect), dialect);
    case "Update":
      return updateOf(tree, node, statement);
    case "Delete":
      return deleteOf(tree, node, statement);
    default:
      return undefined;
  }
}

function insertGivingBack(
  tree: unknown,
  insert: ReturnType<typeof insertOf>,
  dialect: SqlDialect,
): RowWrite | undefined {
  return insert && { ...insert, returning: returningOf(tree, dialect) };
}

function updateOf(tree: unknown, node: Node, statement: Statement): RowWrite | undefined {
  const { slotOf, dialect } = statement;
  const target = targetOf(node["table"], !isNode(node["from"]), dialect);
  const assignments = assignmentsOf(node["assignments"], slotOf, dialect);
  if (target === undefined || assignments === undefined || node["or"] === "Replace") return undefined;
  return {
    kind: "update",
    table: target.table,
    ...(isIgnoring(statement)
      ? { assignments: unknownValues(assignments.values), computed: new Map() }
      : { assignments: assignments.values, computed: assignments.computed }),
    returning: returningOf(tree, dialect),
    ...rowsWritten(node, target, statement),
  };
}

function deleteOf(tree: unknown, node: Node, statement: Statement): RowWrite | undefined {
  const { dialect } = statement;
  const sources = list(field(node["from"], "WithFromKeyword") ?? field(node["from"], "WithoutKeyword"));
  const joined = isList(node["using"]);
  if (sources.length !== 1 || list(node["tables"]).length > 0 || (joined && dialect === "mysql"))
    return undefined;
  const target = targetOf(sources[0], !joined, dialect);
  const returning = returningOf(tree, dialect);
  return (
    target && { kind: "delete", table: target.table, returning, ...rowsWritten(node, target, statement) }
  );
}

function rowsWritten(
  node: Node,
  target: Target,
  { tokens, slotOf, dialect }: Statement,
): Asked & { readonly askable: boolean } {
  const certain = !tokens.some((token) => isMisread(token, dialect));
  return {
    ...(certain ? askedOfTarget(node["selection"], target, slotOf, dialect) : NOTHING_ASKED),
    askable: singleWriteOf(tokens, dialect) !== undefined,
  };
}

function targetOf(source: unknown, alone: boolean, dialect: SqlDialect): Target | undefined {
  const table = field(field(source, "relation"), "Table");
  const path = field(table, "name");
  if (path === undefined || list(field(source, "joins")).length > 0) return undefined;
  return {
    table: tableOfPath(pathOf(path, dialect), dialect),
    alias: aliasOf(field(table, "alias"), dialect),
    alone,
  };
}

/** A common table expression that writes. */
function holdsWrite(value: unknown): boolean {
  if (isList(value)) return value.some(holdsWrite);
  if (!isNode(value)) return false;
  return Object.entries(value).some(([key, part]) => (WRITES.has(key) && isNode(part)) || holdsWrite(part));
}

const WRITES = new Set(["Insert", "Update", "Delete", "Merge"]);

/**
 * MySQL gives || and XOR, and by its settings &&, other places among AND and OR than the parser does; GLOB and its
 * like reach the parser as LIKE, BETWEEN SYMMETRIC as BETWEEN.
 */
function isMisread(token: Token, dialect: SqlDialect): boolean {
  switch (dialect) {
    case "mysql":
      return isWord(token, "XOR") || (token.kind === "symbol" && /\|\||&&|:=/.test(token.text));
    case "postgres":
      return isWord(token, "SYMMETRIC");
    case "sqlite":
      return isWord(token, "GLOB", "MATCH", "REGEXP");
  }
}

/**
 * MySQL's modifier, which the parser is not shown. It puts the nearest value that fits in the place of one that does
 * not, so that no constant is certain.
 */
function isIgnoring({ tokens, dialect }: Statement): boolean {
  return dialect === "mysql" && tokens.slice(1, 3).some((token) => isWord(token, "IGNORE"));
}

/** OVERRIDING USER VALUE: an identity column takes its default whatever VALUES says. */
function overridesGiven(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => isWord(token, "OVERRIDING") && isWord(tokens[at + 1], "USER"));
}

function unknownValues(assignments: ReadonlyMap<string, Assigned>): ReadonlyMap<string, Assigned> {
  return new Map([...assignments.keys()].map((column) => [column, "unknown"]));
}

/** SQLite's rowid is another name of a column that the statement does not tell. */
function writesRowName(write: RowWrite): boolean {
  if (write.kind === "delete") return false;
  const columns =
    write.kind === "update" ? [...write.assignments.keys()] : [...(write.columns ?? []), ...write.updated];
  return columns.some((column) => ROW_NAMES.has(column));
}
