import type { TableFacts } from "../schema/column";
import type { Schema } from "../schema/schema";
import type { Conjunction } from "../sql/condition";
import type { AddedTable, Reach, TableUse, Uses } from "../sql/table-use";
import type { Part, Scheme } from "../stores/store";
import { type ConstantContext, onlyConstant, plainValue } from "./constant-value";
import { isUnique, type LateColumn, type LateParts } from "./late-parts";
import { type Limits, partsOf, type PlacedPart, specOn, usedColumns } from "./narrowing";
import { pinsOf } from "./pins";
import type { Reaching } from "./reached-parts";
import { isTransitive, sameValues } from "./same-values";
import { referredIn } from "./referred";
import { schemeOf } from "./scheme";
import { isRanked } from "./span";

/** What a read relies on of one table: all of it, or parts. */
export interface Reliance {
  readonly path: string;
  /** `undefined`: any change of the table. */
  readonly parts: readonly Part[] | undefined;
  readonly schemes: readonly Scheme[];
  readonly late: readonly LateParts[];
}

export interface RelianceContext extends ConstantContext {
  readonly schema: Schema;
  readonly limits: Limits;
  /** Whether a result of the statement may be expected to tell the rows of the scheme. */
  tells(scheme: Scheme): boolean;
  /** Whether reads rely on rows of the table, or on the whole of it. */
  readonly isGranular: (path: string) => boolean;
  readonly keysOf?: KeysOf | undefined;
}

/** A table of whose rows in the result nobody looks at more than these columns, in whatever order they come. */
export interface KeysOf {
  readonly path: string;
  readonly columns: readonly string[];
}

/** Of one statement. */
interface StatementContext extends RelianceContext {
  readonly referred: ReadonlySet<TableUse>;
}

/** What one occurrence of a table comes to: nothing, all of the table, or parts of it. */
type Outcome =
  "nothing" | "whole" | { readonly placed: readonly PlacedPart[]; readonly late: readonly LateParts[] };

/** By table, for those that are named exactly once; a view, whatever is uncertain: the whole table. */
export function reliancesOf(all: Uses, given: RelianceContext): readonly Reliance[] {
  const uses = withoutIdle(all, given);
  const context: StatementContext = { ...given, referred: referredIn(uses, given.schema) };
  const collected = new Map<string, Collected>();
  for (const use of uses.uses) {
    const tables = context.schema.resolve(use.table);
    for (const { path } of tables) {
      const into = collected.get(path) ?? new Collected(path);
      collected.set(path, into);
      into.add(tables.length === 1 ? outcomeOf(use, uses, path, context) : "whole");
    }
  }
  return [...collected.values()].filter((each) => !each.isEmpty).map((each) => each.reliance);
}

