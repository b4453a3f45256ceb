import type { TableFacts } from "../schema/column";
import type { Conjunction } from "../sql/condition";
import type { Reach, TableUse } from "../sql/table-use";
import type { Scheme } from "../stores/store";
import { type ConstantContext, onlyConstant, plainValue } from "./constant-value";
import type { LateColumn, ShownParts } from "./late-parts";
import { theirs } from "./companion";
import { partsOf, type Sorted, specOn, tooManyConditions, usedColumns } from "./narrowing";
import { partnerOf } from "./partner";
import { pinsOf } from "./pins";
import { isSimple } from "./predicate";
import type { Reaching } from "./reached-parts";
import type { Occurrence, Outcome, RelianceContext, StatementContext } from "./reliance-context";
import { schemeOf } from "./scheme";
import { keyShown } from "./shown-columns";
import { isRanked } from "./span";

/** What is relied on of a table whose rows are picked by conditions. */
export function pickedBy(occurrence: Occurrence, context: StatementContext): Outcome {
  const { use, path } = occurrence;
  if (use.isCut) context.limits.coarser(tooManyConditions(path));
  const told = context.keys ? keysToldOf(occurrence, context) : shownToldOf(occurrence, context);
  const looked = told ?? { columns: use.columns, isShownTold: use === context.keys, arriving: false };
  const outcome = placedOf(occurrence, looked, context);
  return told && typeof outcome === "object" ? { ...outcome, late: [...outcome.late, told.rows] } : outcome;
}

/** What conditions pick, and what of it matters. */
interface LookedAt {
  readonly columns: TableUse["columns"];
  /** The order of rows in the result, and what it shows of them, is told otherwise, or looked at by nobody. */
  readonly isShownTold: boolean;
  /** Rows that are in the result are told otherwise. */
  readonly arriving: boolean;
}

/** Those in the result are told by their primary key. */
interface Told extends LookedAt {
  readonly rows: ShownParts;
}

/**
 * What decides which rows there are matters of every row that the conditions let through; what is only shown, of the
 * rows in the result. And where others decide as well, a row that is not in the result matters only if it comes to
 * satisfy the conditions.
 */
function shownToldOf(occurrence: Occurrence, context: StatementContext): Told | undefined {
  const { use, uses, facts } = occurrence;
  const { deciding, columns } = use;
  const { primaryKey } = facts;
  const key = deciding && columns !== "all" && !uses.combined ? keyShown(occurrence, context) : undefined;
  if (!deciding || columns === "all" || !key) return undefined;
  if (use.conditions.every((each) => pinsKey(each, facts, context))) return undefined;
  // All that they pick is shown, if they can be told.
  if (use.isShown && use.conditions.every((each) => isPinned(each, facts, context))) return undefined;
  const arriving = isPickedByOthers(occurrence, context);
  const sorting = sortingIn(occurrence, context);
  const shown = [...columns].filter((column) => !deciding.has(column) || sorting.has(column));
  if (!arriving && shown.every((column) => primaryKey.includes(column))) return undefined;
  const own = new Set([...(arriving ? columns : shown), ...primaryKey]);
  const rows = rowsToldBy(key, own, occurrence, context);
  return rows && { columns: new Set([...deciding, ...primaryKey]), isShownTold: true, arriving, rows };
}

/** The same where the result is taken for the keys of one table. */
function keysToldOf(occurrence: Occurrence, context: StatementContext): Told | undefined {
  const { use } = occurrence;
  const { columns } = use;
  const key = isPickedByOthers(occurrence, context) ? keyShown(occurrence, context) : undefined;
  if (!key || columns === "all") return undefined;
  const crossed = crossedBy(occurrence, context);
  const own = crossed === undefined ? columns : without(columns, new Set([crossed]));
  const rows = rowsToldBy(key, own, occurrence, context);
  return rows && { columns, isShownTold: use === context.keys, arriving: true, rows };
}

function rowsToldBy(
  key: readonly LateColumn[],
  columns: TableUse["columns"],
  { path, facts }: Occurrence,
  context: StatementContext,
): ShownParts | undefined {
  const used = usedColumns(columns, facts);
  const scheme = schemeOf(specOn(facts.primaryKey, [], used, facts));
  if (used === "all" || context.limits.isRefused(scheme) || !context.tells(scheme)) return undefined;
  return { path, scheme, columns: key };
}

/**
 * Whether rows that satisfy the conditions may be left out, as another table has none that goes with them. Those of one
 * parent are few, and of what a foreign key does to them the primary key is not known.
 */
function isPickedByOthers(occurrence: Occurrence, context: StatementContext): boolean {
  const { use, uses } = occurrence;
  if (!use.isPart || uses.uses.every((each) => each === use || each.added)) return false;
  return !use.conditions.some((each) => pinsParent(each, occurrence, context));
}

function pinsParent(
  conjunction: Conjunction,
  { path, facts }: Occurrence,
  context: StatementContext,
): boolean {
  const pinned = pinsOf(conjunction, facts, context)?.pinned.flatMap(({ columns }) => columns) ?? [];
  const keys = context.schema.table(path)?.foreignKeys.flatMap(({ columns }) => columns) ?? [];
  return keys.some(({ own }) => pinned.includes(own));
}

