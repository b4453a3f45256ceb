import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Scheme } from "../stores/store";
import type { TableFacts } from "../schema/column";
import { type Companion, isTheirs } from "./companion";
import type { Predicate } from "./predicate";
import type { Node, Span } from "./span";
import { typeText } from "./type-text";

/** A way in which reads rely on rows of a table. */
export interface SchemeSpec {
  /** Columns whose values pick the rows, sorted; a part of the scheme has a value for each. */
  readonly on: readonly string[];
  /** What else a row has to satisfy to matter; sorted. */
  readonly where: readonly Predicate[];
  /**
   * Columns that are looked at for more than to pick the rows: a change of them matters wherever the row is. One of the
   * others that pick the rows matters where the row comes or goes.
   */
  readonly uses: readonly string[] | "all";
  /**
   * How values of `on` and `where` compare, as whoever reads knows it, and a digest of all that he knows of the table.
   * A writer that knows it differently (it was altered, and one of the two has not heard of it) cannot tell the parts,
   * nor what changes along with the columns that he sets.
   */
  readonly types: Readonly<Record<string, string>>;
  /** And in which range of a column a row has to be to matter: a part has a node of its tree as well. */
  readonly span?: Span | undefined;
  /** A row that is inserted does not matter before another one refers to it. Default: false. */
  readonly referred?: boolean | undefined;
  /**
   * A row matters where it comes to, not where it goes away from or has been all along: those that do are told by another
   * scheme. But one that does no more than leave the span has left it. Default: false.
   */
  readonly arriving?: boolean | undefined;
  /** Whose columns are among those of `on` and `span`, and how they compare, as whoever reads knows it. */
  readonly companion?: (Companion & { readonly types: Readonly<Record<string, string>> }) | undefined;
}

/** 72 bits: two of a table's few schemes would have to collide. */
const ID_LENGTH = 12;

/** Stands among the columns for all of the table. */
const TABLE = "*";

/** Of these columns, for a scheme. */
export function typesOf(columns: readonly string[], facts: TableFacts | undefined): SchemeSpec["types"] {
  const types = columns
    .filter((column) => column !== TABLE)
    .map((column) => [column, typeText(facts?.columns.get(column)?.type)]);
  return Object.fromEntries([...types, [TABLE, facts ? digestOf(facts) : ""]]) as SchemeSpec["types"];
}

const digests = new WeakMap<TableFacts, string>();

function digestOf(facts: TableFacts): string {
  const known = digests.get(facts) ?? digest(JSON.stringify([...facts.columns, facts], asJson), 8);
  digests.set(facts, known);
  return known;
}

function asJson(name: string, value: unknown): unknown {
  if (name === "columns") return undefined;
  if (typeof value === "bigint") return value.toString();
  return value instanceof Set ? [...(value as ReadonlySet<unknown>)] : value;
}

/** The same for the same meaning, in every process. */
export function schemeOf(spec: SchemeSpec): Scheme {
  const where = [...spec.where].map((each) => JSON.stringify(each)).sort();
  const uses = spec.uses === "all" ? "all" : [...new Set(spec.uses)].sort();
  const types = Object.entries(spec.types).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([
    [...spec.on].sort(),
    where.map((each) => JSON.parse(each) as unknown),
    uses,
    Object.fromEntries(types),
    spec.referred === true,
    spec.span ? [spec.span.column, spec.span.by] : null,
    spec.arriving === true,
    spec.companion ?? null,
  ]);
  return { id: digest(text, ID_LENGTH), text };
}

/** The table's own columns that pick the rows. */
export function asked({
  on,
  where,
  span,
  companion,
}: Pick<SchemeSpec, "on" | "where" | "span" | "companion">): readonly string[] {
  const picking = [...on, ...where.map(([column]) => column), ...(span ? [span.column] : [])];
  return [...picking.filter((column) => !isTheirs(column)), ...(companion ? [companion.own] : [])];
}

/** Without what it has of the companion's columns. */
export function ownPart(spec: SchemeSpec): SchemeSpec {
  if (!spec.companion) return spec;
  const { on, span } = spec;
  return {
    ...spec,
    on: on.filter((column) => !isTheirs(column)),
    span: span && isTheirs(span.column) ? undefined : span,
  };
}

// Writers parse what readers of other processes have registered, again and again the same.
const parsed = new LRUCache<string, SchemeSpec>({ max: 5000 });

/** `undefined` for what another version of this package may have registered: all of it is concerned. */
export function specOf({ text }: Scheme): SchemeSpec | undefined {
  const known = parsed.get(text);
  if (known) return known;
  const spec = parse(text);
  if (spec) parsed.set(text, spec);
  return spec;
}

/** In the order of a scheme's `on`; null stands for any of a companion's. */
export type PartValues = readonly (string | null)[];

/** Of the values of a part, in the order of the scheme's `on`, and of a node of its span. */
export function partKey(values: PartValues, node?: Node): string {
  return digest(JSON.stringify(node === undefined ? values : [values, node]), 16);
}

function parse(text: string): SchemeSpec | undefined {
  try {
    const [on, where, uses, types, referred, span, arriving, companion] = JSON.parse(text) as [
      string[],
      Predicate[],
      string[] | "all",
      Record<string, string>,
      boolean,
      [Span["column"], Span["by"]] | null,
      boolean,
      SchemeSpec["companion"] | null,
    ];
    return {
      on,
      where,
      uses,
      types,
      referred,
      arriving,
      companion: companion ?? undefined,
      span: span ? { column: span[0], by: span[1] } : undefined,
    };
  } catch {
    return undefined;
  }
}

function digest(text: string, length: number): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, length);
}
