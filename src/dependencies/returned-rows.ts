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

/** What the database has answered. */
export interface WriteResult {
  readonly affected?: number | undefined;
  /** Of an INSERT in the order of VALUES. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

/** Whether these columns are told by the rows that the statement gives back, as they were before it. */
export function givesBack(
  { kind, returning }: Update | Delete,
  columns: ReadonlySet<string>,
  described: readonly RowChange[],
): boolean {
  if (!returning) return false;
  const [only, another] = described;
  const isKept = (column: string): boolean =>
    kind === "delete" || (only !== undefined && !another && !mayDiffer(only, column));
  const isGiven = givenBy(returning);
  return [...columns].every((column) => isGiven(column) && isKept(column));
}

function givenBy(returning: Returned): (column: string) => boolean {
  if (returning === "all") return () => true;
  const given = new Set(returning.values());
  return (column) => given.has(column);
}

/** Rows as they were before a DELETE, if it gives back each of them. */
export function deletedRows(
  write: Delete,
  result: WriteResult,
  context: WriteContext,
): readonly RowChange[] | undefined {
  const images = imagesOfAll(write, result, context);
  return images && bounded(images.map((before) => ({ before, after: undefined, changed: "all" })));
}

/** `undefined` where not each of the rows is given back. */
function imagesOfAll(
  { returning }: Update | Delete,
  { rows, affected }: WriteResult,
  context: WriteContext,
): readonly RowImage[] | undefined {
  if (!returning || !rows || (affected !== undefined && affected !== rows.length)) return undefined;
  return rows.map((row) => returnedImage(row, returning, context));
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
  const isGiven = givenBy(returning);
  if (!facts.primaryKey.every((column) => isGiven(column) || before.get(column) !== undefined)) return [];
  return [...facts.columns]
    .filter(([column, { type }]) => isGiven(column) && (type.kind !== "opaque" || type.ordering))
    .map(([column]) => column);
}

/** Rows that an UPDATE has found and left, if it gives back each of them. */
export function updatesReturned(
  write: Update,
  described: readonly RowChange[],
  result: WriteResult,
  context: WriteContext,
): readonly RowChange[] | undefined {
  const [only, another] = described;
  const images = only && !another ? imagesOfAll(write, result, context) : undefined;
  return only && images && bounded(images.map((image) => withReturned(only, image)));
}

/** The same of rows that are known one by one, those that the key tells. */
export function alsoReturned(
  changes: readonly RowChange[],
  write: Update,
  result: WriteResult,
  context: WriteContext,
): readonly RowChange[] {
  const images = imagesOfAll(write, result, context);
  if (!images) return changes;
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
