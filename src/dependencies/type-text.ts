import type { ValueType } from "../schema/column";

/** The same for types whose values compare alike, in every process. */
export function typeText(type: ValueType | undefined): string {
  if (!type) return "";
  // Labels and lengths say what can be written, not what is equal.
  const { kind, equality, ordering } = type as { kind: string; equality?: string; ordering?: string };
  return [kind, equality, ordering].filter(Boolean).join(" ");
}
