import { columnName } from "../sql/identifiers";
import type { Returned } from "../sql/returning";
import type { RowWrite } from "../sql/row-write";
import { isExact } from "../schema/canonical";
import { storedValue } from "../schema/stored";
import type { Value } from "./predicate";
import { bounded, type RowChange, type RowImage } from "./row-change";
import type { WriteContext } from "./write-context";

/** What RETURNING gives back of one row. */
export function returnedImage(
  row: Readonly<Record<string, unknown>>,
  returning: Returned,
  context: WriteContext,
): RowImage {
  const own = (name: string): string => columnName(name, context.dialect);
  const names =
    returning === "all" ? Object.keys(row).map((name) => [name, own(name)] as const) : [...returning];
  return new Map(names.map(([output, column]) => [column, valueOfColumn(column, row[output], context)]));
}

/** As the database has given it. */
export function valueOfColumn(column: string, value: unknown, { facts, dialect }: WriteContext): Value {
  return storedValue(facts.columns.get(column)?.type, dialect, value);
}

type Update = Extract<RowWrite, { kind: "update" }>;
type Delete = Extract<RowWrite, { kind: "delete" }>;

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Whether these columns are told by the rows that the statement gives back, as they were before it. */
export function givesBack(
  { kind, returning }: Update | Delete,
  columns: ReadonlySet<string>,
  described: readonly RowChange[],
): boolean {
  if (!returning) return false;
  const given = returning === "all" ? undefined : new Set(returning.values());
  const [only, another] = described;
  const isKept = (column: string): boolean =>
    kind === "delete" || (only !== undefined && !another && !mayDiffer(only, column));
  return [...columns].every((column) => (given?.has(column) ?? true) && isKept(column));
}

/** Rows as they were before a DELETE, if it gives back each of them. */
export function deletedRows(
  { returning }: Delete,
  rows: Rows | undefined,
  affected: number | undefined,
  context: WriteContext,
): readonly RowChange[] | undefined {
  if (!returning || !rows || (affected !== undefined && affected !== rows.length)) return undefined;
  return bounded(
    rows.map((row) => ({
      before: returnedImage(row, returning, context),
      after: undefined,
      changed: "all",
    })),
  );
}

/**
 * Columns of which an UPDATE gives back what can be told from others, along with what tells the rows apart by which they
 * are known already.
 */
export function columnsGivenBack(
  { returning }: Update,
  before: RowImage,
  { facts }: WriteContext,
): readonly string[] {
  if (!returning) return [];
  const given = new Set(returning === "all" ? facts.columns.keys() : returning.values());
  if (!facts.primaryKey.every((column) => given.has(column) || before.get(column) !== undefined)) return [];
  return [...facts.columns]
    .filter(([column, { type }]) => given.has(column) && (type.kind !== "opaque" || type.ordering))
    .map(([column]) => column);
}

/** Rows that an UPDATE has found and left, if it gives back each of them. */
export function updatedRows(
  { returning }: Update,
  described: readonly RowChange[],
  rows: Rows | undefined,
  affected: number | undefined,
  context: WriteContext,
): readonly RowChange[] | undefined {
  const [only, another] = described;
  if (!returning || !rows || !only || another || (affected !== undefined && affected !== rows.length))
    return undefined;
  return bounded(rows.map((row) => withReturned(only, returnedImage(row, returning, context))));
}

/** The same of rows that are known one by one, those that the key tells. */
export function alsoReturned(
  changes: readonly RowChange[],
  { returning }: Update,
  rows: Rows | undefined,
  context: WriteContext,
): readonly RowChange[] {
  if (!returning || !rows) return changes;
  const images = rows.map((row) => returnedImage(row, returning, context));
  const [change, another] = changes;
  if (change && !another && images[0] && images.length === 1) return [withReturned(change, images[0])];
  const byKey = new Map(images.map((image) => [keyOf(image, context), image]));
  return changes.map((each) => {
    const key = each.changed === "all" || !each.before ? undefined : keyOf(each.before, context);
    const image = key === undefined ? undefined : byKey.get(key);
    return image ? withReturned(each, image) : each;
  });
}

/** With the row as it is now, and so as it was where the statement does not change it. */
function withReturned(change: RowChange, row: RowImage): RowChange {
  const { before, after } = change;
  const known = [...row].filter(([, value]) => value !== undefined);
  const kept = known.filter(([column]) => !mayDiffer(change, column));
  return {
    ...change,
    before: before && new Map([...before, ...kept]),
    after: after && new Map([...after, ...known]),
  };
}

function mayDiffer({ changed }: RowChange, column: string): boolean {
  return changed === "all" || changed.has(column);
}

/** `undefined` where it is not known, or may be that of several rows: see `isExact`. */
function keyOf(image: RowImage, { facts, dialect }: WriteContext): string | undefined {
  const values = facts.primaryKey.map((column) => image.get(column));
  const isTold = facts.primaryKey.every((column, at) => {
    const [type, value] = [facts.columns.get(column)?.type, values[at]];
    return type !== undefined && typeof value === "string" && isExact(type, dialect, value);
  });
  return values.length > 0 && isTold ? JSON.stringify(values) : undefined;
}
