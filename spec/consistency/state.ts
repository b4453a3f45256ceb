import type { Family, Row } from "./family";

/** A row as the database's own record of its state has it: id, value, parentId, whether soft-deleted. */
export type StoredRow = readonly [id: number, value: number, parentId: number | null, deleted: 0 | 1];

/** All that the family's tables held after one commit. */
export interface State {
  readonly tables: Readonly<Record<string, readonly StoredRow[]>>;
  /** Pairs of the junction: owner, other. */
  readonly links: readonly (readonly [owner: number, other: number])[];
}

/** From what the expression of `stateExpression` gives. */
export function parseState(family: Family, json: string): State {
  const parsed = JSON.parse(json) as Record<string, unknown>;
  const rowsOf = (name: string): readonly never[] => (parsed[name] ?? []) as readonly never[];
  return {
    tables: Object.fromEntries(family.tables.map(({ name }) => [name, rowsOf(name)])),
    links: rowsOf(family.junction.table),
  };
}

/** Rows that reads see. */
export function alive(state: State, table: string): readonly StoredRow[] {
  return (state.tables[table] ?? []).filter(([, , , deleted]) => deleted === 0);
}

/** An entity as an answer shows it: the same four values. */
export function shown({ id, value, parentId, deletedAt }: Row): StoredRow {
  return [id, value, parentId ?? null, deletedAt ? 1 : 0];
}
