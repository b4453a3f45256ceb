import type { TableFacts } from "../schema/column";

/** Columns that change when these are assigned: computed ones along with any other, those of ON UPDATE as well. */
export function withGenerated(
  assigned: Iterable<string>,
  facts: TableFacts | undefined,
): ReadonlySet<string> {
  const changed = new Set(assigned);
  for (const [name, column] of facts?.columns ?? []) if (column.generated) changed.add(name);
  return changed;
}

export function withImplicit(assigned: Iterable<string>, facts: TableFacts): ReadonlySet<string> {
  const changed = new Set(withGenerated(assigned, facts));
  for (const [name, column] of facts.columns) if (column.onUpdate) changed.add(name);
  return changed;
}
