import type { Column } from "./relations";
import { field, isList, isNode, list } from "./tree";

export function isGrouped(groupBy: unknown): boolean {
  return field(groupBy, "All") !== undefined || grouped(groupBy).length > 0 || modifiers(groupBy).length > 0;
}

/** The plain columns by which rows are grouped; none where ROLLUP and its like put NULLs in their places. */
export function groupColumns(
  groupBy: unknown,
  column: (node: unknown) => Column | undefined,
): readonly Column[] {
  const expressions = grouped(groupBy);
  if (modifiers(groupBy).length > 0 || expressions.some(isSet)) return [];
  return expressions.map(column).filter((each) => each !== undefined);
}

function grouped(groupBy: unknown): readonly unknown[] {
  return list(list(field(groupBy, "Expressions"))[0]);
}

function modifiers(groupBy: unknown): readonly unknown[] {
  return list(list(field(groupBy, "Expressions"))[1] ?? list(field(groupBy, "All")));
}

function isSet(expression: unknown): boolean {
  return (
    isNode(expression) && Object.values(expression).some(isList) && !("CompoundIdentifier" in expression)
  );
}
