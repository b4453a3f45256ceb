import type { Analysis } from "../../../src/sql/analysis";
import type { Bindings, Constant } from "../../../src/sql/bindings";
import type { Condition, Dnf, Operand } from "../../../src/sql/condition";
import { constantsOf } from "../../../src/sql/constants";
import type { TableUse, Uses } from "../../../src/sql/table-use";

/** The uses of a text's only statement in one line: `post(id name) [id=$1] / author(*); limited`. */
export function usesSummaryOf({ statements, bindings }: Analysis): string {
  const reads = statements[0]?.reads;
  if (reads?.kind !== "exact" || reads.uses === undefined) return "unknown";
  const { uses } = reads;
  const parts = [uses.uses.map((use) => tableUse(use, bindings)).join(" / "), flags(uses)];
  return parts.filter(Boolean).join("; ");
}

/** The plain columns of its outermost SELECT: `p_id=0.id c_name=1.name`. */
export function outputsSummaryOf({ statements }: Analysis): string {
  const reads = statements[0]?.reads;
  if (reads?.kind !== "exact" || reads.uses === undefined) return "unknown";
  return [...reads.uses.outputs].map(([name, { use, column }]) => `${name}=${use}.${column}`).join(" ");
}

function flags(uses: Uses): string {
  return (["limited", "combined", "repeatable"] as const).filter((flag) => uses[flag]).join(" ");
}

function tableUse({ table, columns, conditions, added }: TableUse, bindings: Bindings | undefined): string {
  const name = table.schema === undefined ? table.name : `${table.schema}.${table.name}`;
  const looked = columns === "all" ? "*" : [...columns].sort().join(" ");
  const equalities = added?.equalities.map(({ column, use, source }) => `${column}=${use}.${source}`) ?? [];
  const joined = added === undefined ? "" : ` ${added.role}<${equalities.join(" ")}>`;
  return `${name}(${looked})${dnf(conditions, bindings)}${joined}`;
}

function dnf(conditions: Dnf, bindings: Bindings | undefined): string {
  const text = conditions
    .map((conjunction) => conjunction.map((each) => condition(each, bindings)).join(" & "))
    .join(" | ");
  return text === "" ? "" : ` [${text}]`;
}

function condition(asked: Condition, bindings: Bindings | undefined): string {
  const values = (operands: readonly Operand[]): string =>
    operands
      .flatMap((operand) => (bindings ? constantsOf(operand, bindings).map(constant) : ["#"]))
      .join(",");
  switch (asked.kind) {
    case "in":
      return `${asked.column}=${values(asked.operands)}${(asked.through ?? []).map(({ table, column }) => `~${table.name}.${column}`).join("")}`;
    case "is":
      return `${asked.column} is ${asked.value}`;
    case "null":
      return `${asked.column} ${asked.negated ? "not null" : "null"}`;
    case "compare":
      return `${asked.column}${asked.op}${values([asked.operand])}`;
    case "like":
      return `${asked.column}~~${values([asked.operand])}`;
  }
}

export function constant(value: Constant): string {
  switch (value.kind) {
    case "parameter":
      return `$${value.index + 1}`;
    case "number":
      return value.text;
    case "string":
      return `'${value.text}'`;
    default:
      return value.kind;
  }
}
