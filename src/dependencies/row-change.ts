import type { Value } from "./predicate";

/** What is known of a row's values; a column that is missing is unknown. */
export type RowImage = ReadonlyMap<string, Value>;

/** One row, or several of which the same is known, as a write found it and left it. */
export interface RowChange {
  /** Absent: the row was inserted. */
  readonly before: RowImage | undefined;
  /** Absent: it was deleted. */
  readonly after: RowImage | undefined;
  /** Columns that may differ between the two. */
  readonly changed: ReadonlySet<string> | "all";
  /** Columns of which no more is known afterwards than that they are not NULL. */
  readonly present?: ReadonlySet<string>;
  /** Columns of which the database will tell the value afterwards: it computes it of the row before, or gives it back. */
  readonly awaited?: ReadonlySet<string>;
  /** Rows of other tables that go along with it, by `companionId` and the value that they share with it. */
  readonly companions?: Companions;
}

export type Companions = ReadonlyMap<string, CompanionsOfOne>;

/** Of one `companionId`. */
export type CompanionsOfOne = ReadonlyMap<string, readonly RowImage[]>;

/** `all`: nothing is known of the rows. */
export type TableChange = "all" | readonly RowChange[];

/** More rows than this are described by what they have in common. */
export const MOST_ROWS = 200;

export const TOO_MANY_ROWS = `more than ${MOST_ROWS} rows: they are not told apart`;

const UNKNOWN: RowImage = new Map();

export function combine(a: TableChange, b: TableChange): TableChange {
  if (a === "all" || b === "all") return "all";
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return bounded([...a, ...b]);
}

/** Past the bound: unknown rows of which the same columns changed. `coarser` is told so. */
export function bounded(
  changes: readonly RowChange[],
  coarser?: (why: string) => void,
): readonly RowChange[] {
  if (changes.length <= MOST_ROWS) return changes;
  coarser?.(TOO_MANY_ROWS);
  const inserted = changes.some(({ before }) => !before);
  const deleted = changes.some(({ after }) => !after);
  const updates = changes.filter(({ before, after }) => before && after);
  return [
    ...(inserted ? [{ before: undefined, after: UNKNOWN, changed: "all" } as const] : []),
    ...(deleted ? [{ before: UNKNOWN, after: undefined, changed: "all" } as const] : []),
    ...(updates.length > 0
      ? [{ before: UNKNOWN, after: UNKNOWN, changed: allChanged(updates) } as const]
      : []),
  ];
}

function allChanged(changes: readonly RowChange[]): ReadonlySet<string> | "all" {
  const columns = new Set<string>();
  for (const { changed } of changes) {
    if (changed === "all") return "all";
    for (const column of changed) columns.add(column);
  }
  return columns;
}
