import { canonicalStored } from "../schema/stored";
import type { TableFacts, ValueType } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import type { Part, Scheme } from "../stores/store";
import { inOrder } from "./narrowing";
import { type Reaching, reachedPartsOf } from "./reached-parts";
import { partKey } from "./scheme";

/** Rows of a table that only the result tells. */
export type LateParts = ShownParts | Reaching;

/** Those whose columns equal what its rows show. */
export interface ShownParts {
  readonly path: string;
  readonly scheme: Scheme;
  readonly columns: readonly LateColumn[];
}

export interface LateColumn {
  readonly column: string;
  readonly type: ValueType;
  /** Where its values are: a column of the result, or a constant. */
  readonly from: { readonly output: string } | { readonly value: string };
}

/** More rows of one table than this are not told apart: each is a key that every look-up of the entry asks for. */
const MOST_PARTS = 200;

/** `undefined`: the result does not tell them, or tells too many. */
export function latePartsOf(
  late: LateParts,
  rows: unknown,
  dialect: SqlDialect,
): readonly Part[] | undefined {
  if (!Array.isArray(rows)) return undefined;
  const told = rows as readonly Record<string, unknown>[];
  return "columns" in late ? shownPartsOf(late, told, dialect) : reachedPartsOf(late, told, dialect);
}

/** Columns of the result that tell them. */
export function outputsTelling(late: LateParts): readonly string[] {
  if (!("columns" in late)) return [late.output];
  return late.columns.flatMap(({ from }) => ("output" in from ? [from.output] : []));
}

function shownPartsOf(
  { scheme, columns }: ShownParts,
  rows: readonly Record<string, unknown>[],
  dialect: SqlDialect,
): readonly Part[] | undefined {
  const keys = new Set<string>();
  for (const row of rows) {
    const values = valuesOf(row, columns, dialect);
    if (values === undefined) return undefined;
    // A LEFT JOIN by NULL finds nothing.
    if (values !== null) keys.add(partKey(values));
    if (keys.size > MOST_PARTS) return undefined;
  }
  return [...keys].map((key) => ({ scheme: scheme.id, key }));
}

function valuesOf(
  row: Record<string, unknown>,
  columns: readonly LateColumn[],
  dialect: SqlDialect,
): readonly string[] | null | undefined {
  const values: [string, string][] = [];
  for (const { column, type, from } of columns) {
    const raw = "value" in from ? from.value : row[from.output];
    if (raw === null) return null;
    const value = "value" in from ? from.value : canonicalStored(type, dialect, raw);
    if (value === undefined) return undefined;
    values.push([column, value]);
  }
  return inOrder(values);
}

/** A key by which at most one row can be joined. */
export function isUnique(columns: readonly string[], { primaryKey, uniqueKeys }: TableFacts): boolean {
  const keys = [...(primaryKey.length > 0 ? [primaryKey] : []), ...uniqueKeys];
  return keys.some((key) => key.every((column) => columns.includes(column)));
}
