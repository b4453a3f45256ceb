import type { ColumnFacts, TableFacts } from "../schema/column";
import type { Condition, Conjunction, Operand } from "../sql/condition";
import { canonical } from "../schema/canonical";
import { like } from "../schema/like";
import { compare } from "../schema/order";
import { type Alternatives, alternativesOf } from "./alternatives";
import { isTransitive } from "./same-values";
import { isSpelledOneWay } from "./spelling";
import { type ConstantContext, onlyConstant, plainValue, valueOf } from "./constant-value";
import type { Predicate } from "./predicate";

/** Columns that have one of several lists of values, canonical ones. */
export interface PinnedColumns {
  readonly columns: readonly string[];
  readonly tuples: readonly (readonly string[])[];
}

/** What a conjunction says of a row in exact values; what cannot be told exactly is left out. */
export interface Pins {
  readonly pinned: readonly PinnedColumns[];
  readonly predicates: readonly Predicate[];
}

/** `undefined`: no row satisfies it. */
export function pinsOf(
  conjunction: Conjunction,
  facts: TableFacts,
  context: ConstantContext,
): Pins | undefined {
  const pinned = [...truths(conjunction, facts, context), ...equalities(conjunction, facts, context)];
  if (pinned.some(({ tuples }) => tuples.length === 0)) return undefined;
  const predicates = conjunction
    .map((each) => predicateOf(each, facts, context))
    .filter((each) => each !== undefined);
  return { pinned: distinctColumns(pinned), predicates };
}

/** `WHERE visible`, of a boolean. Of a number only its negation has one value: whatever is not 0 is true. */
function truths(
  conjunction: Conjunction,
  facts: TableFacts,
  { dialect }: ConstantContext,
): readonly PinnedColumns[] {
  return conjunction.flatMap((each) => {
    const type = facts.columns.get(each.column)?.type;
    if (each.kind !== "is" || !type) return [];
    const isOne =
      type.kind === "boolean" || (type.kind === "integer" && !each.value && dialect !== "postgres");
    const value = isOne ? canonical(type, dialect, each.value) : undefined;
    return value === undefined ? [] : [{ columns: [each.column], tuples: [[value]] }];
  });
}

function equalities(
  conjunction: Conjunction,
  facts: TableFacts,
  context: ConstantContext,
): readonly PinnedColumns[] {
  const conditions = conjunction
    .filter((each) => each.kind === "in")
    .filter((each) => isCarried(each, facts, context));
  const groups = alternativesOf(
    conditions.map(({ operands }) => operands),
    context.bindings,
  );
  return groups.flatMap((group) => {
    const columns = group.lists.map((place) => conditions[place]?.column ?? "");
    const tuples = tuplesOf(group, columns, facts, context);
    return tuples ? [{ columns, tuples }] : [];
  });
}

/** A constant that a join has carried here from another column is this one's if all on the way compare alike. */
function isCarried(
  { column, through = [] }: Extract<Condition, { kind: "in" }>,
  facts: TableFacts,
  { columnOf }: ConstantContext,
): boolean {
  const type = facts.columns.get(column)?.type;
  return through.every((each) => isTransitive(type, columnOf?.(each)?.type));
}

/** `undefined` where a value is not exactly known; without the tuples that hold NULL, which nothing equals. */
function tuplesOf(
  { tuples }: Alternatives,
  columns: readonly string[],
  facts: TableFacts,
  context: ConstantContext,
): readonly (readonly string[])[] | undefined {
  const exact: string[][] = [];
  for (const tuple of tuples) {
    const values = tuple.map(({ constant, negative }, at) =>
      valueOf(constant, negative, facts.columns.get(columns[at] ?? ""), context),
    );
    if (values.includes(null)) continue;
    if (values.includes(undefined)) return undefined;
    exact.push(values as string[]);
  }
  return exact;
}

function predicateOf(
  condition: Condition,
  facts: TableFacts,
  context: ConstantContext,
): Predicate | undefined {
  const column = facts.columns.get(condition.column);
  if (!column) return undefined;
  switch (condition.kind) {
    case "null":
      // MySQL finds the date 0000-00-00 to be NULL where none may stand.
      if (!column.nullable) return undefined;
      return [condition.column, condition.negated ? "not null" : "null"];
    case "compare": {
      const value = constantOf(condition.operand, column, context);
      // A column without an exact order tells no rows apart.
      const decides =
        value !== undefined && compare(column.type, context.dialect, value, value) !== undefined;
      return decides ? [condition.column, condition.op, value] : undefined;
    }
    case "like": {
      const pattern = patternOf(condition.operand, context);
      const decides =
        pattern !== undefined &&
        isSpelledOneWay(column.type) &&
        like(column.type, context.dialect, "", pattern) !== undefined;
      return decides ? [condition.column, "like", pattern] : undefined;
    }
    case "is":
      return column.type.kind === "integer" && condition.value && context.dialect !== "postgres"
        ? [condition.column, "<>", "0"]
        : undefined;
    case "in":
      return undefined;
    default:
      return condition satisfies never;
  }
}

function constantOf(
  { slot, negative }: Operand,
  column: ColumnFacts,
  context: ConstantContext,
): string | undefined {
  const constant = onlyConstant(slot, context);
  return constant && (valueOf(constant, negative, column, context) ?? undefined);
}

function patternOf({ slot }: Operand, context: ConstantContext): string | undefined {
  const constant = onlyConstant(slot, context);
  const pattern = constant && plainValue(constant, context.parameters);
  return typeof pattern === "string" ? pattern : undefined;
}

/** A column that is pinned twice is pinned by the first: less is said, and it is true. */
function distinctColumns(pinned: readonly PinnedColumns[]): readonly PinnedColumns[] {
  const seen = new Set<string>();
  return pinned.filter(({ columns }) => {
    if (columns.some((column) => seen.has(column))) return false;
    for (const column of columns) seen.add(column);
    return true;
  });
}
