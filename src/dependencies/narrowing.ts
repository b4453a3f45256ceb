import type { TableFacts } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import type { Conjunction, Dnf } from "../sql/condition";
import type { TableUse } from "../sql/table-use";
import type { Part, Scheme } from "../stores/store";
import { type Companion, columnOfTheirs, isTheirs } from "./companion";
import type { ConstantContext } from "./constant-value";
import { type PinnedColumns, pinsOf } from "./pins";
import { isSimple, type Predicate } from "./predicate";
import { rangesAsked } from "./ranges";
import { type PartValues, partKey, schemeOf, type SchemeSpec, typesOf } from "./scheme";
import type { Node, Span } from "./span";
import { typeText } from "./type-text";

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

/** Of what a statement asks of a table's rows, some is left out. */
export function tooManyConditions(path: string): string {
  return `conditions on ${path}: too many of them`;
}

export interface PlacedPart {
  readonly scheme: Scheme;
  readonly part: Part;
}

/** Parts of which only the result tells how far they go in its order. */
export interface ReachedParts {
  readonly scheme: Scheme;
  /** By which it relies on rows where it is not full. */
  readonly whole: Scheme;
  /** Values of the schemes' columns. */
  readonly values: readonly PartValues[];
}

/** What is looked at of the rows that conditions pick. */
export interface Looked {
  readonly columns: TableUse["columns"];
  /** Columns that conditions alone mention. */
  readonly told: ReadonlySet<string>;
  readonly referred: boolean;
  readonly arriving: boolean;
  readonly companion?: CompanionAsked | undefined;
}

/** What rows that go along with these have to have. */
interface CompanionAsked extends Companion {
  readonly facts: TableFacts;
  readonly pinned: readonly PinnedColumns[];
}

/** The column by which the rows of a limited result are sorted, and whether the result of a scheme tells how far it goes. */
export interface Sorted {
  readonly column: string;
  /** Columns that are looked at where LIMIT cuts rows, and where it cuts none. */
  readonly cut: TableUse["columns"];
  readonly whole: TableUse["columns"];
  tells(scheme: Scheme): boolean;
}

export interface Placed {
  readonly parts: readonly PlacedPart[];
  readonly reached: readonly ReachedParts[];
}

/** Columns that are looked at, by their names in the table; `"all"` where one is not among them. */
export function usedColumns(columns: TableUse["columns"], facts: TableFacts): SchemeSpec["uses"] {
  if (columns === "all") return "all";
  return [...columns].every((column) => facts.columns.has(column)) ? [...columns] : "all";
}

/** The parts in which a row has to be to satisfy one of the conjunctions; `undefined`: any change may matter. */
export function partsOf(
  conditions: Dnf,
  looked: Looked,
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
    const kept = withinLimit([...pins.pinned, ...(looked.companion?.pinned ?? [])], limits);
    const told = valuesOf(kept);
    const asking = { conjunction, on: columnsOf(kept), predicates: pins.predicates, values: told.length };
    const found = affordable(asking, looked, { facts, dialect: context.dialect, limits, sorted });
    if (!found) return undefined;
    const scheme = schemeOf(found.spec);
    const values = withUntold(told, asking.on);
    if (found.whole) reached.push({ scheme, whole: schemeOf(found.whole), values });
    else
      for (const row of values)
        for (const node of found.nodes)
          parts.push({ scheme, part: { scheme: scheme.id, key: partKey(row, node) } });
  }
  return { parts, reached };
}

/** And those of rows whose companions are not known. */
function withUntold(values: readonly (readonly string[])[], on: readonly string[]): readonly PartValues[] {
  if (!on.some(isTheirs)) return values;
  const untold = values.map((row) => row.map((value, at) => (isTheirs(on[at] ?? "") ? null : value)));
  const distinct = new Map(untold.map((row) => [JSON.stringify(row), row]));
  return [...values, ...distinct.values()];
}

/** That of rows picked by their values in some columns, of which other columns are looked at, too. */
export function specOn(
  on: readonly string[],
  where: readonly Predicate[],
  uses: SchemeSpec["uses"],
  facts: TableFacts,
): SchemeSpec {
  const picking = [...on, ...where.map(([column]) => column)];
  return { on, where, uses: uses === "all" ? "all" : [...uses, ...picking], types: typesOf(picking, facts) };
}

/** What one conjunction asks. */
interface Asking {
  readonly conjunction: Conjunction;
  readonly on: readonly string[];
  readonly predicates: readonly Predicate[];
  /** How many lists of values the columns may have. */
  readonly values: number;
}

/** A scheme, and the nodes of its span, if it has one. */
interface Affordable {
  readonly spec: SchemeSpec;
  readonly nodes: readonly (Node | undefined)[];
  /** The result tells the nodes if it is full; else this is the scheme. */
  readonly whole?: SchemeSpec;
}

