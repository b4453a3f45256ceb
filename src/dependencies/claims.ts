import type { SqlDialect } from "../sql/analysis";
import type { TableFacts } from "../schema/column";
import type { Claim, Part, RecordName, Registry } from "../stores/store";
import { satisfies } from "./predicate";
import type { RowChange, RowImage, TableChange } from "./row-change";
import { partKey, type SchemeSpec, specOf, typesOf } from "./scheme";
import { type Node, nodesOf, SOMEWHERE } from "./span";

/** Which of a scheme's parts a change concerns: all, or those of these keys. */
type Concern = "all" | ReadonlySet<string>;

/** More parts of one scheme than this are claimed as the whole scheme. */
const MOST_PARTS = 500;

export interface ChangedTable {
  readonly record: RecordName;
  readonly change: TableChange;
  readonly facts: TableFacts | undefined;
}

/** What a write has to mark and to replace of a table whose reads rely on it by these schemes. */
export function claimOf(
  { record, change, facts }: ChangedTable,
  registry: Registry | undefined,
  dialect: SqlDialect,
): Claim {
  if (change === "all" || !registry) return { record };
  const schemes: string[] = [];
  const parts: Part[] = [];
  for (const scheme of registry.schemes) {
    const spec = specOf(scheme);
    const concern = spec ? concernOf(spec, change, facts, dialect) : "all";
    if (concern === "all") schemes.push(scheme.id);
    else for (const key of concern) parts.push({ scheme: scheme.id, key });
  }
  return { record, changes: { stamp: registry.stamp, schemes, parts } };
}

function concernOf(
  spec: SchemeSpec,
  changes: readonly RowChange[],
  facts: TableFacts | undefined,
  dialect: SqlDialect,
): Concern {
  const places = new Places();
  if (changes.length > 0 && !agreesOnTypes(spec, facts)) return "all";
  for (const change of changes) {
    if (!looksAt(spec, change)) continue;
    for (const image of [change.before, change.after]) {
      const values = image && valuesIn(spec, image, facts, dialect);
      if (values === "all") return "all";
      if (values) places.add(values, image && nodesIn(spec, image, facts, dialect));
    }
  }
  return places.concern;
}

/** Where rows are: values of a scheme's columns, and nodes of its span beneath them. */
class Places {
  readonly #places = new Map<string, { readonly values: readonly string[]; nodes: Set<Node> | undefined }>();

  add(values: readonly string[], nodes: readonly Node[] | undefined): void {
    const key = JSON.stringify(values);
    const place = this.#places.get(key) ?? { values, nodes: nodes && new Set() };
    this.#places.set(key, place);
    for (const node of nodes ?? []) place.nodes?.add(node);
  }

  get concern(): Concern {
    const exact = this.#keys((nodes) => (nodes.has(SOMEWHERE) ? ANYWHERE : nodes));
    const coarse = exact.size > MOST_PARTS ? this.#keys(() => ANYWHERE) : exact;
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
export function looksAt({ uses, referred }: SchemeSpec, { before, after, changed }: RowChange): boolean {
  if (!before && referred) return false;
  if (!before || !after || changed === "all") return true;
  return uses === "all" ? changed.size > 0 : uses.some((column) => changed.has(column));
}

function agreesOnTypes({ types }: SchemeSpec, facts: TableFacts | undefined): boolean {
  const known = typesOf(Object.keys(types), facts);
  return Object.entries(types).every(([column, type]) => known[column] === type);
}

/** The values that the row has in a scheme's columns, if it satisfies the rest; `all`: they are not known. */
function valuesIn(
  { on, where }: SchemeSpec,
  image: RowImage,
  facts: TableFacts | undefined,
  dialect: SqlDialect,
): readonly string[] | "all" | undefined {
  for (const predicate of where) {
    const type = facts?.columns.get(predicate[0])?.type;
    if (satisfies(predicate, image.get(predicate[0]), type, dialect) === false) return undefined;
  }
  const values = on.map((column) => image.get(column));
  // Nothing equals NULL.
  if (values.includes(null)) return undefined;
  return values.every((value) => value !== undefined) ? (values as string[]) : "all";
}

function nodesIn(
  { span }: SchemeSpec,
  image: RowImage,
  facts: TableFacts | undefined,
  dialect: SqlDialect,
): readonly Node[] | undefined {
  return span && nodesOf(span, image.get(span.column), facts?.columns.get(span.column)?.type, dialect);
}
