import type { Analysis, Control, StatementAnalysis, Tables, Writes } from "../../../src/sql/analysis";
import type { TableName } from "../../../src/sql/table-name";

/** An analysis in one line, so that a table of expectations stays readable: `reads t; writes insert u`. */
export function summaryOf(analysis: Analysis): string {
  return analysis.statements.map(statement).join(" / ");
}

function statement(analysis: StatementAnalysis): string {
  const { control, volatility, projection, ddl } = analysis;
  const parts = [
    reads(analysis.reads),
    writes(analysis.writes),
    control === undefined ? "" : controlling(control),
    volatility === undefined ? "" : `volatile ${volatility.kind} ${volatility.what}`,
    projection === "rows" ? "" : projection,
    ddl ? "ddl" : "",
  ];
  return parts.filter(Boolean).join("; ") || "nothing";
}

function reads(tables: Tables): string {
  switch (tables.kind) {
    case "exact":
      return tables.tables.length === 0 ? "" : `reads ${tables.tables.map(table).join(", ")}`;
    case "identifiers":
      return `reads any of ${[...tables.identifiers].join(" ")}`;
    case "anything":
      return "reads anything";
  }
}

function writes(writing: Writes): string {
  switch (writing.kind) {
    case "none":
      return "";
    case "tables":
      return `writes ${writing.tables.map((write) => `${write.write} ${table(write.table)}`).join(", ")}`;
    case "identifiers":
      return "writes any of them";
    case "everything":
      return `writes everything (${writing.why})`;
  }
}

function controlling({ kind, ...details }: Control): string {
  const known = Object.values(details).filter((value) => value !== undefined && value !== false);
  return `control ${[kind, ...known].join(" ")}`;
}

function table(name: TableName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}
