import type { Comparison } from "./condition";

export type Comparing = Comparison | "=";

/** The parser's names of operators. */
const OPERATORS: ReadonlyMap<unknown, Comparing> = new Map([
  ["Eq", "="],
  ["NotEq", "<>"],
  ["Lt", "<"],
  ["LtEq", "<="],
  ["Gt", ">"],
  ["GtEq", ">="],
]);

export function comparisonOf(operator: unknown): Comparing | undefined {
  return OPERATORS.get(operator);
}

/** What holds where the comparison does not, but for NULL. */
export const OPPOSITE = { "=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;

/** The same with its sides exchanged. */
export const MIRRORED = { "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
