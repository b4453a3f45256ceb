import type { TableFacts } from "../schema/column";
import type { Schema } from "../schema/schema";
import type { AddedTable, TableUse, Uses } from "../sql/table-use";
import type { Part, Scheme } from "../stores/store";
import type { ConstantContext } from "./constant-value";
import { isUnique, type LateColumn, type LateParts } from "./late-parts";
import { type Limits, partsOf, type PlacedPart, specOn, usedColumns } from "./narrowing";
import { pinsOf } from "./pins";
import { sameValues } from "./same-values";
import { schemeOf } from "./scheme";

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
  /** Whether reads rely on rows of the table, or on the whole of it. */
  isGranular(path: string): boolean;
}

/** What one occurrence of a table comes to: nothing, all of the table, or parts of it. */
type Outcome = "nothing" | "whole" | { readonly placed: readonly PlacedPart[]; readonly late?: LateParts };

/** By table, for those that are named exactly once; a view, whatever is uncertain: the whole table. */
export function reliancesOf(uses: Uses, context: RelianceContext): readonly Reliance[] {
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
    if (!late) return;
    this.#late.push(late);
    for (const scheme of [late.scheme, late.otherwise.scheme]) this.#schemes.set(scheme.id, scheme);
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

function outcomeOf(use: TableUse, uses: Uses, path: string, context: RelianceContext): Outcome {
  const facts = context.schema.facts(path);
  if (!facts || !context.isGranular(path) || context.schema.table(path)?.view) return "whole";
  const { added } = use;
  if (added && isIrrelevant(use, uses, context)) return "nothing";
  const late = added && lateOf(use, added, uses, path, facts, context);
  if (late) return { placed: [], late };
  const placed = partsOf(use.conditions, usedColumns(use.columns, facts), facts, context, context.limits);
  return placed ? { placed } : "whole";
}

/** Joined, looked at by nobody, and it repeats no row, or that changes nothing; nor does it lead to another that matters. */
function isIrrelevant({ added, table }: TableUse, uses: Uses, context: RelianceContext): boolean {
  const [resolved, another] = context.schema.resolve(table);
  const facts = resolved && context.schema.facts(resolved.path);
  if (added?.role !== "unused" || !facts || another) return false;
  if (!uses.repeatable && !isUnique(equalityColumns(added.equalities), facts)) return false;
  const place = uses.uses.findIndex((each) => each.added === added);
  return uses.uses
    .filter((each) => each.added?.equalities.some(({ use }) => use === place))
    .every((each) => isIrrelevant(each, uses, context));
}

/**
 * Rows of a table that a LEFT JOIN adds matter only where a row that is shown leads to them. Not where LIMIT
 * cuts rows that the join has multiplied, nor where rows are combined.
 */
function lateOf(
  use: TableUse,
  { equalities }: AddedTable,
  uses: Uses,
  path: string,
  facts: TableFacts,
  context: RelianceContext,
): LateParts | undefined {
  if (uses.combined) return undefined;
  if (uses.limited && !isUnique(equalityColumns(equalities), facts)) return undefined;
  const columns = equalities.map((each) => lateColumn(each, use, uses, facts, context));
  if (columns.some((each) => !each)) return undefined;
  const names = equalityColumns(equalities);
  if (new Set(names).size < names.length) return undefined;
  const columnsUsed = usedColumns(use.columns, facts);
  const own = use.conditions.length === 1 ? pinsOf(use.conditions[0] ?? [], facts, context) : undefined;
  const where = (own?.predicates ?? []).filter(([, op]) => op === "null" || op === "not null");
  const scheme = schemeOf(specOn(names, where, columnsUsed, facts));
  const [otherwise] = partsOf([[]], columnsUsed, facts, context, context.limits) ?? [];
  if (!otherwise || context.limits.isRefused(scheme)) return undefined;
  return { path, scheme, columns: columns as LateColumn[], otherwise };
}

/** Where the result shows the values by which the table was joined. */
function lateColumn(
  { column, use: at, source }: AddedTable["equalities"][number],
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
  if (!sameValues(type, context.schema.facts(table.path)?.columns.get(source)?.type)) return undefined;
  const shown = outputOf(uses, at, source);
  if (shown !== undefined) return { column, type, from: { output: shown } };
  const own = outputOf(uses, uses.uses.indexOf(use), column);
  // Every row of the other table leads to one of this, as long as nothing else is asked of it.
  const certain = isUnconditional(use) && context.schema.references(table.path, source, use.table, column);
  return own !== undefined && certain ? { column, type, from: { output: own } } : undefined;
}

function isUnconditional({ conditions }: TableUse): boolean {
  return conditions.length === 1 && conditions[0]?.length === 0;
}

function outputOf({ outputs }: Uses, use: number, column: string): string | undefined {
  for (const [name, shown] of outputs) if (shown.use === use && shown.column === column) return name;
  return undefined;
}

function equalityColumns(equalities: AddedTable["equalities"]): readonly string[] {
  return equalities.map(({ column }) => column);
}