interface AffordableContext {
  readonly facts: TableFacts;
  readonly dialect: SqlDialect;
  readonly limits: Limits;
  readonly sorted: Sorted | undefined;
}

/** The finest that there is room for: with all its predicates, with one range as a span, or with none. */
function affordable(asking: Asking, looked: Looked, context: AffordableContext): Affordable | undefined {
  const { facts, dialect, limits, sorted } = context;
  const { predicates } = asking;
  const asked = asking.values <= MOST_SPANNED ? rangesAsked(predicates, facts, dialect) : [];
  const admitted = limits.admits(specOn(asking.on, predicates, "all", facts), asked.length > 0);
  const simple = predicates.filter(isSimple);
  const picking = { where: admitted ? predicates : simple };
  const ranges = admitted ? [] : asked;
  const spec = (more: Picking, columns = looked.columns): SchemeSpec =>
    specFor(asking, more, { ...looked, columns }, facts);
  const candidates: readonly Affordable[] = [
    // What a text begins with picks fewer rows than any order does.
    ...(sorted && asking.values <= MOST_SPANNED && !ranges.some(({ span }) => span.by === "start")
      ? [reachedBy(sorted, (span, columns) => spec({ ...picking, span }, columns))]
      : []),
    ...(admitted ? [{ spec: spec(picking), nodes: [undefined] }] : []),
    ...ranges.map(({ span, nodes, exact }) => {
      const isExact = exact !== undefined && asking.values === 1 && looked.told.has(span.column);
      return { spec: spec({ where: simple, span, isExact }), nodes: isExact ? exact : nodes };
    }),
    { spec: spec({ where: simple }), nodes: [undefined] },
  ];
  const found = candidates.find((each) => isPossible(each, limits, sorted));
  const left = predicates.filter((each) => !isSimple(each) && !(found && isKept(each, found.spec)));
  if (!admitted && left.length > 0)
    limits.coarser(`ranges of ${left.map(([column]) => column).join(", ")}: too many different ones`);
  if (!found) limits.coarser("the table's record has no room for another scheme");
  return found;
}

function reachedBy(
  { column, cut, whole }: Sorted,
  spec: (span: Span | undefined, columns: TableUse["columns"]) => SchemeSpec,
): Affordable {
  return { spec: spec({ column, by: "order" }, cut), nodes: [], whole: spec(undefined, whole) };
}

function isPossible({ spec, whole }: Affordable, limits: Limits, sorted: Sorted | undefined): boolean {
  const schemes = [spec, ...(whole ? [whole] : [])].map(schemeOf);
  if (schemes.some((scheme) => limits.isRefused(scheme))) return false;
  return !whole || sorted?.tells(schemes[0] as Scheme) === true;
}

/** Of what a conjunction asks, what a scheme picks rows by. */
interface Picking {
  readonly where: readonly Predicate[];
  readonly span?: Span | undefined;
  /** The span tells all that is asked of its column. */
  readonly isExact?: boolean;
}

function specFor(asking: Asking, picking: Picking, looked: Looked, facts: TableFacts): SchemeSpec {
  const { on } = asking;
  const { where, span } = picking;
  const used = usedColumns(looked.columns, facts);
  const uses =
    used === "all"
      ? used
      : used.filter((column) => !looked.told.has(column) || !picks(column, asking, picking));
  const columns = [...on, ...where.map(([column]) => column), ...(span ? [span.column] : [])];
  return {
    on,
    where,
    uses,
    types: typesOf(
      columns.filter((column) => !isTheirs(column)),
      facts,
    ),
    span,
    referred: looked.referred,
    arriving: looked.arriving,
    companion: looked.companion && companionFor(looked.companion, columns.filter(isTheirs)),
  };
}

/** `undefined` where nothing of theirs is asked for. */
function companionFor(
  { own, path, key, facts }: CompanionAsked,
  names: readonly string[],
): SchemeSpec["companion"] {
  if (names.length === 0) return undefined;
  const columns = names.map(columnOfTheirs).sort();
  const types = columns.map((column) => [column, typeText(facts.columns.get(column)?.type)] as const);
  return { own, path, key, types: Object.fromEntries(types) };
}

/** Whether a scheme tells all that the conjunction asks of the column. */
function picks(column: string, { conjunction, on, predicates }: Asking, picking: Picking): boolean {
  const { where, span, isExact = false } = picking;
  const own = conjunction.filter((each) => each.column === column);
  if (own.some(({ kind }) => kind === "in" || kind === "is")) return own.length === 1 && on.includes(column);
  const asked = predicates.filter(([name]) => name === column);
  if (asked.length < own.length) return false;
  return asked.every((each) => where.includes(each)) || (isExact && span?.column === column);
}

/** Whether a scheme without this predicate has it as its span. */
function isKept([column, op]: Predicate, { span }: SchemeSpec): boolean {
  return column === span?.column && (span.by === "order" ? op !== "<>" : op === "like");
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
