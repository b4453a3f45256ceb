import type { StatementAnalysis, Tables } from "../sql/analysis";
import type { Schema } from "../schema/schema";
import type { Table } from "../schema/table";
import { type Reliance, reliancesOf } from "./reliance";
import type { RelianceContext } from "./reliance-context";

/** The tables that a read relies on, or why its result must not be kept. */
export type ReadSet =
  | { readonly kind: "tables"; readonly tables: readonly string[] }
  | {
      readonly kind: "uncacheable";
      readonly reason: "volatile" | "lock" | "writes" | "unknown-table" | "unparsed";
      readonly detail: string;
    };

/** `reads` of an analysis, resolved against the schema: views become their base tables. */
export function tablesReadBy(statement: StatementAnalysis, schema: Schema): ReadSet {
  if (statement.writes.kind !== "none")
    return { kind: "uncacheable", reason: "writes", detail: "the statement may write" };
  if (statement.control) return { kind: "uncacheable", reason: "unparsed", detail: "not a query" };
  const { volatility } = statement;
  if (volatility) return uncacheable(volatility.kind === "lock" ? "lock" : "volatile", volatility.what);
  const tables = tablesOf(statement.reads, schema);
  return Array.isArray(tables) ? withBases(tables, schema) : (tables as ReadSet);
}

/**
 * What the statement relies on of each of its tables: rows and columns where the analysis tells them, else the whole
 * table. Of a view all of each base table, and its own record, which a write to the view replaces.
 */
export function reliancesOn(
  { reads }: StatementAnalysis,
  tables: readonly string[],
  context: RelianceContext | undefined,
): readonly Reliance[] {
  const wholly = tables.map((path): Reliance => ({ path, parts: undefined, schemes: [], late: [] }));
  if (!context || reads.kind !== "exact" || !reads.uses) return wholly;
  const named = new Set(reads.tables.flatMap((name) => context.schema.resolve(name)).map(({ path }) => path));
  // What only a view leads to is no use of the statement's own.
  const viewed = new Set(
    [...named]
      .filter((path) => context.schema.table(path)?.view)
      .flatMap((path) => basesOf(path, context.schema)),
  );
  const finely = new Map(reliancesOf(reads.uses, context).map((each) => [each.path, each]));
  return wholly.flatMap((each) => {
    if (!named.has(each.path) || viewed.has(each.path)) return [each];
    const found = finely.get(each.path);
    return found ? [found] : [];
  });
}

function basesOf(path: string, schema: Schema): readonly string[] {
  const base = schema.base(path);
  return base.kind === "tables" ? [...base.paths] : [path];
}

function tablesOf(reads: Tables, schema: Schema): readonly Table[] | ReadSet {
  switch (reads.kind) {
    case "anything":
      return uncacheable("unparsed", "the statement could not be read");
    case "identifiers": {
      const { tables, unknown } = schema.mentioned(reads);
      if (unknown !== undefined) return uncacheable("unknown-table", unknown);
      return tables.length > 0 ? tables : uncacheable("unparsed", "no known table is mentioned");
    }
    case "exact": {
      const tables: Table[] = [];
      for (const name of reads.tables) {
        const known = schema.resolve(name);
        if (known.length === 0) return uncacheable("unknown-table", name.name);
        tables.push(...known);
      }
      return tables;
    }
    default:
      return reads satisfies never;
  }
}

function withBases(tables: readonly Table[], schema: Schema): ReadSet {
  const paths = new Set<string>();
  for (const table of tables) {
    const base = schema.base(table.path);
    if (base.kind === "unknown") return uncacheable("unknown-table", base.name);
    if (base.kind === "volatile") return uncacheable("volatile", base.volatility.what);
    for (const path of base.paths) paths.add(path);
  }
  return { kind: "tables", tables: [...paths].sort() };
}

function uncacheable(reason: "volatile" | "lock" | "unknown-table" | "unparsed", detail: string): ReadSet {
  return { kind: "uncacheable", reason, detail };
}
