import type { ForeignKey, Table } from "../../../src/schema/table";

/** A table of which only what a spec is about is given. */
export function table(path: string, rest: Partial<Table> = {}): Table {
  const [schema, name] = path.includes(".") ? (path.split(".") as [string, string]) : [undefined, path];
  return { path, schema, name, entities: [], stamp: "", foreignKeys: [], view: undefined, ...rest };
}

export function view(path: string, expression: string, materialized = false): Table {
  return table(path, { view: { expression, materialized } });
}

export function references(to: string, actions: Partial<Omit<ForeignKey, "to">> = {}): Partial<Table> {
  return { foreignKeys: [foreignKey(to, actions)] };
}

/** By `<to>_id`, unless something else is said. */
export function foreignKey(to: string, rest: Partial<Omit<ForeignKey, "to">> = {}): ForeignKey {
  const columns = [{ own: `${to}_id`, referenced: "id" }];
  return { to, columns, onDelete: "NO ACTION", onUpdate: "NO ACTION", ...rest };
}

export function byPath(tables: readonly Table[]): ReadonlyMap<string, Table> {
  return new Map(tables.map((each) => [each.path, each]));
}
