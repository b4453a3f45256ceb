/** What the library knows of a table or view, taken from entity metadata once at install. */

export type ReferentialAction = "CASCADE" | "SET NULL" | "SET DEFAULT" | "RESTRICT" | "NO ACTION";

/** A reference from this table to another one. */
export interface ForeignKey {
  readonly to: string;
  /** Names in the database, each beside the one that it refers to. */
  readonly columns: readonly { readonly own: string; readonly referenced: string }[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

export interface View {
  readonly expression: string;
  /** Its rows change on REFRESH, not when its base tables do. */
  readonly materialized: boolean;
}

export interface Table {
  /** Qualified if metadata qualifies it, lower case; names the table's record in the store. */
  readonly path: string;
  readonly schema: string | undefined;
  readonly name: string;
  /** Names of the entities that live here: none for junction tables, several for inheritance. */
  readonly entities: readonly string[];
  /** Changes with the table's columns and their types: a deploy that alters them misses. */
  readonly stamp: string;
  readonly foreignKeys: readonly ForeignKey[];
  readonly view: View | undefined;
}
