import type { SqlDialect } from "./analysis";
import type { TableName } from "./table-name";
import type { Condition } from "./condition";
import { type Asked, NOTHING_ASKED } from "./dnf";
import type { Scope } from "./scope";
import { words } from "./words";

/** One item of a FROM, and what the statement looks at through it. */
export interface Relation {
  /** Of a base table; `undefined` of derived tables, common table expressions and functions. */
  readonly table: TableName | undefined;
  /** The alias, or the table's own name. */
  readonly name: string;
  /** Its alias gives the columns other names, or what it is cannot be told. */
  readonly opaque: boolean;
  readonly columns: Set<string>;
  /** Those of them that are mentioned anywhere but as plain columns of its own SELECT's list. */
  readonly deciding: Set<string>;
  /** Where each of them is mentioned. */
  readonly places: Map<string, Set<Place>>;
  /** Looked at as a whole. */
  whole: boolean;
  /** A plain column of it stands in the select list. */
  selected: boolean;
  /** The ONs of LEFT JOINs that mention it, by what they join. */
  readonly joinedBy: Set<Relation>;
  /** Mentioned anywhere else. */
  elsewhere: boolean;
  asked: Asked;
  /** What WHERE asks of a column by a condition of its own, all that it says told. */
  readonly told: Map<string, Condition[]>;
  /** Columns of it that equal one of another relation wherever it takes part in a row. */
  equals: readonly { readonly column: string; readonly other: Column }[];
}

/**
 * Where in its own SELECT a column is mentioned: in the ON of a LEFT JOIN of that relation, in a condition that is told,
 * in the ORDER BY of a result that LIMIT or DISTINCT may cut, or as said.
 */
export type Place = "selected" | "told" | "ordered" | "elsewhere" | Relation;

/** The relations of one FROM, and what encloses it. */
export interface Frame {
  readonly relations: readonly Relation[];
  readonly outer: Frame | undefined;
  readonly ctes: Scope;
  /** Names that were used without a qualifier. */
  readonly bare: Set<string>;
}

export interface Column {
  readonly relation: Relation;
  readonly name: string;
}

export function relation(name: string, table: TableName | undefined, opaque: boolean): Relation {
  return {
    table,
    name,
    opaque,
    columns: new Set(),
    deciding: new Set(),
    places: new Map(),
    whole: opaque,
    selected: false,
    joinedBy: new Set(),
    elsewhere: false,
    asked: NOTHING_ASKED,
    told: new Map(),
    equals: [],
  };
}

export function frame(relations: readonly Relation[], outer: Frame | undefined, ctes: Scope): Frame {
  return { relations, outer, ctes, bare: new Set() };
}

/** Whether some relation encloses the frame: then a name without a qualifier may belong to it. */
export function isEnclosed({ outer }: Frame): boolean {
  return outer !== undefined && (outer.relations.length > 0 || isEnclosed(outer));
}

/** Equal for names that the dialect may take for the same. */
export function sameName(name: string, dialect: SqlDialect): string {
  return dialect === "postgres" ? name : name.toLowerCase();
}

/** Whether the name is a row's place or version, which no column holds. */
export function isSystemColumn(name: string): boolean {
  return SYSTEM_COLUMNS.has(name.toLowerCase());
}

const SYSTEM_COLUMNS = words(`ctid xmin xmax cmin cmax tableoid oid rowid _rowid_ _rowid`);

export function note(relation: Relation, column: string, place: Place): void {
  if (isSystemColumn(column)) relation.whole = true;
  relation.columns.add(column);
  relation.places.set(column, (relation.places.get(column) ?? new Set<Place>()).add(place));
  if (place !== "selected") relation.deciding.add(column);
  mark(relation, place);
}

export function noteWhole(relation: Relation): void {
  relation.whole = true;
  relation.elsewhere = true;
}

/** Columns that are mentioned in some of these places, and nowhere else. */
export function mentionedOnly(relation: Relation, ...places: readonly Place[]): readonly string[] {
  if (relation.whole) return [];
  return [...relation.places]
    .filter(([, all]) => [...all].every((each) => places.includes(each)))
    .map(([name]) => name);
}

function mark(relation: Relation, place: Place): void {
  if (place === "selected") relation.selected = true;
  else if (typeof place === "string") relation.elsewhere = true;
  else if (place !== relation) relation.joinedBy.add(place);
}
