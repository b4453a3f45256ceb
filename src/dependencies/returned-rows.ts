import { columnName } from "../sql/identifiers";
import type { Returned } from "../sql/returning";
import type { RowWrite } from "../sql/row-write";
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

type Delete = Extract<RowWrite, { kind: "delete" }>;

/** Whether a DELETE gives back these columns of its rows. */
export function givesBack({ returning }: Delete, columns: ReadonlySet<string>): boolean {
  if (!returning || returning === "all") return returning === "all";
  const given = new Set(returning.values());
  return [...columns].every((column) => given.has(column));
}

/** Rows as they were before a DELETE, if it gives back each of them. */
export function deletedRows(
  { returning }: Delete,
  rows: readonly Readonly<Record<string, unknown>>[] | undefined,
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
