import type { Uses } from "../sql/table-use";
import type { LateColumn } from "./late-parts";
import { pinsOf } from "./pins";
import type { Occurrence, StatementContext } from "./reliance-context";
import { sameValues } from "./same-values";

/** What the result calls a column of one occurrence of a table, if each row of it is shown as it is. */
export function outputOf(
  { outputs, combined, groups }: Uses,
  use: number,
  column: string,
): string | undefined {
  for (const [name, shown] of outputs)
    if (shown.use === use && shown.column === column && (!combined || groups.has(name))) return name;
  return undefined;
}

/** Where the result shows a column of the table itself. */
function ownColumn(
  column: string,
  { use, uses, facts }: Occurrence,
  context: StatementContext,
): LateColumn | undefined {
  const type = facts.columns.get(column)?.type;
  const output = shownAs(uses, uses.uses.indexOf(use), column, context);
  return type && type.kind !== "opaque" && output !== undefined
    ? { column, type, from: { output } }
    : undefined;
}

/**
 * By which values of its primary key the result tells the rows of the table that it is made with: itself, by columns of
 * others that equal them, or by constants of the statement. `undefined` if it does not.
 */
export function keyShown(
  occurrence: Occurrence,
  context: StatementContext,
): readonly LateColumn[] | undefined {
  const { facts } = occurrence;
  const columns = facts.primaryKey.map(
    (column) =>
      ownColumn(column, occurrence, context) ??
      equalColumn(column, occurrence, context) ??
      constantColumn(column, occurrence, context),
  );
  const told = columns.filter((column) => column !== undefined);
  // Constants alone tell rows that need not be shown.
  const isShown =
    told.length > 0 && told.length === columns.length && told.some(({ from }) => "output" in from);
  return isShown ? told : undefined;
}

function shownAs(
  uses: Uses,
  place: number,
  column: string,
  { keys, keysOf }: StatementContext,
): string | undefined {
  if (!keys || !keysOf) return outputOf(uses, place, column);
  const at = uses.uses[place] === keys ? keysOf.columns.indexOf(column) : -1;
  return at < 0 ? undefined : keysOf.names[at];
}

function equalColumn(
  column: string,
  { use, uses, facts }: Occurrence,
  context: StatementContext,
): LateColumn | undefined {
  const type = facts.columns.get(column)?.type;
  for (const { column: own, use: at, source } of use.equals) {
    const other = uses.uses[at];
    const [table, another] = other ? context.schema.resolve(other.table) : [];
    const output = own === column ? shownAs(uses, at, source, context) : undefined;
    if (!type || !table || another || output === undefined) continue;
    if (sameValues(type, context.schema.facts(table.path)?.columns.get(source)?.type))
      return { column, type, from: { output } };
  }
  return undefined;
}

function constantColumn(
  column: string,
  { use, facts }: Occurrence,
  context: StatementContext,
): LateColumn | undefined {
  const type = facts.columns.get(column)?.type;
  const [conjunction, another] = use.conditions;
  if (!type || !conjunction || another) return undefined;
  const pinned = pinsOf(conjunction, facts, context)?.pinned.find(({ columns }) => columns.includes(column));
  const [tuple, more] = pinned?.tuples ?? [];
  const value = tuple?.[pinned?.columns.indexOf(column) ?? -1];
  return value === undefined || more ? undefined : { column, type, from: { value } };
}
