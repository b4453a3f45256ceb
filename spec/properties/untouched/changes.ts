import { isDeepStrictEqual } from "node:util";
import type { Family } from "../../consistency/family";
import type { State, StoredRow } from "../../consistency/state";
import type { Assigned } from "./acts";
import type { Question } from "./questions";

const COLUMNS = ["id", "value", "parentId", "deletedAt", "label", "kind"] as const;

/** A row that came, went, or was written to. */
export interface Change {
  readonly table: string;
  readonly was: StoredRow | undefined;
  readonly is: StoredRow | undefined;
  /** What differs, and what was assigned. */
  readonly columns: readonly string[];
}

export function changesOf(
  { tables }: Family,
  before: State,
  after: State,
  assigned: readonly Assigned[],
): Change[] {
  return tables.flatMap(({ name }) => {
    const [old, now] = [before.tables[name] ?? [], after.tables[name] ?? []];
    const ids = new Set([...old, ...now].map(([id]) => id));
    const changes = [...ids].map((id) => {
      const [was, is] = [old, now].map((rows) => rows.find((row) => row[0] === id));
      return { table: name, was, is, columns: columnsOf(name, was, is, assigned) };
    });
    return changes.filter(({ was, is, columns }) => columns.length > 0 || !isDeepStrictEqual(was, is));
  });
}

function columnsOf(
  table: string,
  was: StoredRow | undefined,
  is: StoredRow | undefined,
  assigned: readonly Assigned[],
): readonly string[] {
  const differing = COLUMNS.filter((_, at) => was?.[at] !== is?.[at]);
  const own = assigned.filter((each) => each.table === table && was && each.has(was));
  return [...differing, ...own.flatMap(({ columns }) => columns)];
}

/** Whether an answer relies on a row that changed in what it looks at. */
export function concerns(
  { read, reliesOn, looksAt }: Question,
  changes: readonly Change[],
  before: State,
): boolean {
  return changes.some(({ table, was, is, columns }) => {
    const relied = [was, is].some((row) => row && reliesOn(table, row, before));
    if (!relied || !was || !is || table !== read.table || !looksAt) return relied;
    return columns.some((column) => looksAt.has(column));
  });
}
