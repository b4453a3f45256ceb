import type { TableFacts } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import type { Dnf } from "../sql/condition";
import type { Part, Scheme } from "../stores/store";
import type { ConstantContext } from "./constant-value";
import { type PinnedColumns, pinsOf } from "./pins";
import type { Predicate } from "./predicate";
import { rangesAsked } from "./ranges";
import { partKey, schemeOf, type SchemeSpec, typesOf, typesWithin } from "./scheme";
import type { Node, Span } from "./span";

/** Sets of values, each of which takes as many parts as its span has nodes. */
const MOST_SPANNED = 5;

/** Bounds on how finely reads may rely on rows, and what past them was made coarser. */
export interface Limits {
  /** How many parts one conjunction may have: the product of its lists. */
  readonly maxInList: number;
  /**
   * Whether predicates with constants of their own may make a scheme, of which there is room for few: fewer where spans
   * say as much.
   */
  admits(spec: SchemeSpec, spanned: boolean): boolean;
  /** A record had no room for it. */
  isRefused(scheme: Scheme): boolean;
  /** Told in words what was left out, for events. */
  coarser(why: string): void;
}

export interface PlacedPart {
  readonly scheme: Scheme;
  readonly part: Part;
}

/** Parts of which only the result tells how far they go in its order. */
export interface ReachedParts {
  readonly scheme: Scheme;
  /** Values of the scheme's columns. */
  readonly values: readonly (readonly string[])[];
}

/** The column by which the rows of a limited result are sorted, and whether the result of a scheme tells how far it goes. */
export interface Sorted {
  readonly column: string;
  tells(scheme: Scheme): boolean;
}

export interface Placed {
  readonly parts: readonly PlacedPart[];
  readonly reached: readonly ReachedParts[];
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
  sorted?: Sorted,
): Placed | undefined {
  const parts: PlacedPart[] = [];
  const reached: ReachedParts[] = [];
  for (const conjunction of conditions) {
    const pins = pinsOf(conjunction, facts, context);
    if (!pins) continue;
    const kept = withinLimit(pins.pinned, limits);
    const values = valuesOf(kept);
    const spec = { ...specOn(columnsOf(kept), pins.predicates, uses, facts), referred };
    const room = values.length <= MOST_SPANNED ? "some" : "none";
    const found = affordable(spec, room, { facts, dialect: context.dialect, limits, sorted });
    if (!found) return undefined;
    const { nodes } = found;
    const scheme = schemeOf(found.spec);
    if (nodes === "reached") reached.push({ scheme, values });
    else
      for (const row of values)
        for (const node of nodes)
          parts.push({ scheme, part: { scheme: scheme.id, key: partKey(row, node) } });
  }
  return { parts, reached };
}

export function specOn(
  on: readonly string[],
  where: readonly Predicate[],
  uses: SchemeSpec["uses"],
  facts: TableFacts,
): SchemeSpec {
  return { on, where, uses, types: typesOf([...on, ...where.map(([column]) => column)], facts) };
}

/** A scheme, and the nodes of its span, if it has one; `reached`: those the result tells. */
interface Affordable {
  readonly spec: SchemeSpec;
  readonly nodes: readonly (Node | undefined)[] | "reached";
}

/** For spans. */
type Room = "some" | "none";

interface AffordableContext {
  readonly facts: TableFacts;
  readonly dialect: SqlDialect;
  readonly limits: Limits;
  readonly sorted: Sorted | undefined;
}

/** The finest that there is room for: with all its predicates, with one range as a span, or with none. */
function affordable(
  spec: SchemeSpec,
  room: Room,
  { facts, dialect, limits, sorted }: AffordableContext,
): Affordable | undefined {
  const plain = withoutRanges(spec);
  const asked = room === "none" ? [] : rangesAsked(spec.where, facts, dialect);
  const admitted = limits.admits(spec, asked.length > 0);
  const ranges = admitted ? [] : asked;
  // What a text begins with picks fewer rows than any order does.
  const reaches = sorted && room !== "none" && !ranges.some(({ span }) => span.by === "start");
  const candidates: readonly Affordable[] = [
    ...(reaches ? [reachedBy(sorted, admitted ? spec : plain, facts)] : []),
    ...(admitted ? [{ spec, nodes: [undefined] }] : []),
    ...ranges.map(({ span, nodes }) => ({ spec: withSpan(plain, span, facts), nodes })),
    { spec: plain, nodes: [undefined] },
  ];
  const found = candidates.find(({ spec: each, nodes }) => {
    const scheme = schemeOf(each);
    return !limits.isRefused(scheme) && (nodes !== "reached" || sorted?.tells(scheme));
  });
  const left = spec.where.filter((each) => !isSimple(each) && !(found && isKept(each, found.spec)));
  if (!admitted && left.length > 0)
    limits.coarser(`ranges of ${left.map(([column]) => column).join(", ")}: too many different ones`);
  if (!found) limits.coarser("the table's record has no room for another scheme");
  return found;
}

function reachedBy({ column }: Sorted, spec: SchemeSpec, facts: TableFacts): Affordable {
  return { spec: withSpan(spec, { column, by: "order" }, facts), nodes: "reached" };
}

/** Whether a scheme without this predicate has it as its span. */
function isKept([column, op]: Predicate, { span }: SchemeSpec): boolean {
  return column === span?.column && (span.by === "order" ? op !== "<>" : op === "like");
}

function withSpan(spec: SchemeSpec, span: Span, facts: TableFacts): SchemeSpec {
  return { ...spec, span, types: { ...spec.types, ...typesOf([span.column], facts) } };
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

/** One row for each choice of tuples, with the values in the order of the sorted columns. */
function valuesOf(pinned: readonly PinnedColumns[]): readonly (readonly string[])[] {
  let rows: (readonly (readonly [string, string])[])[] = [[]];
  for (const { columns, tuples } of pinned) {
    rows = rows.flatMap((row) =>
      tuples.map((tuple) => [...row, ...tuple.map((value, at) => [columns[at] ?? "", value] as const)]),
    );
  }
  return rows.map(inOrder);
}

export function inOrder(row: readonly (readonly [column: string, value: string])[]): readonly string[] {
  return [...row].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
