import type { Uses } from "../sql/table-use";
import { onlyUseOf } from "./only-use";
import { pinsOf } from "./pins";
import type { KeysOf, RelianceContext } from "./reliance-context";

/** Whether there can be no more than one key of the table in the result. */
export function hasSingleKey(uses: Uses, { path, columns }: KeysOf, context: RelianceContext): boolean {
  const { schema } = context;
  const facts = schema.facts(path);
  const [conjunction, another] = onlyUseOf(path, uses, schema)?.conditions ?? [];
  if (!facts || !conjunction || another) return false;
  const single = (pinsOf(conjunction, facts, context)?.pinned ?? []).filter(
    ({ tuples }) => tuples.length === 1,
  );
  return columns.every((column) => single.some((pinned) => pinned.columns.includes(column)));
}
