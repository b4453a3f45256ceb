import type { SqlDialect } from "./analysis";
import type { Functions } from "./functions";
import type { Node } from "./tree";
import { field, isList, isNode, isQuery, list, pathOf } from "./tree";
import { words } from "./words";

export interface Combining {
  readonly combined: boolean;
  readonly repeatable: boolean;
}

/** Whether a SELECT combines rows, and whether rows that a join repeats would change what it returns. */
export function combiningOf(
  select: Node,
  orderBy: unknown,
  grouped: boolean,
  functions: Functions,
  dialect: SqlDialect,
): Combining {
  const distinct = select["distinct"] ?? null;
  const { from: _from, selection: _selection, ...rest } = select;
  const calls: Call[] = [];
  collect([rest, orderBy], false, calls);
  const combining = calls.filter(({ node, inner }) => combines(node, inner, functions, dialect));
  const harmless = combining.every(({ node, inner }) => !inner && ignoresRepetition(node, dialect));
  const plain = distinct === null || distinct === "Distinct";
  return {
    combined: distinct !== null || grouped || combining.length > 0,
    repeatable: plain && harmless && (distinct !== null || grouped || combining.length > 0),
  };
}

/** Whether nothing is called at all, so that nothing can look at more than one row. */
export function callsNothing(value: unknown): boolean {
  const calls: Call[] = [];
  collect(value, false, calls);
  return calls.length === 0;
}

/** Whether it gives one value for each group of rows and none for no group: it calls nothing else, and asks no query. */
export function foldsRows(value: unknown): boolean {
  if (isList(value)) return value.every(foldsRows);
  if (!isNode(value)) return true;
  if (isQuery(value)) return false;
  const call = value["Function"];
  if (isNode(call) && !isFolding(call)) return false;
  return Object.values(value).every(foldsRows);
}

function isFolding(call: Node): boolean {
  const [part, another] = list(call["name"]);
  const name = field(field(part, "Identifier"), "value");
  return (
    another === undefined &&
    typeof name === "string" &&
    FOLDING.has(name.toLowerCase()) &&
    !isNode(call["over"])
  );
}

/** None of them gives several rows, as PostgreSQL's `unnest` does, which may also be none. */
const FOLDING = words(`count sum avg min max coalesce ifnull nullif round abs`);

interface Call {
  readonly node: Node;
  /** It stands in a subquery, but may be an aggregate of the query outside. */
  readonly inner: boolean;
}

function collect(value: unknown, inner: boolean, calls: Call[]): void {
  if (isList(value)) {
    for (const item of value) collect(item, inner, calls);
  } else if (isNode(value)) {
    const call = value["Function"];
    if (isNode(call)) calls.push({ node: call, inner });
    for (const part of Object.values(value)) collect(part, inner || isQuery(value), calls);
  }
}

function combines(call: Node, inner: boolean, functions: Functions, dialect: SqlDialect): boolean {
  // COUNT(*) is always of the query that it stands in, and so is a window.
  if (
    inner &&
    (isNode(call["over"]) || argumentsOf(call).some((each) => field(each, "Unnamed") === "Wildcard"))
  )
    return false;
  if (isNode(call["over"]) || list(call["within_group"]).length > 0) return true;
  return functions.mayAggregate(pathOf(call["name"], dialect));
}

function ignoresRepetition(call: Node, dialect: SqlDialect): boolean {
  if (isNode(call["over"])) return false;
  const name = pathOf(call["name"], dialect).join(".").toLowerCase();
  if (name === "min" || name === "max") return true;
  return name === "count" && field(field(call["args"], "List"), "duplicate_treatment") === "Distinct";
}

function argumentsOf(call: Node): readonly unknown[] {
  return list(field(field(call["args"], "List"), "args"));
}
