import type { SqlDialect } from "./analysis";
import { isSpecial } from "./column-names";
import { field, identifier, isList, isNode, type Node } from "./tree";

/**
 * Columns that an expression computes a number of; `undefined` if it is anything else. Computed twice of the same row, it
 * gives the same: there is nothing in it but columns, numbers, parameters and what is reckoned with them.
 */
export function computedOf(expression: unknown, dialect: SqlDialect): ReadonlySet<string> | undefined {
  const columns = new Set<string>();
  return collect(expression, columns, dialect) ? columns : undefined;
}

const OPERATORS: ReadonlySet<unknown> = new Set(["Plus", "Minus", "Multiply", "Divide", "Modulo"]);

function collect(node: unknown, columns: Set<string>, dialect: SqlDialect): boolean {
  const nested = field(node, "Nested");
  if (nested !== undefined) return collect(nested, columns, dialect);
  const signed = signedIn(node);
  // PostgreSQL takes the negative of a parameter for a float.
  if (signed !== undefined) return !holdsParameter(signed) && collect(signed, columns, dialect);
  const operation = field(node, "BinaryOp");
  if (isNode(operation)) {
    const { left, op, right } = operation;
    return OPERATORS.has(op) && collect(left, columns, dialect) && collect(right, columns, dialect);
  }
  const name = nameIn(node, dialect);
  if (name) columns.add(identifier(name, dialect));
  return name !== undefined || isNumber(field(field(node, "Value"), "value"));
}

function signedIn(node: unknown): unknown {
  const operation = field(node, "UnaryOp");
  const op = field(operation, "op");
  return op === "Minus" || op === "Plus" ? field(operation, "expr") : undefined;
}

function nameIn(node: unknown, dialect: SqlDialect): Node | undefined {
  const path = field(node, "CompoundIdentifier");
  const name = isList(path) ? path[path.length - 1] : field(node, "Identifier");
  return isNode(name) && !isSpecial(name, dialect) ? name : undefined;
}

function holdsParameter(node: unknown): boolean {
  return Array.isArray(node) || isNode(node)
    ? Object.entries(node).some(([key, value]) => key === "Placeholder" || holdsParameter(value))
    : false;
}

function isNumber(value: unknown): boolean {
  return field(value, "Number") !== undefined || field(value, "Placeholder") !== undefined;
}
