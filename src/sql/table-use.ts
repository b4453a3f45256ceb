import type { TableName } from "./table-name";
import type { Dnf, Operand } from "./condition";

/** One occurrence of a table in a query, at whatever depth, and what the statement asks of its rows. */
export interface TableUse {
  readonly table: TableName;
  /** Names of the columns that the statement looks at, wherever; `"all"` for `*`, whole rows, what is not certain. */
  readonly columns: ReadonlySet<string> | "all";
  /**
   * Of a table of the outermost SELECT: those columns that may decide which rows there are and in what order. The others
   * are only shown, of rows that are in the result. `undefined`: any of them may decide.
   */
  readonly deciding: ReadonlySet<string> | undefined;
  /** Every row that satisfies `conditions` is in the result. */
  readonly isShown: boolean;
  /**
   * Each row of the result, or of what DISTINCT makes one of, is made with a row of it, and its rows that are not in the
   * result have no say in it.
   */
  readonly isPart: boolean;
  /** Columns that are named in the ONs of tables that are added, and nowhere else: places of those in `uses`. */
  readonly joining: ReadonlyMap<string, readonly number[]>;
  /** Columns that equal one of another table wherever the row is part of a row of its SELECT's. */
  readonly equals: readonly Equality[];
  /** A row can matter only if it satisfies one of these. */
  readonly conditions: Dnf;
  /** The statement asks more than these say, but there was no room for it. */
  readonly isCut: boolean;
  /** Columns that are mentioned in conditions alone, which `conditions` give to the letter, each of them. */
  readonly told: ReadonlySet<string>;
  /** Of a table that a LEFT JOIN adds to the outermost SELECT and that cannot drop or filter rows of others. */
  readonly added: AddedTable | undefined;
}

/** LEFT JOIN t ON t.column = source and nothing else but conditions of t's own rows and constants. */
export interface AddedTable {
  readonly equalities: readonly Equality[];
  /**
   * `selected`: plain columns of it stand in the select list, and it is named nowhere else but in the ON of tables
   * that are added in the same way. `unused`: not even there.
   */
  readonly role: "selected" | "unused";
}

export interface Equality {
  /** Of the table itself. */
  readonly column: string;
  /** Place of the other table in `uses`, and its column. */
  readonly use: number;
  readonly source: string;
}

/** What a query looks at, table by table. */
export interface Uses {
  readonly uses: readonly TableUse[];
  /** Plain columns of the outermost SELECT by the names that the result gives them; no name that stands twice. */
  readonly outputs: ReadonlyMap<string, OutputColumn>;
  /** LIMIT, OFFSET or FETCH cuts the outermost SELECT. */
  readonly limited: boolean;
  /** OFFSET leaves out rows that come before the outermost SELECT's. */
  readonly skips: boolean;
  /** DISTINCT, GROUP BY, an aggregate or a set operation combines rows of the outermost SELECT. */
  readonly combined: boolean;
  /**
   * Names of outputs that are columns by which rows are grouped, where every group is a row of the result and all of it
   * is made of groups. Empty where that is not certain.
   */
  readonly groups: ReadonlySet<string>;
  /** Rows that a join repeats change nothing: SELECT DISTINCT, or every aggregate is a COUNT(DISTINCT …), MIN or MAX. */
  readonly repeatable: boolean;
  readonly reach?: Reach | undefined;
}

/**
 * LIMIT keeps the first rows by a column of one table, and each row of the result, or of what DISTINCT makes one of, is
 * made with one row of that table: whatever stands behind the last row of a full result has no part in it.
 */
export interface Reach {
  readonly use: number;
  readonly column: string;
  /** Columns of the table that do no more than sort the result and stand in it. */
  readonly ordering: ReadonlySet<string>;
  /** What the result calls the column. */
  readonly output: string;
  readonly descending: boolean;
  /** NULLs come before all others. */
  readonly nullsFirst: boolean;
  /** How many rows a full result has. */
  readonly limit: Operand;
}

export interface OutputColumn {
  readonly use: number;
  readonly column: string;
}
