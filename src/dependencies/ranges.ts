import type { TableFacts } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import type { Predicate } from "./predicate";
import { coverRange, coverStart, exactRange, isRanked, type Node, type Range, type Span } from "./span";

/** A range of one column, as nodes of its tree. */
export interface CoveredRange {
  readonly span: Span;
  readonly nodes: readonly Node[];
  /** The same where a row matters only when it comes into the range or leaves it, if that can be told. */
  readonly exact: readonly Node[] | undefined;
}

/** What a conjunction asks of one column each, the narrowest first. */
export function rangesAsked(
  where: readonly Predicate[],
  facts: TableFacts,
  dialect: SqlDialect,
): readonly CoveredRange[] {
  return [startAsked(where), orderAsked(where, facts, dialect)].filter((each) => each !== undefined);
}

/** What a text begins with. */
function startAsked(where: readonly Predicate[]): CoveredRange | undefined {
  for (const [column, op, pattern = ""] of where) {
    // No backslash stands in a pattern that is a predicate.
    const start = op === "like" ? (/^[^%_]+/.exec(pattern)?.[0] ?? "") : "";
    if (start !== "") return { span: { column, by: "start" }, nodes: coverStart(start), exact: undefined };
  }
  return undefined;
}

/** All that is asked of the order of one column. */
function orderAsked(
  where: readonly Predicate[],
  facts: TableFacts,
  dialect: SqlDialect,
): CoveredRange | undefined {
  for (const [column, op] of where) {
    const type = facts.columns.get(column)?.type;
    if (!COMPARING.has(op) || !type || !isRanked(facts.columns.get(column), dialect)) continue;
    const range = rangeOf(column, where);
    const nodes = coverRange(range, type, dialect);
    const exact = isTold(column, where) ? exactRange(range, type, dialect) : undefined;
    if (nodes) return { span: { column, by: "order" }, nodes, exact };
  }
  return undefined;
}

const COMPARING: ReadonlySet<Predicate[1]> = new Set(["<", "<=", ">", ">="]);

/** Whether all that is asked of the column is one range of its order. */
function isTold(column: string, where: readonly Predicate[]): boolean {
  const own = where.filter(([name]) => name === column);
  const sides = new Set(own.map(([, op]) => op.slice(0, 1)));
  return own.every(([, op]) => COMPARING.has(op)) && sides.size === own.length;
}

/** The bounds count as part of it. Of several, any one holds. */
function rangeOf(column: string, where: readonly Predicate[]): Range {
  const bound = (...ops: readonly Predicate[1][]): string | undefined =>
    where.find(([name, op]) => name === column && ops.includes(op))?.[2];
  return { low: bound(">", ">="), high: bound("<", "<=") };
}