/** Without the columns that do nothing but join tables that do not matter. */
function withoutIdle(uses: Uses, context: RelianceContext): Uses {
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

class Collected {
  readonly #path: string;
  readonly #schemes = new Map<string, Scheme>();
  readonly #parts = new Map<string, Part>();
  readonly #late: LateParts[] = [];
  #whole = false;
  #needed = false;

  constructor(path: string) {
    this.#path = path;
  }

  add(outcome: Outcome): void {
    if (outcome === "nothing") return;
    this.#needed = true;
    if (outcome === "whole") return void (this.#whole = true);
    const { placed, late } = outcome;
    for (const { scheme, part } of placed) {
      this.#schemes.set(scheme.id, scheme);
      this.#parts.set(`${part.scheme} ${part.key}`, part);
    }
    this.#late.push(...late);
    for (const each of late)
      for (const scheme of "whole" in each ? [each.scheme, each.whole] : [each.scheme])
        this.#schemes.set(scheme.id, scheme);
  }

  /** A table that no row of which can matter is relied on by nothing. */
  get isEmpty(): boolean {
    return !this.#needed;
  }

  get reliance(): Reliance {
    if (this.#whole) return { path: this.#path, parts: undefined, schemes: [], late: [] };
    return {
      path: this.#path,
      parts: [...this.#parts.values()],
      schemes: [...this.#schemes.values()],
      late: this.#late,
    };
  }
}

function outcomeOf(use: TableUse, uses: Uses, path: string, context: StatementContext): Outcome {
  const facts = context.schema.facts(path);
  if (!facts || !context.isGranular(path) || context.schema.table(path)?.view) return "whole";
  const { added } = use;
  if (added && isIrrelevant(use, uses, context)) return "nothing";
  const late = added && lateOf(use, added, uses, path, facts, context);
  if (late) return { placed: [], late: [late] };
  const shown = isKeysAlone(use, uses, path, facts, context) ? "keys" : "all";
  const split = splitOf(use, uses, path, facts, context);
  return split ?? placedOf(use, use.columns, shown, uses, path, facts, context);
}

/** What matters of the rows in the result beside that they are there: all, what other parts tell, or their keys alone. */
type Shown = "all" | "told" | "keys";

function placedOf(
  use: TableUse,
  columns: TableUse["columns"],
  shown: Shown,
  uses: Uses,
  path: string,
  facts: TableFacts,
  context: StatementContext,
): Outcome {
  const looked = { columns, told: use.told, referred: context.referred.has(use) };
  const reach = reachOf(use, uses, facts, context);
  const keys = [...facts.primaryKey, ...(context.keysOf?.columns ?? [])];
  const ordering = without(reach?.ordering ?? NONE, new Set(keys));
  // What OFFSET leaves out is not shown, and comes in when the order changes.
  const isCut = reach !== undefined && !reach.skips;
  const crossing = isCut && shown === "keys" && ordering.has(reach.column);
  const sorted = reach && {
    column: reach.column,
    cut: crossing ? without(columns, new Set([reach.column])) : columns,
    whole: isCut && shown !== "all" ? without(columns, ordering) : columns,
    tells: (scheme: Scheme) => context.tells(scheme),
  };
  const placed = partsOf(use.conditions, looked, facts, context, context.limits, sorted);
  if (!placed) return "whole";
  const late = placed.reached.map((each) => ({ ...each, ...(reach as Sorting), crossing, path }));
  return { placed: placed.parts, late };
}

function without<T extends TableUse["columns"]>(
  columns: T,
  left: ReadonlySet<string>,
): T | ReadonlySet<string> {
  return columns === "all" ? columns : new Set([...columns].filter((column) => !left.has(column)));
}

/**
 * Whether of the rows of a table only the keys are looked at: no other occurrence of it may be meant. Each key is of one
 * row, so that DISTINCT makes no fewer of them when something else changes.
 */
function isKeysAlone(
  use: TableUse,
  { uses }: Uses,
  path: string,
  facts: TableFacts,
  { keysOf, schema }: RelianceContext,
): boolean {
  if (keysOf?.path !== path || !isUnique(keysOf.columns, facts)) return false;
  return uses.every(
    (each) => each === use || !schema.resolve(each.table).some((table) => table.path === path),
  );
}

type Sorting = Omit<Reach, "limit"> & Pick<Reaching, "type" | "limit">;

/** How the statement's LIMIT cuts rows of this table, where their order is known. */
function reachOf(
  use: TableUse,
  { uses, reach }: Uses,
  facts: TableFacts,
  context: ConstantContext,
): Sorting | undefined {
  const column = reach && facts.columns.get(reach.column);
  if (!reach || !column || uses[reach.use] !== use || !isRanked(column, context.dialect)) return undefined;
  const constant = onlyConstant(reach.limit.slot, context);
  const limit = Number((constant && plainValue(constant, context.parameters)) ?? undefined);
  if (!Number.isSafeInteger(limit) || limit < 1) return undefined;
  return { ...reach, type: column.type, limit };
}

/**
 * What decides which rows there are matters of every row that the conditions let through; what is only shown, of the
 * rows in the result. Those are told by the primary key, if the result shows it and the conditions have not told it yet.
 */
function splitOf(
  use: TableUse,
  uses: Uses,
  path: string,
  facts: TableFacts,
  context: StatementContext,
): Outcome | undefined {
  const { deciding, columns } = use;
  const { primaryKey } = facts;
  if (!deciding || columns === "all" || uses.combined || primaryKey.length === 0) return undefined;
  const sorting = sortingIn(use, uses, facts, context);
  const shown = [...columns].filter(
    (column) => (!deciding.has(column) || sorting.has(column)) && !primaryKey.includes(column),
  );
  if (shown.length === 0 || use.conditions.every((each) => pinsKey(each, facts, context))) return undefined;
  const key = primaryKey.map((column) => ownColumn(column, use, uses, facts));
  const used = usedColumns(new Set([...shown, ...primaryKey]), facts);
  const scheme = schemeOf(specOn(primaryKey, [], used, facts));
  if (used === "all" || key.some((each) => !each)) return undefined;
  if (context.limits.isRefused(scheme) || !context.tells(scheme)) return undefined;
  const decided = placedOf(use, new Set([...deciding, ...primaryKey]), "told", uses, path, facts, context);
  if (typeof decided === "string") return decided;
  return { ...decided, late: [...decided.late, { path, scheme, columns: key as LateColumn[] }] };
}

const NONE: ReadonlySet<string> = new Set();

/** Columns by which rows of the result alone are sorted while it is not full. Without joins these are all that conditions pick. */
function sortingIn(use: TableUse, uses: Uses, facts: TableFacts, context: ConstantContext): ReadonlySet<string> {
  const reach = uses.uses.length > 1 ? reachOf(use, uses, facts, context) : undefined;
  return reach && !reach.skips ? reach.ordering : NONE;
}

/** Whether a conjunction tells rows by their primary key already. */
function pinsKey(conjunction: Conjunction, facts: TableFacts, context: RelianceContext): boolean {
  const pinned = pinsOf(conjunction, facts, context)?.pinned.flatMap(({ columns }) => columns) ?? [];
  return facts.primaryKey.every((column) => pinned.includes(column));
}

/** Where the result shows a column of the table itself. */
function ownColumn(column: string, use: TableUse, uses: Uses, facts: TableFacts): LateColumn | undefined {
  const type = facts.columns.get(column)?.type;
  const output = outputOf(uses, uses.uses.indexOf(use), column);
  return type && type.kind !== "opaque" && output !== undefined
    ? { column, type, from: { output } }
    : undefined;
}

/** Joined, looked at by nobody, and it repeats no row, or that changes nothing; nor does it lead to another that matters. */
function isIrrelevant({ added, table }: TableUse, uses: Uses, context: RelianceContext): boolean {
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
function lateOf(
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
  const where = (own?.predicates ?? []).filter(([, op]) => op === "null" || op === "not null");
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

function outputOf({ outputs, combined, groups }: Uses, use: number, column: string): string | undefined {
  for (const [name, shown] of outputs)
    if (shown.use === use && shown.column === column && (!combined || groups.has(name))) return name;
  return undefined;
}

function equalityColumns(equalities: AddedTable["equalities"]): readonly string[] {
  return equalities.map(({ column }) => column);
}
