import type { TableFacts } from "../schema/column";
import type { Constant, Repeat } from "../sql/bindings";
import type { Dnf, Operand } from "../sql/condition";
import type { Assigned, RowWrite } from "../sql/row-write";
import { isExact } from "../schema/canonical";
import { canonicalStored } from "../schema/stored";
import { withImplicit } from "./changed-columns";
import { type ConstantContext, valueOf } from "./constant-value";
import { pinsOf, type PinnedColumns } from "./pins";
import type { Value } from "./predicate";
import { isSpelledOneWay } from "./spelling";
import { bounded, MOST_ROWS, type RowChange, type RowImage } from "./row-change";

export interface WriteContext extends ConstantContext {
  readonly facts: TableFacts;
}

type Insert = Extract<RowWrite, { kind: "insert" }>;

const UNKNOWN: RowImage = new Map();

/**
 * What a statement's text and parameters alone say of the rows that it writes. Values that they do not tell exactly
 * are unknown: of expressions, defaults, generated keys, and of rows that are only known by other columns.
 */
export function writtenRows(write: RowWrite, context: WriteContext): readonly RowChange[] {
  switch (write.kind) {
    case "insert":
      return bounded(described(write, context));
    case "update":
      return bounded(updatedRows(write, context));
    case "delete":
      return bounded(
        imagesOf(write.conditions, context).map((before) => ({
          before,
          after: undefined,
          changed: "all",
        })),
      );
    default:
      return write satisfies never;
  }
}

export type UpdateOrDelete = Extract<RowWrite, { kind: "update" | "delete" }>;

/** A row as it was read under lock before an UPDATE or DELETE. */
export interface ReadRow {
  readonly before: RowImage;
  /** What an UPDATE assigns that it computes. */
  readonly computed: RowImage;
}

export function changesOfRead(
  write: UpdateOrDelete,
  rows: readonly ReadRow[],
  context: WriteContext,
): readonly RowChange[] {
  if (write.kind === "delete")
    return rows.map(({ before }) => ({ before, after: undefined, changed: "all" }));
  return rows.flatMap(({ before, computed }) => updated(before, write, context, computed) ?? []);
}

/** Columns to which the database assigns what it computes of the row: another type would round or cut it. */
export function computedColumns(write: UpdateOrDelete, { facts }: WriteContext): readonly string[] {
  if (write.kind === "delete") return [];
  const computed = [...write.assignments].filter(([, assigned]) => assigned === "computed");
  return computed
    .map(([column]) => column)
    .filter((each) => facts.columns.get(each)?.type.kind === "integer");
}

function updatedRows(
  write: Extract<RowWrite, { kind: "update" }>,
  context: WriteContext,
): readonly RowChange[] {
  return imagesOf(write.conditions, context).flatMap((before) => updated(before, write, context) ?? []);
}

/** `undefined` where every column keeps its value. */
function updated(
  before: RowImage,
  write: Extract<RowWrite, { kind: "update" }>,
  context: WriteContext,
  computed: RowImage = UNKNOWN,
): RowChange | undefined {
  const { assignments } = write;
  const values = new Map(
    [...assignments].map(
      ([column, assigned]) =>
        [column, computed.get(column) ?? assignedValue(column, assigned, context)] as const,
    ),
  );
  const moved = [...values].filter(([column, value]) => !keeps(before, column, value, context));
  if (moved.length === 0 && values.size > 0) return undefined;
  const changed = withImplicit(
    moved.map(([column]) => column),
    context.facts,
  );
  const after = new Map([...before, ...values]);
  for (const column of changed) if (!values.has(column)) after.delete(column);
  // A row with another key is another row, for whoever looked this one up by it.
  const isAnother = context.facts.primaryKey.some((column) => changed.has(column));
  const present = [...assignments].filter(([, assigned]) => assigned === "present").map(([column]) => column);
  return {
    ...{ before, after, changed: isAnother ? "all" : changed },
    ...{ present: new Set(present), computed: new Set(computedColumns(write, context)) },
  };
}

