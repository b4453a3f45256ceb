import type { TableFacts } from "../schema/column";
import type { Repeat } from "../sql/bindings";
import type { ConstantContext } from "./constant-value";
import type { Value } from "./predicate";

export interface WriteContext extends ConstantContext {
  readonly facts: TableFacts;
  /** Told in words what bounds have left out. */
  readonly coarser?: ((why: string) => void) | undefined;
}

/**
 * Where another value is stored than the one that is given: MySQL and SQLite fill an automatic key for NULL, MySQL
 * also for 0, and without its strict mode it puts something else where NULL may not stand.
 */
export function isReplaced(column: string, value: Value, { facts }: WriteContext): boolean {
  const known = facts.columns.get(column);
  if (!known || known.generated) return true;
  if (value === null && !known.nullable) return true;
  return known.autoIncrement && (value === null || value === "0");
}

/** Whether a slot stands in what a list of rows or values repeats. */
export function covers({ from, constants }: Repeat, slot: number): boolean {
  return slot >= from && slot < from + constants.length;
}
