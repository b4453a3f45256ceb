import type { ValueType } from "../schema/column";
import { canonicalStored } from "../schema/stored";
import type { SqlDialect } from "../sql/analysis";
import type { Part } from "../stores/store";
import type { ReachedParts } from "./narrowing";
import { partKey } from "./scheme";
import { coverRange, EVERYWHERE, exactRange, type Node, NULLS, SOMEWHERE } from "./span";

/** Rows that are in a limited result, or would come before its last one in its order. */
export interface Reaching extends ReachedParts {
  readonly path: string;
  readonly type: ValueType;
  /** Where the result shows the column that it is sorted by first. */
  readonly output: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** How many rows a full result has. */
  readonly limit: number;
  /** A row matters only when it comes before the last one of the result, or behind it. */
  readonly crossing: boolean;
}

/** `undefined`: the result does not tell how far it goes. */
export function reachedPartsOf(
  reaching: Reaching,
  rows: readonly Record<string, unknown>[],
  dialect: SqlDialect,
): readonly Part[] | undefined {
  const { scheme, whole, values, limit } = reaching;
  // Where there is room for more, whatever there is would come in.
  if (rows.length < limit) return values.map((row) => ({ scheme: whole.id, key: partKey(row) }));
  const nodes = nodesReached(reaching, rows, dialect);
  return (
    nodes && values.flatMap((row) => nodes.map((node) => ({ scheme: scheme.id, key: partKey(row, node) })))
  );
}

function nodesReached(
  { output, type, descending, nullsFirst, crossing }: Reaching,
  rows: readonly Record<string, unknown>[],
  dialect: SqlDialect,
): readonly Node[] | undefined {
  const last = rows[rows.length - 1]?.[output];
  if (last === null) return nullsFirst ? [NULLS, SOMEWHERE] : [EVERYWHERE, NULLS, SOMEWHERE];
  const bound = last === undefined ? undefined : canonicalStored(type, dialect, last);
  if (bound === undefined) return undefined;
  const range = descending ? { low: bound } : { high: bound };
  const nodes = (crossing ? exactRange : coverRange)(range, type, dialect);
  return nodes && (nullsFirst ? [...nodes, NULLS] : nodes);
}
