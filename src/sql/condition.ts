import type { TableName } from "./table-name";

/** A constant of the shape, by its slot; `negative`: a minus stands before it. */
export interface Operand {
  readonly slot: number;
  readonly negative: boolean;
}

export interface ColumnOfTable {
  readonly table: TableName;
  readonly column: string;
}

/** What a statement asks of one column of one table. */
export type Condition =
  /** Equal to one of the operands. A slot inside a list stands for its repeats, too. */
  | {
      readonly kind: "in";
      readonly column: string;
      readonly operands: readonly Operand[];
      /**
       * The constants are those of another column that a join equates with this one, through the columns given.
       * It holds only if they all compare values in the same way: = under two collations is not transitive.
       */
      readonly through?: readonly ColumnOfTable[];
    }
  /** `WHERE visible`, `WHERE NOT visible`, `IS TRUE`: equal to a truth value that has no slot. */
  | { readonly kind: "is"; readonly column: string; readonly value: boolean }
  | { readonly kind: "null"; readonly column: string; readonly negated: boolean }
  | { readonly kind: "compare"; readonly column: string; readonly op: Comparison; readonly operand: Operand }
  /** LIKE without ESCAPE, case-sensitive or not as the dialect has it. */
  | { readonly kind: "like"; readonly column: string; readonly operand: Operand };

export type Comparison = "<" | "<=" | ">" | ">=" | "<>";

/** All of them hold. The empty one always does. */
export type Conjunction = readonly Condition[];

/** One of them holds. `[[]]`: nothing is asked. */
export type Dnf = readonly Conjunction[];