/** Proved unchanged: equal canonical values are equal values, where the type says so. */
function keeps(before: RowImage, column: string, value: Value, context: WriteContext): boolean {
  const old = before.get(column);
  if (old === undefined || value === undefined) return false;
  if (old === null || value === null) return old === value;
  const type = context.facts.columns.get(column)?.type;
  // Equal values may be shown differently: other case, other rounding.
  return old === value && !!type && isSpelledOneWay(type) && isExact(type, context.dialect, value);
}

/** What the database gives back of the rows that it inserted. */
export interface InsertResult {
  readonly affected?: number | undefined;
  readonly insertId?: unknown;
  /** In the order of VALUES. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[] | undefined;
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
  const value = canonicalOf(key, insertId, context);
  return value === undefined
    ? undefined
    : changesInserted(write, [new Map([...only, [key, value]])], context);
}

function described(write: Insert, context: WriteContext): readonly RowChange[] {
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

function returnedImage(
  row: Readonly<Record<string, unknown>>,
  returning: ReadonlyMap<string, string> | "all",
  context: WriteContext,
): RowImage {
  const names = returning === "all" ? Object.keys(row).map((name) => [name, name] as const) : [...returning];
  return new Map(
    names.map(([output, column]) => [
      column,
      row[output] === null ? null : canonicalOf(column, row[output], context),
    ]),
  );
}

function canonicalOf(column: string, value: unknown, { facts, dialect }: WriteContext): Value {
  const type = facts.columns.get(column)?.type;
  return type && value !== undefined ? canonicalStored(type, dialect, value) : undefined;
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

/**
 * Where another value is stored than the one that is given: MySQL and SQLite fill an automatic key for NULL, MySQL
 * also for 0, and without its strict mode it puts something else where NULL may not stand.
 */
function isReplaced(column: string, value: Value, { facts }: WriteContext): boolean {
  const known = facts.columns.get(column);
  if (!known || known.generated) return true;
  if (value === null && !known.nullable) return true;
  return known.autoIncrement && (value === null || value === "0");
}

function assignedValue(column: string, assigned: Assigned, context: WriteContext): Value {
  if (typeof assigned === "string") return undefined;
  const { bindings, facts } = context;
  const isRepeated = bindings.repeats.some((repeat) => covers(repeat, assigned.slot));
  const constant = bindings.constants[assigned.slot];
  if (isRepeated || !constant) return undefined;
  const value = valueOf(constant, assigned.negative, facts.columns.get(column), context);
  return isReplaced(column, value, context) ? undefined : value;
}

/** What WHERE says of the rows that it picks, one image for each choice of its lists. */
function imagesOf(conditions: Dnf, context: WriteContext): readonly RowImage[] {
  return conditions.flatMap((conjunction) => {
    const pins = pinsOf(conjunction, context.facts, context);
    if (!pins) return [];
    const nulls = pins.predicates
      .filter(([, op]) => op === "null")
      .map(([column]) => [column, null] as const);
    return combinations(pins.pinned).map((values) => new Map<string, Value>([...values, ...nulls]));
  });
}

/** Too many: the lists are left out, and what is known is known of all rows at once. */
function combinations(pinned: readonly PinnedColumns[]): readonly (readonly (readonly [string, string])[])[] {
  const count = pinned.reduce((product, { tuples }) => product * tuples.length, 1);
  const kept = count > MOST_ROWS ? pinned.filter(({ tuples }) => tuples.length === 1) : pinned;
  let rows: (readonly (readonly [string, string])[])[] = [[]];
  for (const { columns, tuples } of kept)
    rows = rows.flatMap((row) =>
      tuples.map((tuple) => [...row, ...tuple.map((value, at) => [columns[at] ?? "", value] as const)]),
    );
  return rows;
}

function covers({ from, constants }: Repeat, slot: number): boolean {
  return slot >= from && slot < from + constants.length;
}
