import type { TableFacts } from "../schema/column";
import type { Dnf } from "../sql/condition";
import type { Part, Scheme } from "../stores/store";
import type { ConstantContext } from "./constant-value";
import { type PinnedColumns, pinsOf } from "./pins";
import type { Predicate } from "./predicate";
import { partKey, schemeOf, type SchemeSpec, typesOf, typesWithin } from "./scheme";

/** Bounds on how finely reads may rely on rows, and what past them was made coarser. */
export interface Limits {
  /** How many parts one conjunction may have: the product of its lists. */
  readonly maxInList: number;
  /** Whether predicates with constants of their own may make a scheme, of which there is room for few. */
  admits(spec: SchemeSpec): boolean;
  /** A record had no room for it. */
  isRefused(scheme: Scheme): boolean;
  /** Told in words what was left out, for events. */
  coarser(why: string): void;
}

export interface PlacedPart {
  readonly scheme: Scheme;
  readonly part: Part;
}

/** Columns that are looked at, by their names in the table; `"all"` where one is not among them. */
export function usedColumns(columns: ReadonlySet<string> | "all", facts: TableFacts): SchemeSpec["uses"] {
  if (columns === "all") return "all";
  return [...columns].every((column) => facts.columns.has(column)) ? [...columns] : "all";
}

/** The parts in which a row has to be to satisfy one of the conjunctions; `undefined`: any change may matter. */
export function partsOf(
  conditions: Dnf,
  { uses, referred }: Pick<SchemeSpec, "uses" | "referred">,
  facts: TableFacts,
  context: ConstantContext,
  limits: Limits,
): readonly PlacedPart[] | undefined {
  const placed: PlacedPart[] = [];
  for (const conjunction of conditions) {
    const pins = pinsOf(conjunction, facts, context);
    if (!pins) continue;
    const kept = withinLimit(pins.pinned, limits);
    const scheme = affordable({ ...specOn(columnsOf(kept), pins.predicates, uses, facts), referred }, limits);
    if (!scheme) return undefined;
    for (const key of keysOf(kept)) placed.push({ scheme, part: { scheme: scheme.id, key } });
  }
  return placed;
}

export function specOn(
  on: readonly string[],
  where: readonly Predicate[],
  uses: SchemeSpec["uses"],
  facts: TableFacts,
): SchemeSpec {
  return { on, where, uses, types: typesOf([...on, ...where.map(([column]) => column)], facts) };
}

/** With all its predicates, or only with those that have no constants of their own. */
function affordable(spec: SchemeSpec, limits: Limits): Scheme | undefined {
  if (limits.admits(spec)) {
    const scheme = schemeOf(spec);
    if (!limits.isRefused(scheme)) return scheme;
  } else {
    limits.coarser(`ranges of ${spec.where.map(([column]) => column).join(", ")}: too many different ones`);
  }
  const coarser = schemeOf(withoutRanges(spec));
  if (!limits.isRefused(coarser)) return coarser;
  limits.coarser("the table's record has no room for another scheme");
  return undefined;
}

function withoutRanges(spec: SchemeSpec): SchemeSpec {
  const where = spec.where.filter(isSimple);
  const kept = new Set([...spec.on, ...where.map(([column]) => column)]);
  return { ...spec, where, types: typesWithin(spec.types, kept) };
}

export function isSimple([, op]: Predicate): boolean {
  return op === "null" || op === "not null";
}

/** Leaves out the longest list until the product of the others is small enough. */
function withinLimit(pinned: readonly PinnedColumns[], limits: Limits): readonly PinnedColumns[] {
  const kept = [...pinned];
  while (kept.reduce((product, { tuples }) => product * tuples.length, 1) > limits.maxInList) {
    const longest = kept.reduce((a, b) => (b.tuples.length > a.tuples.length ? b : a));
    kept.splice(kept.indexOf(longest), 1);
    limits.coarser(`${longest.tuples.length} values of ${longest.columns.join(", ")}: above maxInList`);
  }
  return kept;
}

function columnsOf(pinned: readonly PinnedColumns[]): readonly string[] {
  return pinned.flatMap(({ columns }) => columns).sort();
}

/** One for each choice of tuples, with the values in the order of the sorted columns. */
function keysOf(pinned: readonly PinnedColumns[]): ReadonlySet<string> {
  let rows: (readonly (readonly [string, string])[])[] = [[]];
  for (const { columns, tuples } of pinned) {
    rows = rows.flatMap((row) =>
      tuples.map((tuple) => [...row, ...tuple.map((value, at) => [columns[at] ?? "", value] as const)]),
    );
  }
  return new Set(rows.map((row) => partKey(inOrder(row))));
}

export function inOrder(row: readonly (readonly [column: string, value: string])[]): readonly string[] {
  return [...row].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
