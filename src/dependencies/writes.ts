import type { Bindings } from "../sql/bindings";
import type { Mentioned, Writes } from "../sql/analysis";
import type { RowWrite } from "../sql/row-write";
import type { Schema } from "../schema/schema";
import { withCascades } from "./cascades";
import { combine, type RowChange, type TableChange } from "./row-change";
import type { WriteContext } from "./write-context";
import { writtenRows } from "./written-rows";

/** What a write may have changed. `everything` says why nothing narrower is known. */
export interface WriteSet {
  readonly everything: string | undefined;
  /** Tables themselves were changed, not just their rows; then it is everything. */
  readonly altered?: boolean | undefined;
  /** By the tables' paths. */
  readonly tables: ReadonlyMap<string, TableChange>;
  /** Asked for by hand: of `cache: { id }`, and keys of cached functions' results. */
  readonly identifiers?: ReadonlySet<string> | undefined;
}

export const NOTHING: WriteSet = Object.freeze({ everything: undefined, tables: new Map() });

export function isEmpty(writes: WriteSet): boolean {
  const { everything, tables, identifiers } = writes;
  return everything === undefined && tables.size === 0 && (identifiers?.size ?? 0) === 0;
}

export function union(a: WriteSet, b: WriteSet): WriteSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const tables = new Map(a.tables);
  for (const [path, change] of b.tables) tables.set(path, combine(tables.get(path) ?? [], change));
  const altered = (a.altered ?? false) || (b.altered ?? false);
  const identifiers = new Set([...(a.identifiers ?? []), ...(b.identifiers ?? [])]);
  return { everything: a.everything ?? b.everything, altered, tables, identifiers };
}

/** Whether all of it is in the other one wholly. */
export function isWithin(writes: WriteSet, other: WriteSet): boolean {
  if (writes.everything !== undefined) return other.everything !== undefined;
  const identified = [...(writes.identifiers ?? [])].every((id) => other.identifiers?.has(id));
  return identified && [...writes.tables.keys()].every((path) => other.tables.get(path) === "all");
}

/** All of these tables. */
export function whole(paths: Iterable<string>): WriteSet {
  return { everything: undefined, tables: new Map([...paths].map((path) => [path, "all"])) };
}

/** What was read under these identifiers. */
export function identified(identifiers: Iterable<string>): WriteSet {
  return { ...NOTHING, identifiers: new Set(identifiers) };
}

/** A statement's constants; absent for one of several, or one that could only be tokenized. */
export interface StatementConstants {
  readonly bindings: Bindings;
  readonly parameters: readonly unknown[];
}

/**
 * The tables that a statement may change, cascades included. A table that no entity declares may be
 * a partition, a parent or the base of a view of one that does: that counts as everything.
 */
export function changedBy(writes: Writes, schema: Schema): WriteSet {
  return withTriggers(changedDirectly(writes, schema), schema);
}

function changedDirectly(writes: Writes, schema: Schema): WriteSet {
  switch (writes.kind) {
    case "none":
      return NOTHING;
    case "everything":
      return everything(writes.why);
    case "identifiers":
      return changedByMention(writes, schema);
    case "tables":
      return changedTables(writes.tables, schema);
    default:
      return writes satisfies never;
  }
}

/** A write of which it is known which rows of one table it concerns. */
export interface DescribedWrite {
  readonly path: string;
  readonly rows: RowWrite;
  readonly context: WriteContext;
}

/** `undefined` where nothing is known of the rows: then `changedBy` has the answer. */
export function describedWrite(
  writes: Writes,
  schema: Schema,
  constants: StatementConstants,
  { dialect, coarser }: Pick<WriteContext, "dialect" | "coarser">,
): DescribedWrite | undefined {
  if (writes.kind !== "tables" || !writes.rows || isReplacing(writes.rows)) return undefined;
  const [table, ...others] = schema.resolve(writes.rows.table);
  const facts = table && schema.facts(table.path);
  // Through a view other columns have other names, and a trigger may store other values than those given.
  if (!facts || others.length > 0 || table.view || !schema.storesAsWritten(table.path)) return undefined;
  return { path: table.path, rows: writes.rows, context: { facts, ...constants, dialect, coarser } };
}

export function changedRows(
  { path }: DescribedWrite,
  changes: readonly RowChange[],
  schema: Schema,
): WriteSet {
  const own =
    changes.length > 0 ? { everything: undefined, tables: withCascades(path, changes, schema) } : NOTHING;
  // They run for rows that keep their values, and some for a statement that finds none.
  return withTriggers(own, schema, path);
}

/** And the tables that declared triggers change then, as a whole, and those that theirs do. */
function withTriggers(writes: WriteSet, schema: Schema, ...others: string[]): WriteSet {
  const triggered = new Set<string>();
  const visit = (path: string): void => {
    for (const named of schema.triggeredBy(path) ?? [])
      for (const each of schema.affected(named, "unknown")) {
        if (triggered.has(each)) continue;
        triggered.add(each);
        visit(each);
      }
  };
  for (const path of [...writes.tables.keys(), ...others]) visit(path);
  return triggered.size === 0 ? writes : union(writes, whole(triggered));
}

/** As far as text and parameters tell. */
export function describedRows(write: DescribedWrite): readonly RowChange[] {
  return writtenRows(write.rows, write.context);
}

/** REPLACE deletes whatever row is in the way, by any of its keys. */
function isReplacing(rows: RowWrite): boolean {
  return rows.kind === "insert" && rows.conflict === "replace";
}

function everything(why: string): WriteSet {
  return { everything: why, tables: new Map() };
}

function changedTables(writes: Extract<Writes, { kind: "tables" }>["tables"], schema: Schema): WriteSet {
  const tables = new Set<string>();
  for (const { table, write } of writes) {
    const known = schema.resolve(table);
    if (known.length === 0) return everything(`unknown table ${table.name}`);
    for (const { path } of known) for (const each of schema.affected(path, write)) tables.add(each);
  }
  return whole(tables);
}

function changedByMention(mention: Mentioned, schema: Schema): WriteSet {
  const { tables: mentioned, unknown } = schema.mentioned(mention);
  if (unknown !== undefined) return everything(`unknown table ${unknown}`);
  if (mentioned.length === 0) return everything("a write that could not be parsed");
  return whole(mentioned.flatMap(({ path }) => [...schema.affected(path, "unknown")]));
}
