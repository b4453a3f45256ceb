import type { SqlDialect } from "./analysis";
import { columnsOf } from "./column-names";
import type { SlotOf } from "./assigned";
import { assignedOf } from "./assigned";
import { computedOf } from "./computable";
import type { Assigned } from "./row-write";
import { field, isList, list, pathOf } from "./tree";

/** What SET assigns, column by column. */
export interface Assignments {
  readonly values: ReadonlyMap<string, Assigned>;
  /** Columns whose value is computed of others, and maybe of itself, as they were before: of which. */
  readonly computed: ReadonlyMap<string, ReadonlySet<string>>;
}

/** `undefined` if some target is no column. */
export function assignmentsOf(set: unknown, slotOf: SlotOf, dialect: SqlDialect): Assignments | undefined {
  const values = new Map<string, Assigned>();
  const computed = new Map<string, ReadonlySet<string>>();
  for (const assignment of list(set)) {
    const pairs = pairsOf(field(assignment, "target"), field(assignment, "value"), slotOf, dialect);
    if (pairs === undefined) return undefined;
    for (const [column, value, sources] of pairs) {
      // Which of two assignments to a column counts, the dialects answer differently.
      const isOnly = !values.has(column);
      values.set(column, isOnly ? value : "unknown");
      if (isOnly && sources) computed.set(column, sources);
      else computed.delete(column);
    }
  }
  for (const [column, sources] of computed)
    if (isAssignedBesides(column, sources, values)) computed.delete(column);
  return namesAreDistinct([...values.keys()]) ? { values, computed } : undefined;
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

type Pairs = readonly (readonly [column: string, value: Assigned, sources?: ReadonlySet<string>])[];

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
