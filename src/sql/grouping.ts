import { field, isList, isNode, isQuery, isVariant, list } from "./tree";

/**
 * Whether no operator but AND, OR and NOT has one of them for an operand without parentheses. Such an operand shows
 * that the parser has bound an operator of the dialect's less tightly than the database does, as it does with
 * MySQL's DIV and with IS DISTINCT FROM, so that conditions may stand on the wrong side of an OR.
 */
export function isWellGrouped(expression: unknown): boolean {
  if (isList(expression)) return expression.every(isWellGrouped);
  if (!isNode(expression) || isQuery(expression)) return true;
  return Object.entries(expression).every(([key, value]) => {
    const operands = isNode(value) ? [value, ...Object.values(value)] : list(value);
    const own = rankOf({ [key]: value });
    const apart = !isVariant(key) || key === "Nested" || key === "Tuple";
    return (apart || operands.every((operand) => rankOf(operand) >= own)) && isWellGrouped(value);
  });
}

const TIGHTEST = 3;
const RANKS: ReadonlyMap<unknown, number> = new Map([
  ["Or", 0],
  ["And", 1],
  ["Not", 2],
]);

function rankOf(expression: unknown): number {
  return RANKS.get(operatorOf(expression)) ?? TIGHTEST;
}

function operatorOf(expression: unknown): unknown {
  return field(field(expression, "BinaryOp") ?? field(expression, "UnaryOp"), "op");
}
