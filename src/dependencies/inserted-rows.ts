import type { Constant, Repeat } from "../sql/bindings";
import type { Operand } from "../sql/condition";
import type { Assigned, RowWrite } from "../sql/row-write";
import { withImplicit } from "./changed-columns";
import { valueOf } from "./constant-value";
import type { Value } from "./predicate";
import { bounded, MOST_ROWS, type RowChange, type RowImage } from "./row-change";
import { returnedImage, valueOfColumn, type WriteResult } from "./returned-rows";
import { covers, isReplaced, type WriteContext } from "./write-context";

type Insert = Extract<RowWrite, { kind: "insert" }>;

const UNKNOWN: RowImage = new Map();

interface InsertResult extends WriteResult {
  readonly insertId?: unknown;
}

/** With the values that the database has made, where it tells them; `undefined` where it does not. */
export function insertedRows(
  write: Insert,
  { affected, insertId, rows }: InsertResult,
  context: WriteContext,
): readonly RowChange[] | undefined {
  const images = imagesInserted(write, context);
  if (!isInOrder(write, context)) return undefined;
  if (write.returning && rows?.length === images.length) {
    const given = rows.map((row) => returnedImage(row, write.returning ?? "all", context));
    return bounded(
      changesInserted(
        write,
        images.map((image, at) => new Map([...image, ...known(given[at])])),
        context,
      ),
    );
  }
  const key = [...context.facts.columns].find(([, column]) => column.autoIncrement)?.[0];
  const only = images.length === 1 && affected === 1 ? images[0] : undefined;
  if (!key || !only || insertId === undefined || only.get(key) !== undefined) return undefined;
  const value = valueOfColumn(key, insertId ?? undefined, context);
  return value === undefined
    ? undefined
    : changesInserted(write, [new Map([...only, [key, value]])], context);
}

/** As far as text and parameters tell. */
export function describedInsert(write: Insert, context: WriteContext): readonly RowChange[] {
  return changesInserted(write, imagesInserted(write, context), context);
}

function imagesInserted({ columns, rows }: Insert, context: WriteContext): readonly RowImage[] {
  return rows && columns ? rows.flatMap((row) => insertedImages(columns, row, context)) : [UNKNOWN];
}

function changesInserted(
  { conflict, target, updated: assigned }: Insert,
  images: readonly RowImage[],
  context: WriteContext,
): readonly RowChange[] {
  return images.flatMap((after): RowChange[] => {
    const inserted: RowChange = { before: undefined, after, changed: "all" };
    if (conflict === "fail" || conflict === "ignore") return [inserted];
    return [inserted, overwritten(after, target ?? [], assigned, context)];
  });
}

/** Repeats come behind the row that they repeat: in the order of the text, if that row is the last. */
function isInOrder({ rows }: Insert, { bindings }: WriteContext): boolean {
  return (rows ?? [[]]).slice(0, -1).every((row) => {
    return row.every(
      (each) => typeof each === "string" || !bindings.repeats.some((repeat) => covers(repeat, each.slot)),
    );
  });
}

function known(image: RowImage | undefined): readonly (readonly [string, Value])[] {
  return [...(image ?? [])].filter(([, value]) => value !== undefined);
}

/** The row that was in the way has the same values in the conflict's columns; of the rest nothing is known. */
function overwritten(
  inserted: RowImage,
  target: readonly string[],
  assigned: readonly string[],
  { facts }: WriteContext,
): RowChange {
  const kept = target.filter((column) => !assigned.includes(column));
  const known = new Map(kept.map((column) => [column, inserted.get(column)]));
  return { before: known, after: known, changed: withImplicit(assigned, facts) };
}

/** Of a row of VALUES and of the rows that repeat it. */
function insertedImages(
  columns: readonly string[],
  row: readonly Assigned[],
  context: WriteContext,
): readonly RowImage[] {
  const slots = row.filter((each) => typeof each === "object").map(({ slot }) => slot);
  const { repeats } = context.bindings;
  const whole = repeats.filter((repeat) => slots.length > 0 && slots.every((slot) => covers(repeat, slot)));
  const partly = repeats.some(
    (repeat) => !whole.includes(repeat) && slots.some((slot) => covers(repeat, slot)),
  );
  // A list inside a value: rows could not be told apart.
  if (partly) return [UNKNOWN];
  if (whole.length >= MOST_ROWS) return Array.from({ length: MOST_ROWS + 1 }, () => UNKNOWN);
  return [undefined, ...whole].map((repeat) => imageOf(columns, row, repeat, context));
}

function imageOf(
  columns: readonly string[],
  row: readonly Assigned[],
  repeat: Repeat | undefined,
  context: WriteContext,
): RowImage {
  return new Map(
    columns.map((column, at) => {
      const assigned = row[at] ?? "unknown";
      const value =
        typeof assigned === "object" ? repeatedValue(column, assigned, repeat, context) : undefined;
      return [column, isReplaced(column, value, context) ? undefined : value];
    }),
  );
}

function repeatedValue(
  column: string,
  { slot, negative }: Operand,
  repeat: Repeat | undefined,
  context: WriteContext,
): Value {
  const constant: Constant | undefined = repeat
    ? repeat.constants[slot - repeat.from]
    : context.bindings.constants[slot];
  return constant && valueOf(constant, negative, context.facts.columns.get(column), context);
}
