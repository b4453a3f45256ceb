import type { Dnf } from "../sql/condition";
import type { Assigned, RowWrite } from "../sql/row-write";
import { isExact } from "../schema/canonical";
import { withImplicit } from "./changed-columns";
import { valueOf } from "./constant-value";
import { describedInsert } from "./inserted-rows";
import { pinsOf, type PinnedColumns } from "./pins";
import type { Value } from "./predicate";
import { columnsGivenBack } from "./returned-rows";
import { isSpelledOneWay } from "./spelling";
import { tooManyConditions } from "./narrowing";
import { bounded, MOST_ROWS, type RowChange, type RowImage, TOO_MANY_ROWS } from "./row-change";
import { covers, isReplaced, type WriteContext } from "./write-context";

const UNKNOWN: RowImage = new Map();

/**
 * What a statement's text and parameters alone say of the rows that it writes. Values that they do not tell exactly
 * are unknown: of expressions, defaults, generated keys, and of rows that are only known by other columns.
 */
export function writtenRows(write: RowWrite, context: WriteContext): readonly RowChange[] {
  const { coarser } = context;
  if (write.kind !== "insert" && write.isCut) coarser?.(tooManyConditions(write.table.name));
  switch (write.kind) {
    case "insert":
      return bounded(describedInsert(write, context), coarser);
    case "update":
      return bounded(updatedRows(write, context), coarser);
    case "delete":
      return bounded(
        imagesOf(write.conditions, context).map((before) => ({
          before,
          after: undefined,
          changed: "all",
        })),
        coarser,
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

/**
 * Columns to which an UPDATE assigns what the database can compute beforehand. Of whole numbers alone: a float may be shown
 * with fewer digits than it is reckoned with, and other types round or cut what they store.
 */
export function computedColumns(write: UpdateOrDelete, { facts }: WriteContext): readonly string[] {
  if (write.kind === "delete") return [];
  const isInteger = (column: string): boolean => facts.columns.get(column)?.type.kind === "integer";
  return [...write.computed]
    .filter(([column, sources]) => isInteger(column) && [...sources].every(isInteger))
    .map(([column]) => column);
}

function updatedRows(
  write: Extract<RowWrite, { kind: "update" }>,
  context: WriteContext,
): readonly RowChange[] {
  const computed = computedColumns(write, context);
  return imagesOf(write.conditions, context).flatMap((before) => {
    const change = updated(before, write, context);
    if (!change) return [];
    return [{ ...change, awaited: new Set([...computed, ...columnsGivenBack(write, before, context)]) }];
  });
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
  return { before, after, changed: isAnother ? "all" : changed, present: new Set(present) };
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
    return combinations(pins.pinned, context).map((values) => new Map<string, Value>([...values, ...nulls]));
  });
}

/** Too many: the lists are left out, and what is known is known of all rows at once. */
function combinations(
  pinned: readonly PinnedColumns[],
  { coarser }: WriteContext,
): readonly (readonly (readonly [string, string])[])[] {
  const count = pinned.reduce((product, { tuples }) => product * tuples.length, 1);
  if (count > MOST_ROWS) coarser?.(TOO_MANY_ROWS);
  const kept = count > MOST_ROWS ? pinned.filter(({ tuples }) => tuples.length === 1) : pinned;
  let rows: (readonly (readonly [string, string])[])[] = [[]];
  for (const { columns, tuples } of kept)
    rows = rows.flatMap((row) =>
      tuples.map((tuple) => [...row, ...tuple.map((value, at) => [columns[at] ?? "", value] as const)]),
    );
  return rows;
}
