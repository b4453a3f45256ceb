import type { TableFacts } from "../schema/column";
import type { AddedTable, TableUse, Uses } from "../sql/table-use";
import { isUnique, type LateColumn, type LateParts } from "./late-parts";
import { specOn, usedColumns } from "./narrowing";
import { pinsOf } from "./pins";
import { isSimple } from "./predicate";
import type { RelianceContext } from "./reliance-context";
import { isTransitive, sameValues } from "./same-values";
import { schemeOf } from "./scheme";
import { outputOf } from "./shown-columns";

/** Without the columns that do nothing but join tables that do not matter. */
export function withoutIdle(uses: Uses, context: RelianceContext): Uses {
  if (uses.uses.every(({ joining }) => joining.size === 0)) return uses;
  const matters = (use: TableUse, column: string): boolean =>
    use.joining.get(column)?.some((place) => !isIrrelevant(uses.uses[place] as TableUse, uses, context)) ??
    true;
  const mattering = (use: TableUse, columns: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...columns].filter((column) => matters(use, column)));
  return {
    ...uses,
    uses: uses.uses.map((use) => {
      if (use.joining.size === 0 || use.columns === "all") return use;
      const { columns, deciding } = use;
      return { ...use, columns: mattering(use, columns), deciding: deciding && mattering(use, deciding) };
    }),
  };
}

/** Joined, looked at by nobody, and it repeats no row, or that changes nothing; nor does it lead to another that matters. */
export function isIrrelevant({ added, table }: TableUse, uses: Uses, context: RelianceContext): boolean {
  const [resolved, another] = context.schema.resolve(table);
  const facts = resolved && context.schema.facts(resolved.path);
  if (added?.role !== "unused" || !facts || another) return false;
  if (!uses.repeatable && !findsOne(added, uses, facts, context)) return false;
  const place = uses.uses.findIndex((each) => each.added === added);
  return uses.uses
    .filter((each) => each.added?.equalities.some(({ use }) => use === place))
    .every((each) => isIrrelevant(each, uses, context));
}

/**
 * Rows of a table that a LEFT JOIN adds matter only where a row that is shown leads to them. Not where LIMIT
 * cuts rows that the join has multiplied, nor where rows are combined: but in groups that are all shown and have what
 * leads to them in common.
 */
export function lateOf(
  use: TableUse,
  { equalities }: AddedTable,
  uses: Uses,
  path: string,
  facts: TableFacts,
  context: RelianceContext,
): LateParts | undefined {
  if (uses.combined && uses.groups.size === 0) return undefined;
  if (uses.limited && !isUnique(equalityColumns(equalities), facts)) return undefined;
  const columns = equalities.map((each) =>
    lateColumn(each, equalities.length === 1, use, uses, facts, context),
  );
  if (columns.some((each) => !each)) return undefined;
  const names = equalityColumns(equalities);
  if (new Set(names).size < names.length) return undefined;
  const columnsUsed = usedColumns(use.columns, facts);
  const own = use.conditions.length === 1 ? pinsOf(use.conditions[0] ?? [], facts, context) : undefined;
  const where = (own?.predicates ?? []).filter(isSimple);
  const scheme = schemeOf(specOn(names, where, columnsUsed, facts));
  if (context.limits.isRefused(scheme) || !context.tells(scheme)) return undefined;
  return { path, scheme, columns: columns as LateColumn[] };
}

/** Whether at most one row of the table is joined to each: `=` of two types may find several by a key of one of them. */
function findsOne(
  { equalities }: AddedTable,
  uses: Uses,
  facts: TableFacts,
  { schema }: RelianceContext,
): boolean {
  const alike = equalities.filter(({ column, use, source }) => {
    const [table, another] = schema.resolve((uses.uses[use] as TableUse).table);
    if (!table || another) return false;
    return sameValues(facts.columns.get(column)?.type, schema.facts(table.path)?.columns.get(source)?.type);
  });
  return isUnique(equalityColumns(alike), facts);
}

/** Where the result shows the values by which the table was joined. */
function lateColumn(
  { column, use: at, source }: AddedTable["equalities"][number],
  alone: boolean,
  use: TableUse,
  uses: Uses,
  facts: TableFacts,
  context: RelianceContext,
): LateColumn | undefined {
  const type = facts.columns.get(column)?.type;
  const other = uses.uses[at];
  const tables = other ? context.schema.resolve(other.table) : [];
  const [table] = tables;
  if (!type || !table || tables.length > 1) return undefined;
  // A group shows one of several values that its own collation calls equal.
  const alike = uses.combined ? isTransitive : sameValues;
  if (!alike(type, context.schema.facts(table.path)?.columns.get(source)?.type)) return undefined;
  const shown = outputOf(uses, at, source);
  if (shown !== undefined) return { column, type, from: { output: shown } };
  const own = outputOf(uses, uses.uses.indexOf(use), column);
  // Every row of the other table leads to one of this, as long as nothing else is asked of it.
  const certain =
    alone && isUnconditional(use) && context.schema.references(table.path, source, use.table, column);
  return own !== undefined && certain ? { column, type, from: { output: own } } : undefined;
}

function isUnconditional({ conditions }: TableUse): boolean {
  return conditions.length === 1 && conditions[0]?.length === 0;
}

function equalityColumns(equalities: AddedTable["equalities"]): readonly string[] {
  return equalities.map(({ column }) => column);
}
