import type { ValueType } from "../schema/column";

/** Whether equal values of the two columns have equal canonical forms. */
export function sameValues(a: ValueType | undefined, b: ValueType | undefined): boolean {
  if (!a || !b || a.kind === "opaque" || a.kind !== b.kind) return false;
  return equalityOf(a) === equalityOf(b);
}

/**
 * Whether what equals a value of the one column, and is equalled by one of the other, equals that one, too. Of `ß` one
 * collation says that it is `s`, another that it is `ss`: then `s` leads to `ss`, which it does not equal by either.
 */
export function isTransitive(a: ValueType | undefined, b: ValueType | undefined): boolean {
  if (!a || !b || !sameValues(a, b)) return false;
  if (a.kind === "enum") return a.equality === "exact";
  if (a.kind !== "text" || b.kind !== "text" || !a.equality.startsWith("ascii")) return true;
  return a.collation !== undefined && a.collation === b.collation;
}

function equalityOf(type: ValueType): unknown {
  return "equality" in type ? type.equality : undefined;
}
