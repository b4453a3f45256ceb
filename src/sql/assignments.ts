import type { SqlDialect } from "./analysis";
import { columnsOf } from "./column-names";
import type { SlotOf } from "./assigned";
import { assignedOf } from "./assigned";
import { computedOf } from "./computable";
import type { Assigned } from "./row-write";
import { field, isList, list, pathOf } from "./tree";

/** What SET assigns, column by column; `undefined` if some target is no column. */
export function assignmentsOf(
  set: unknown,
  slotOf: SlotOf,
  dialect: SqlDialect,
): ReadonlyMap<string, Assigned> | undefined {
  const assigned = new Map<string, Assigned>();
  const sources = new Map<string, ReadonlySet<string>>();
  for (const assignment of list(set)) {
    const pairs = pairsOf(field(assignment, "target"), field(assignment, "value"), slotOf, dialect);
    if (pairs === undefined) return undefined;
    for (const [column, value, computedOf] of pairs) {
      // Which of two assignments to a column counts, the dialects answer differently.
      const isOnly = !assigned.has(column);
      assigned.set(column, isOnly ? value : "unknown");
      if (isOnly && computedOf) sources.set(column, computedOf);
      else sources.delete(column);
    }
  }
  for (const [column, columns] of sources)
    if (!isAssignedBesides(column, columns, assigned)) assigned.set(column, "computed");
  return namesAreDistinct([...assigned.keys()]) ? assigned : undefined;
}

/** MySQL computes with what was assigned further left. */
function isAssignedBesides(
  column: string,
  sources: ReadonlySet<string>,
  assigned: ReadonlyMap<string, Assigned>,
): boolean {
  const others = [...assigned.keys()].filter((each) => each !== column).map((each) => each.toLowerCase());
  return [...sources].some((each) => others.includes(each.toLowerCase()));
}

/** MySQL and SQLite do not tell `a` from `A`. */
export function namesAreDistinct(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

type Pairs = readonly (readonly [column: string, value: Assigned, computedOf?: ReadonlySet<string>])[];

function pairsOf(target: unknown, value: unknown, slotOf: SlotOf, dialect: SqlDialect): Pairs | undefined {
  const tuple = field(target, "Tuple");
  if (tuple !== undefined) return tuplePairs(columnsOf(tuple, dialect), value, slotOf, dialect);
  const path = field(target, "ColumnName");
  if (!isList(path)) return undefined;
  const names = pathOf(path, dialect);
  const [first = "", ...rest] = names;
  // On PostgreSQL a.b is a field of the column a, elsewhere the column b of the table a.
  if (dialect === "postgres" && rest.length > 0) return [[first, "unknown"]];
  const assigned = assignedOf(value, slotOf, dialect);
  return [
    [
      names[names.length - 1] ?? first,
      assigned,
      assigned === "unknown" ? computedOf(value, dialect) : undefined,
    ],
  ];
}

function tuplePairs(
  columns: readonly string[] | undefined,
  value: unknown,
  slotOf: SlotOf,
  dialect: SqlDialect,
): Pairs | undefined {
  const values = list(field(value, "Tuple")).map((item) => assignedOf(item, slotOf, dialect));
  const known = values.length === columns?.length;
  return columns?.map((column, at) => [column, (known ? values[at] : undefined) ?? "unknown"] as const);
}
