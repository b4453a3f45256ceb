import type { SqlDialect } from "./analysis";
import type { Operand } from "./condition";
import type { Assigned } from "./row-write";
import { field, isNode, list, type Node } from "./tree";

/**
 * The slot of a constant, found by the span of its node: what a `Value` holds, or the identifier DEFAULT. No
 * slot, no constant: whoever asks then takes the value for unknown.
 */
export type SlotOf = (constant: Node) => number | undefined;

/** The constant that an expression is, if it is one and nothing else. */
export function operandOf(expression: unknown, slotOf: SlotOf, dialect: SqlDialect): Operand | undefined {
  const negated = field(expression, "UnaryOp");
  const negative = field(negated, "op") === "Minus";
  const constant = field(negative ? field(negated, "expr") : expression, "Value");
  if (!isNode(constant) || !isCertain(constant["value"], negative, dialect)) return undefined;
  const slot = slotOf(constant);
  return slot === undefined ? undefined : { slot, negative };
}

/** What a column is assigned; DEFAULT is a constant here and nowhere else. */
export function assignedOf(expression: unknown, slotOf: SlotOf, dialect: SqlDialect): Assigned {
  const word = field(expression, "Identifier");
  if (isNode(word) && isDefault(word)) {
    const slot = slotOf(word);
    return slot === undefined ? "unknown" : { slot, negative: false };
  }
  return operandOf(expression, slotOf, dialect) ?? (isPresentMoment(expression) ? "present" : "unknown");
}

/** CURRENT_TIMESTAMP, as TypeORM writes for a deletion that is no more than a mark. */
function isPresentMoment(expression: unknown): boolean {
  const [part, another] = list(field(field(expression, "Function"), "name"));
  const name = field(field(part, "Identifier") ?? part, "value");
  return another === undefined && typeof name === "string" && name.toUpperCase() === "CURRENT_TIMESTAMP";
}

function isDefault(word: Node): boolean {
  const { value, quote_style: quote } = word;
  return (quote ?? null) === null && typeof value === "string" && value.toUpperCase() === "DEFAULT";
}

/**
 * MySQL reads "x" as a name or as a string, by its settings. What a minus makes of a string or a truth value is a
 * matter of each dialect's conversions.
 */
function isCertain(value: unknown, negative: boolean, dialect: SqlDialect): boolean {
  if (dialect === "mysql" && field(value, "DoubleQuotedString") !== undefined) return false;
  if (!negative) return true;
  return field(value, "Number") !== undefined || field(value, "Placeholder") !== undefined;
}
