import type { Family, Row } from "./family";

/** A row as the database's own record of its state has it; `kind` as a number, of booleans 0 and 1. */
export type StoredRow = readonly [
  id: number,
  value: number,
  parentId: number | null,
  deleted: 0 | 1,
  label: string,
  kind: number | null,
];

/** All that the family's tables held after one commit. */
export interface State {
  readonly tables: Readonly<Record<string, readonly StoredRow[]>>;
  /** Pairs of the junction: owner, other. */
  readonly links: readonly (readonly [owner: number, other: number])[];
}

/** From the JSON that recorders write. */
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

/** The same by id. */
export function rowsOf(state: State, table: string): StoredRow[] {
  return [...alive(state, table)].sort(byId);
}

export function childrenOf(state: State, table: string, parent: number): StoredRow[] {
  return rowsOf(state, table).filter(([, , parentId]) => parentId === parent);
}

export function byId(a: StoredRow, b: StoredRow): number {
  return a[0] - b[0];
}

/** An entity as an answer shows it: the same values. */
export function shown({ id, value, parentId, deletedAt, label, kind }: Row): StoredRow {
  return [id, value, parentId ?? null, deletedAt ? 1 : 0, label, kind === null ? null : Number(kind)];
}

export function shownAll(rows: readonly Row[] = []): StoredRow[] {
  return rows.map(shown).sort(byId);
}
