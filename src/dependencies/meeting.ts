import type { Schema } from "../schema/schema";
import type { RowChange, RowImage, TableChange } from "./row-change";
import type { WriteSet } from "./writes";

/**
 * Whether one of two writes may change a row that the other one finds and changes, too. A row that is inserted is no
 * such row: who comes to change it has found one more than it knew of.
 */
export function mayMeet(a: WriteSet, b: WriteSet, schema: Schema): boolean {
  if (a.everything !== undefined || b.everything !== undefined) return true;
  return [...a.tables].some(([path, change]) => {
    const other = b.tables.get(path);
    return other !== undefined && rowsMayMeet(change, other, schema.facts(path)?.primaryKey ?? []);
  });
}

function rowsMayMeet(a: TableChange, b: TableChange, key: readonly string[]): boolean {
  if (a === "all" || b === "all") return true;
  const found = (changes: readonly RowChange[]): readonly RowChange[] =>
    changes.filter(({ before }) => before);
  return found(a).some((one) => found(b).some((other) => !areDistinct(one, other, key)));
}

/** Known by their keys to be two rows, before and after. */
function areDistinct(one: RowChange, other: RowChange, key: readonly string[]): boolean {
  const [a, b] = [keptKey(one, key), keptKey(other, key)];
  return key.some((column) => {
    const values = [a?.get(column), b?.get(column)] as const;
    return values.every((value) => typeof value === "string") && values[0] !== values[1];
  });
}

/** Of a row that keeps its key as long as it is there. */
function keptKey({ before, after, changed }: RowChange, key: readonly string[]): RowImage | undefined {
  const keeps = !after || (changed !== "all" && !key.some((column) => changed.has(column)));
  return keeps ? before : undefined;
}
