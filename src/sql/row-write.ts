import type { Operand } from "./condition";
import type { Asked } from "./dnf";
import type { Returned } from "./returning";
import type { TableName } from "./table-name";

/**
 * What is known of a value that a statement assigns: a constant (DEFAULT is one), that it is not NULL, or nothing of an
 * expression.
 */
export type Assigned = Operand | "present" | "unknown";

/** What an INSERT, UPDATE or DELETE of one table says of the rows that it writes. */
export type RowWrite =
  | {
      readonly kind: "insert";
      readonly table: TableName;
      /** In order; `undefined` if the statement does not name them. */
      readonly columns: readonly string[] | undefined;
      /** VALUES: rows of assigned values. A row stands for its repeats, too. `undefined`: INSERT … SELECT and its like. */
      readonly rows: readonly (readonly Assigned[])[] | undefined;
      /** What happens to a row that is in the way: the statement fails, it stays, it is updated, it is deleted. */
      readonly conflict: "fail" | "ignore" | "update" | "replace";
      /** ON CONFLICT (…): columns that a row in the way has in common with the one inserted. */
      readonly target: readonly string[] | undefined;
      /** Columns that the update of a row in the way assigns. */
      readonly updated: readonly string[];
      /** RETURNING: plain columns by the names that the result gives them, or all columns by their own names. */
      readonly returning: Returned | undefined;
    }
  | (Picked & {
      readonly kind: "update";
      readonly assignments: ReadonlyMap<string, Assigned>;
      /** Columns that are assigned what is computed of the row as it was before: of which of its columns. */
      readonly computed: ReadonlyMap<string, ReadonlySet<string>>;
      /** Of the rows as they are afterwards. */
      readonly returning: Returned | undefined;
    })
  | (Picked & {
      readonly kind: "delete";
      /** Of the rows as they were. */
      readonly returning: Returned | undefined;
    });

/** A row is written only if it satisfies one of the conditions. */
interface Picked extends Asked {
  readonly table: TableName;
  /** Which rows are written depends on each row alone: no join, subquery, LIMIT: they can be asked for by WHERE. */
  readonly askable: boolean;
}
