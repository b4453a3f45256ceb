import type { SqlDialect } from "./analysis";
import type { Condition, Dnf } from "./condition";
import { columnName } from "./identifiers";
import type { Returned } from "./returning";
import type { RowWrite } from "./row-write";
import type { TableUse, Uses } from "./table-use";

/** With names of columns as they compare: on MySQL a statement may spell them in any case. */
export function usesAsCompared(uses: Uses | undefined, dialect: SqlDialect): Uses | undefined {
  if (!uses || dialect !== "mysql") return uses;
  const fold = (name: string): string => columnName(name, dialect);
  return {
    ...uses,
    uses: uses.uses.map((use) => foldedUse(use, fold)),
    outputs: new Map(
      [...uses.outputs].map(([name, shown]) => [name, { ...shown, column: fold(shown.column) }]),
    ),
  };
}

export function rowsAsCompared(write: RowWrite | undefined, dialect: SqlDialect): RowWrite | undefined {
  if (!write || dialect !== "mysql") return write;
  const fold = (name: string): string => columnName(name, dialect);
  switch (write.kind) {
    case "insert":
      return {
        ...write,
        columns: write.columns?.map(fold),
        target: write.target?.map(fold),
        updated: write.updated.map(fold),
        returning: foldedReturning(write.returning, fold),
      };
    case "update":
      return {
        ...write,
        assignments: new Map([...write.assignments].map(([column, value]) => [fold(column), value])),
        computed: new Map(
          [...write.computed].map(([column, sources]) => [fold(column), new Set([...sources].map(fold))]),
        ),
        conditions: foldedConditions(write.conditions, fold),
        returning: foldedReturning(write.returning, fold),
      };
    case "delete":
      return {
        ...write,
        conditions: foldedConditions(write.conditions, fold),
        returning: foldedReturning(write.returning, fold),
      };
    default:
      return write satisfies never;
  }
}

type Fold = (name: string) => string;

function foldedReturning(returning: Returned | undefined, fold: Fold): Returned | undefined {
  if (returning === undefined || returning === "all") return returning;
  return new Map([...returning].map(([output, column]) => [output, fold(column)]));
}

function foldedUse(use: TableUse, fold: Fold): TableUse {
  const { columns, conditions, added } = use;
  const equalities = added?.equalities.map((each) => ({
    ...each,
    column: fold(each.column),
    source: fold(each.source),
  }));
  return {
    ...use,
    columns: columns === "all" ? columns : new Set([...columns].map(fold)),
    deciding: use.deciding && new Set([...use.deciding].map(fold)),
    joining: foldedJoining(use, fold),
    equals: use.equals.map((each) => ({ ...each, column: fold(each.column), source: fold(each.source) })),
    conditions: foldedConditions(conditions, fold),
    added: added && equalities && { ...added, equalities },
  };
}

/** Of a column that is also spelled in another case only if that does no more than join, too. */
function foldedJoining({ columns, joining }: TableUse, fold: Fold): TableUse["joining"] {
  const folded = new Map<string, readonly number[]>();
  for (const [column, places] of joining)
    folded.set(fold(column), [...(folded.get(fold(column)) ?? []), ...places]);
  for (const column of columns === "all" ? [] : columns)
    if (!joining.has(column)) folded.delete(fold(column));
  return folded;
}

function foldedConditions(conditions: Dnf, fold: Fold): Dnf {
  return conditions.map((conjunction) => conjunction.map((each) => foldedCondition(each, fold)));
}

function foldedCondition(condition: Condition, fold: Fold): Condition {
  const folded = { ...condition, column: fold(condition.column) };
  if (folded.kind !== "in" || !folded.through) return folded;
  return { ...folded, through: folded.through.map((each) => ({ ...each, column: fold(each.column) })) };
}
