import type { SqlDialect } from "../sql/analysis";
import type { Schema } from "../schema/schema";
import { isExact } from "../schema/canonical";
import type { TableFacts, ValueType } from "../schema/column";
import type { Claim, Part, RecordName, Registry } from "../stores/store";
import { agreesOnCompanion, isTheirs, typeOfColumn, withCompanions } from "./companion";
import { isSimple, satisfies } from "./predicate";
import type { RowChange, RowImage, TableChange } from "./row-change";
import { asked, type PartValues, partKey, type SchemeSpec, specOf, typesOf } from "./scheme";
import { inWords } from "./words";
import { keeps, type Node, nodesOf, SOMEWHERE } from "./span";

/** Which of a scheme's parts a change concerns: all, or those of these keys. */
type Concern = "all" | ReadonlySet<string>;

/** More parts of one scheme than this are claimed as the whole scheme. */
const MOST_PARTS = 500;

export interface ChangedTable {
  readonly record: RecordName;
  readonly change: TableChange;
  readonly facts: TableFacts | undefined;
}

export interface ClaimContext {
  readonly schema: Pick<Schema, "facts">;
  readonly dialect: SqlDialect;
  /** Told in words what bounds have left out. */
  readonly coarser?: (why: string) => void;
}

/** What a write has to mark and to replace of a table whose reads rely on it by these schemes. */
export function claimOf(
  { record, change, facts }: ChangedTable,
  registry: Registry | undefined,
  context: ClaimContext,
): Claim {
  if (change === "all" || !registry) return { record };
  const schemes: string[] = [];
  const parts: Part[] = [];
  for (const scheme of registry.schemes) {
    const spec = specOf(scheme);
    const concern = spec ? concernOf(spec, change, facts, context) : "all";
    if (concern === "all") schemes.push(scheme.id);
    else for (const key of concern) parts.push({ scheme: scheme.id, key });
  }
  return { record, changes: { stamp: registry.stamp, schemes, parts } };
}

function concernOf(
  spec: SchemeSpec,
  changes: readonly RowChange[],
  facts: TableFacts | undefined,
  context: ClaimContext,
): Concern {
  const places = new Places();
  const agrees = agreesOnTypes(spec, facts) && agreesOnCompanion(spec, context.schema);
  if (changes.length > 0 && !agrees) return "all";
  const looked = changes.filter((change) => looksAt(spec, change));
  for (const change of looked.flatMap((each) => withCompanions(spec, each))) {
    const before = change.before && placeOf(spec, change.before, facts, context);
    const after = change.after && placeOf(spec, change.after, facts, context, change.present);
    if ((before === "all" && !spec.arriving) || after === "all") return "all";
    const known = before === "all" ? undefined : before;
    for (const place of concernedBy(spec, change, known, after)) places.add(place);
  }
  return places.concern(() => context.coarser?.(`${inWords(spec)}: more than ${MOST_PARTS} values`));
}

/** Where a row is: values of a scheme's columns, and nodes of its span beneath them. */
interface Place {
  readonly values: PartValues;
  readonly nodes: readonly Node[] | undefined;
  /** It is there and nowhere else, and satisfies the rest; else that may be. */
  readonly certain: boolean;
}

/** Where the row has been and where it is, as far as that matters. */
function concernedBy(
  spec: SchemeSpec,
  change: RowChange,
  before: Place | undefined,
  after: Place | undefined,
): readonly Place[] {
  const places = (...all: (Place | undefined)[]): readonly Place[] =>
    all.filter((each) => each !== undefined);
  const stays = before && after && before.values.every((value, at) => value === after.values[at]);
  if (stays && !touches(spec, change)) return movedWithin(before, after, spec, change);
  return spec.arriving ? places(after) : places(before, after);
}

