import type { ColumnFacts, ColumnReference, TableFacts } from "../../schema/column";
import type { Table } from "../../schema/table";

export type NamedTable = Pick<Table, "path" | "schema" | "name">;

interface Draft {
  readonly columns: Map<string, ColumnFacts>;
  primaryKey: readonly string[];
  readonly uniqueKeys: (readonly string[])[];
  readonly references: ColumnReference[];
  rewrites: boolean;
  triggered: boolean;
}

/** Facts while they are collected, row by row of the catalogues. Tables without a column are none. */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();

  addColumn(path: string, column: ColumnFacts): void {
    const draft = this.#drafts.get(path) ?? {
      columns: new Map<string, ColumnFacts>(),
      primaryKey: [],
      uniqueKeys: [],
      references: [],
      rewrites: false,
      triggered: false,
    };
    this.#drafts.set(path, draft);
    draft.columns.set(column.name, column);
  }

  /** A key that the database enforces at every moment. Rows without a value in one of its columns may repeat. */
  addKey(path: string, columns: readonly string[], primary: boolean): void {
    const draft = this.#drafts.get(path);
    if (!draft || columns.length === 0) return;
    if (columns.some((name) => draft.columns.get(name)?.nullable ?? true)) return;
    draft.uniqueKeys.push(columns);
    if (primary) draft.primaryKey = columns;
  }

  /** A foreign key of one column that the database enforces at the latest when a transaction commits. */
  addReference(path: string, reference: ColumnReference): void {
    this.#drafts.get(path)?.references.push(reference);
  }

  markRewritten(path: string): void {
    const draft = this.#drafts.get(path);
    if (draft) draft.rewrites = true;
  }

  markTriggered(path: string): void {
    const draft = this.#drafts.get(path);
    if (draft) draft.triggered = true;
  }

  facts(): ReadonlyMap<string, TableFacts> {
    return this.#drafts;
  }
}
