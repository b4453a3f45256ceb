/** What the database itself says of columns and tables: entity metadata knows neither collations nor triggers. */

/** When the database takes two texts for equal, as far as that can be told without its collation tables. */
export type TextEquality =
  /** Only if every character is. */
  | "exact"
  /** Blanks at the end do not count; otherwise as `exact`. */
  | "padded"
  /** The same, but LIKE sees the blanks: PostgreSQL's char(n), which has as many as it takes. */
  | "filled"
  /** Known of ASCII letters, digits, `-` and `_` alone: equal if they are but for their case. */
  | "ascii-insensitive"
  /** Known of the same characters: equal if they are. */
  | "ascii-sensitive";

export interface IntegerType {
  readonly kind: "integer";
  readonly min: bigint;
  readonly max: bigint;
}

export interface TextType {
  readonly kind: "text";
  readonly equality: TextEquality;
  /** Characters that arrive unchanged: connection, server and column may have other character sets. */
  readonly repertoire: "ascii" | "unicode";
  /** In characters; longer values may be cut when they are written. */
  readonly maxLength: number | undefined;
  /** `bytes`: ordered like the code points of its values. */
  readonly ordering: "bytes" | undefined;
  /** By name, where it decides what else is equal. */
  readonly collation?: string | undefined;
}

export interface EnumType {
  readonly kind: "enum";
  readonly equality: "exact" | "ascii-insensitive" | "ascii-sensitive";
  readonly repertoire: "ascii" | "unicode";
  /** All that are stored as they are written; `undefined`: the database refuses any other. */
  readonly labels: ReadonlySet<string> | undefined;
}

/** How values of a column compare. `opaque`: not known, the column takes part in no equality. */
export type ValueType =
  | IntegerType
  | { readonly kind: "boolean" }
  | TextType
  | EnumType
  | { readonly kind: "uuid" }
  | { readonly kind: "date" }
  | {
      readonly kind: "opaque";
      /** `moments`: a driver makes Dates of them, which are in their order but for a day or two. */
      readonly ordering?: "moments";
    };

export interface ColumnFacts {
  /** As the database spells it. */
  readonly name: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  /** GENERATED ALWAYS AS (expression): changes with other columns. */
  readonly generated: boolean;
  /** MySQL's ON UPDATE CURRENT_TIMESTAMP: changes with any column. */
  readonly onUpdate: boolean;
  /** Identity, serial, AUTO_INCREMENT, SQLite's rowid: the database fills it. */
  readonly autoIncrement: boolean;
}

/** Each value of the column is one of the other. */
export interface ColumnReference {
  readonly column: string;
  /** Path of the table that it refers to. */
  readonly to: string;
  readonly referenced: string;
}

export interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  /** In the order of the key; empty if there is none, or none that identifies a row. */
  readonly primaryKey: readonly string[];
  /** At every moment no two rows agree in all columns of one of them: the primary key, too, if it is such. */
  readonly uniqueKeys: readonly (readonly string[])[];
  /** Foreign keys of one column that the database enforces, as far as it is known to. */
  readonly references: readonly ColumnReference[];
  /** Triggers that run before a row is written, or rules: what is stored may not be what was written. */
  readonly rewrites: boolean;
  /** Other triggers: by statements of their own they may change the row, others of the table, other tables. */
  readonly triggered: boolean;
}
