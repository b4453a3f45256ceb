import type { ValueType } from "../schema/column";

/** Whether equal values of the two columns have equal canonical forms. */
export function sameValues(a: ValueType | undefined, b: ValueType | undefined): boolean {
  if (!a || !b || a.kind === "opaque" || a.kind !== b.kind) return false;
  return equalityOf(a) === equalityOf(b);
}

function equalityOf(type: ValueType): unknown {
  return "equality" in type ? type.equality : undefined;
}
