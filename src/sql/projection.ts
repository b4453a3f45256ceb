import type { Projection, SqlDialect } from "./analysis";
import type { Functions } from "./functions";
import type { Node } from "./tree";
import { field, isList, isNode, isQuery, list, pathOf } from "./tree";

/** What the outermost SELECT computes. Subqueries and set operations are not looked into. */
export function projectionOf(tree: unknown, functions: Functions, dialect: SqlDialect): Projection {
  const select = field(field(field(tree, "Query"), "body"), "Select");
  if (!isNode(select)) return "rows";
  const outputs = list(select["projection"]).map(outputExpression);
  const grouped = isGrouped(select["group_by"]);
  const aggregate = (node: Node): boolean => functions.isAggregate(pathOf(node["name"], dialect));
  if (!grouped && outputs.length === 1 && isCount(outputs[0], dialect)) return "count";
  if (grouped || isNode(select["having"])) return "aggregate";
  return outputs.some((output) => calls(output, aggregate)) ? "aggregate" : "rows";
}

function outputExpression(item: unknown): unknown {
  return field(item, "UnnamedExpr") ?? field(field(item, "ExprWithAlias"), "expr") ?? item;
}

function isGrouped(groupBy: unknown): boolean {
  const all = field(groupBy, "All") !== undefined;
  return all || list(field(groupBy, "Expressions")).some((part) => isList(part) && part.length > 0);
}

/** COUNT(…), with or without parentheses or a cast around it. */
function isCount(output: unknown, dialect: SqlDialect): boolean {
  const inner = field(output, "Nested") ?? field(field(output, "Cast"), "expr");
  if (inner !== undefined) return isCount(inner, dialect);
  const call = field(output, "Function");
  if (!isNode(call) || isNode(call["over"])) return false;
  return pathOf(call["name"], dialect).join(".").toLowerCase() === "count";
}

function calls(value: unknown, wanted: (call: Node) => boolean): boolean {
  if (isList(value)) return value.some((item) => calls(item, wanted));
  if (!isNode(value) || isQuery(value)) return false;
  const call = value["Function"];
  if (isNode(call) && !isNode(call["over"]) && wanted(call)) return true;
  return Object.values(value).some((part) => calls(part, wanted));
}