/** The column by which the keys in the result are sorted, and that decides no more than which of them are in it. */
function crossedBy(occurrence: Occurrence, context: StatementContext): string | undefined {
  const { use, uses, facts } = occurrence;
  const reach = use === context.keys && !uses.skips ? reachOf(occurrence, context) : undefined;
  return reach && orderingOf(reach, facts, context).has(reach.column) ? reach.column : undefined;
}

function placedOf(occurrence: Occurrence, looked: LookedAt, context: StatementContext): Outcome {
  const { use, uses, path, facts } = occurrence;
  const { columns, arriving } = looked;
  const reach = reachOf(occurrence, context);
  const crossed = crossedBy(occurrence, context);
  const sorted = reach && {
    column: reach.column,
    cut: crossed === undefined ? columns : without(columns, new Set([crossed])),
    // What OFFSET leaves out is not shown, and comes in when the order changes.
    whole: looked.isShownTold && !uses.skips ? without(columns, orderingOf(reach, facts, context)) : columns,
    tells: (scheme: Scheme) => context.tells(scheme),
  };
  const partner = arriving || !reach ? partnerOf(occurrence, context) : undefined;
  const theirReach = partner && reachOf(partner.occurrence, context);
  const companion = partner && (arriving || theirReach) && { ...partner, facts: partner.occurrence.facts };
  const theirs = theirReach && sortedByTheirs(theirReach, columns, context);
  const asked = { columns, arriving, told: use.told, referred: context.referred.has(use), companion };
  const placed = partsOf(use.conditions, asked, facts, context, context.limits, sorted ?? theirs);
  if (!placed) return "whole";
  const crossing = crossed !== undefined;
  const late = placed.reached.map((each) => {
    return { ...each, ...((reach ?? theirReach) as Sorting), crossing, path };
  });
  return { placed: placed.parts, late };
}

/** Whatever the row itself holds: how far the result goes, its companion tells. */
function sortedByTheirs(
  { column }: Sorting,
  columns: TableUse["columns"],
  context: StatementContext,
): Sorted {
  return { column: theirs(column), cut: columns, whole: columns, tells: (scheme) => context.tells(scheme) };
}

type Sorting = Omit<Reach, "limit"> & Pick<Reaching, "type" | "limit">;

/** How the statement's LIMIT cuts rows of this table, where their order is known. */
function reachOf(
  { use, uses: { uses, reach }, facts }: Occurrence,
  context: ConstantContext,
): Sorting | undefined {
  const column = reach && facts.columns.get(reach.column);
  if (!reach || !column || uses[reach.use] !== use || !isRanked(column, context.dialect)) return undefined;
  const constant = onlyConstant(reach.limit.slot, context);
  const limit = Number((constant && plainValue(constant, context.parameters)) ?? undefined);
  if (!Number.isSafeInteger(limit) || limit < 1) return undefined;
  return { ...reach, type: column.type, limit };
}

/** Columns that do no more than sort the result. */
function orderingOf(
  { ordering }: Sorting,
  facts: TableFacts,
  { keysOf }: RelianceContext,
): ReadonlySet<string> {
  return without(ordering, new Set([...facts.primaryKey, ...(keysOf?.columns ?? [])]));
}

/** Columns by which rows of the result alone are sorted while it is not full. Without joins these are all that conditions pick. */
function sortingIn(occurrence: Occurrence, context: StatementContext): ReadonlySet<string> {
  const { uses } = occurrence;
  const reach = uses.uses.length > 1 && !uses.skips ? reachOf(occurrence, context) : undefined;
  return reach?.ordering ?? new Set();
}

function without<T extends TableUse["columns"]>(
  columns: T,
  left: ReadonlySet<string>,
): T | ReadonlySet<string> {
  return columns === "all" ? columns : new Set([...columns].filter((column) => !left.has(column)));
}

/** Whether a scheme can tell the rows that satisfy it from all others. */
function isPinned(conjunction: Conjunction, facts: TableFacts, context: RelianceContext): boolean {
  const pins = pinsOf(conjunction, facts, context);
  if (!pins) return true;
  const lists = pins.pinned.reduce((product, { tuples }) => product * tuples.length, 1);
  const told = new Set([
    ...pins.pinned.flatMap(({ columns }) => columns),
    ...pins.predicates.filter(isSimple).map(([column]) => column),
  ]);
  return (
    lists <= context.limits.maxInList &&
    conjunction.every(
      ({ column, kind }) => (kind === "in" || kind === "is" || kind === "null") && told.has(column),
    )
  );
}

/** Whether a conjunction tells rows by their primary key already. */
function pinsKey(conjunction: Conjunction, facts: TableFacts, context: RelianceContext): boolean {
  const pinned = pinsOf(conjunction, facts, context)?.pinned.flatMap(({ columns }) => columns) ?? [];
  return facts.primaryKey.every((column) => pinned.includes(column));
}