/** What of the nodes the row has left and come to, if it is nothing but where it is that matters. */
function movedWithin(
  before: Place,
  after: Place,
  { span }: SchemeSpec,
  { changed }: RowChange,
): readonly Place[] {
  if (!before.certain || !after.certain) return [before, after];
  if (!span || !before.nodes || !after.nodes || (changed !== "all" && !changed.has(span.column))) return [];
  const shared = new Set(before.nodes.filter((node) => keeps(node) && after.nodes?.includes(node)));
  return [before, after].map((place) => ({
    ...place,
    nodes: place.nodes?.filter((node) => !shared.has(node)),
  }));
}

/** Where rows are. */
class Places {
  readonly #places = new Map<string, { readonly values: PartValues; nodes: Set<Node> | undefined }>();

  add({ values, nodes }: Place): void {
    const key = JSON.stringify(values);
    const place = this.#places.get(key) ?? { values, nodes: nodes && new Set() };
    this.#places.set(key, place);
    for (const node of nodes ?? []) place.nodes?.add(node);
  }

  concern(tooMany: () => void): Concern {
    const exact = this.#keys((nodes) => (nodes.has(SOMEWHERE) ? ANYWHERE : nodes));
    if (exact.size <= MOST_PARTS) return exact;
    tooMany();
    const coarse = this.#keys(() => ANYWHERE);
    return coarse.size > MOST_PARTS ? "all" : coarse;
  }

  #keys(claimed: (nodes: ReadonlySet<Node>) => ReadonlySet<Node>): ReadonlySet<string> {
    const keys = [...this.#places.values()].flatMap(({ values, nodes }) =>
      nodes ? [...claimed(nodes)].map((node) => partKey(values, node)) : [partKey(values)],
    );
    return new Set(keys);
  }
}

/** Whoever relies on any rows with some values relies on those that may be anywhere. */
const ANYWHERE: ReadonlySet<Node> = new Set([SOMEWHERE]);

/** An inserted or deleted row matters whatever is looked at, unless nothing can refer to it yet. */
export function looksAt(spec: SchemeSpec, change: RowChange): boolean {
  const { before, changed } = change;
  if (!before && spec.referred) return false;
  return touches(spec, change) || (changed !== "all" && asked(spec).some((column) => changed.has(column)));
}

/** Whether it matters even if the row stays where it is. */
function touches({ uses }: SchemeSpec, { before, after, changed }: RowChange): boolean {
  if (!before || !after || changed === "all") return true;
  return uses === "all" ? changed.size > 0 : uses.some((column) => changed.has(column));
}

function agreesOnTypes({ types }: SchemeSpec, facts: TableFacts | undefined): boolean {
  const known = typesOf(Object.keys(types), facts);
  return Object.entries(types).every(([column, type]) => known[column] === type);
}

/** Where the row is, if it satisfies the rest; `all`: its values in the scheme's columns are not known. */
function placeOf(
  spec: SchemeSpec,
  image: RowImage,
  facts: TableFacts | undefined,
  { schema, dialect }: ClaimContext,
  present?: RowChange["present"],
): Place | "all" | undefined {
  const typeOf = (column: string): ValueType | undefined => typeOfColumn(column, spec, facts, schema);
  const satisfied = spec.where.map((predicate) => {
    const [column, op] = predicate;
    if (present?.has(column) && isSimple(predicate)) return op === "not null";
    return satisfies(predicate, image.get(column), typeOf(column), dialect);
  });
  if (satisfied.includes(false)) return undefined;
  // Nothing equals NULL.
  if (spec.on.some((column) => image.get(column) === null)) return undefined;
  const values = spec.on.map((column) => image.get(column) ?? (isTheirs(column) ? null : undefined));
  if (values.includes(undefined)) return "all";
  const { span } = spec;
  const nodes = span && nodesOf(span, image.get(span.column), typeOf(span.column), dialect);
  // Where one text stands for several values, the row may have had another of them.
  const isKnown = (column: string): boolean => {
    const [value, type] = [image.get(column), typeOf(column)];
    return typeof value !== "string" || (type !== undefined && isExact(type, dialect, value));
  };
  const certain =
    !satisfied.includes(undefined) && [...spec.on, ...spec.where.map(([name]) => name)].every(isKnown);
  return { values: values as PartValues, nodes, certain };
}
