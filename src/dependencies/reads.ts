import type { StatementAnalysis, Tables } from "../sql/analysis";
import type { Schema } from "../schema/schema";
import type { Table } from "../schema/table";

/** The tables that a read depends on, or why its result must not be kept. */
export type ReadSet =
  | { readonly kind: "tables"; readonly tables: readonly string[] }
  | {
      readonly kind: "uncacheable";
      readonly reason: "volatile" | "lock" | "writes" | "unknown-table" | "unparsed";
      readonly detail: string;
    };

/** `reads` of an analysis, resolved against the schema: views become their base tables. */
export function dependenciesOf(statement: StatementAnalysis, schema: Schema): ReadSet {
  if (statement.writes.kind !== "none")
    return { kind: "uncacheable", reason: "writes", detail: "the statement may write" };
  if (statement.control) return { kind: "uncacheable", reason: "unparsed", detail: "not a query" };
  const { volatility } = statement;
  if (volatility) return uncacheable(volatility.kind === "lock" ? "lock" : "volatile", volatility.what);
  const tables = tablesOf(statement.reads, schema);
  return Array.isArray(tables) ? withBases(tables, schema) : (tables as ReadSet);
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
