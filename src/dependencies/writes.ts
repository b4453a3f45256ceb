import type { Mentioned, Writes } from "../sql/analysis";
import type { Schema } from "../schema/schema";

/** What a write may have changed. `everything` says why nothing narrower is known. */
export interface WriteSet {
  readonly everything: string | undefined;
  readonly tables: ReadonlySet<string>;
}

export const NOTHING: WriteSet = Object.freeze({ everything: undefined, tables: new Set<string>() });

export function isEmpty(writes: WriteSet): boolean {
  return writes.everything === undefined && writes.tables.size === 0;
}

export function union(a: WriteSet, b: WriteSet): WriteSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  return { everything: a.everything ?? b.everything, tables: new Set([...a.tables, ...b.tables]) };
}

/**
 * The tables that a statement may change, cascades included. A table that no entity declares may be
 * a partition, a parent or the base of a view of one that does: that counts as everything.
 */
export function changedBy(writes: Writes, schema: Schema): WriteSet {
  switch (writes.kind) {
    case "none":
      return NOTHING;
    case "everything":
      return { everything: writes.why, tables: new Set() };
    case "identifiers":
      return changedByMention(writes, schema);
    case "tables":
      return changedTables(writes.tables, schema);
    default:
      return writes satisfies never;
  }
}

function changedTables(writes: Extract<Writes, { kind: "tables" }>["tables"], schema: Schema): WriteSet {
  const tables = new Set<string>();
  for (const { table, write } of writes) {
    const known = schema.resolve(table);
    if (known.length === 0) return { everything: `unknown table ${table.name}`, tables };
    for (const { path } of known) for (const each of schema.affected(path, write)) tables.add(each);
  }
  return { everything: undefined, tables };
}

function changedByMention(mention: Mentioned, schema: Schema): WriteSet {
  const { tables: mentioned, unknown } = schema.mentioned(mention);
  if (unknown !== undefined) return { everything: `unknown table ${unknown}`, tables: new Set() };
  if (mentioned.length === 0) return { everything: "a write that could not be parsed", tables: new Set() };
  const tables = new Set<string>();
  for (const { path } of mentioned) for (const each of schema.affected(path, "unknown")) tables.add(each);
  return { everything: undefined, tables };
}
