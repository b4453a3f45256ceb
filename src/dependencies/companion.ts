import type { TableFacts, ValueType } from "../schema/column";
import type { Schema } from "../schema/schema";
import type { RowChange, RowImage } from "./row-change";
import type { SchemeSpec } from "./scheme";
import { typeText } from "./type-text";

/**
 * Rows of another table, without one of which a row does not matter: their `key` equals its `own`. Columns of theirs pick
 * it along with its own, under names that no column has.
 */
export interface Companion {
  readonly own: string;
  readonly path: string;
  readonly key: string;
}

/** Neither PostgreSQL nor MySQL have names with this character. */
const THEIRS = "\0";

/** Under which name a scheme has a column of the companion. */
export function theirs(column: string): string {
  return `${THEIRS}${column}`;
}

export function isTheirs(name: string): boolean {
  return name.startsWith(THEIRS);
}

export function columnOfTheirs(name: string): string {
  return name.slice(THEIRS.length);
}

/** The same for companions that are read at once. */
export function companionId({ own, path, key }: Companion): string {
  return JSON.stringify([own, path, key]);
}

/** Whether the columns of the companion compare as whoever made the scheme knows it. */
export function agreesOnCompanion({ companion }: SchemeSpec, schema: Pick<Schema, "facts">): boolean {
  if (!companion) return true;
  const facts = schema.facts(companion.path);
  return Object.entries(companion.types).every(
    ([column, type]) => facts !== undefined && typeText(facts.columns.get(column)?.type) === type,
  );
}

/** How values of a scheme's column compare, be it the table's own or the companion's. */
export function typeOfColumn(
  name: string,
  { companion }: SchemeSpec,
  facts: TableFacts | undefined,
  schema: Pick<Schema, "facts">,
): ValueType | undefined {
  if (!isTheirs(name)) return facts?.columns.get(name)?.type;
  const theirFacts = companion && schema.facts(companion.path);
  return theirFacts?.columns.get(columnOfTheirs(name))?.type;
}

/** The change once for each companion that is known of the row; as it is where they are not known. */
export function withCompanions(spec: SchemeSpec, change: RowChange): readonly RowChange[] {
  const value = spec.companion && sharedValue(spec, change);
  const rows = spec.companion && change.companions?.get(companionId(spec.companion))?.get(value ?? "");
  if (value === undefined || !rows) return [change];
  const { before, after } = change;
  return rows.map((row) => ({
    ...change,
    before: before && extended(before, row),
    after: after && extended(after, row),
  }));
}

/**
 * By what its companions are found, if they tell where it matters. Not of a row that somebody relies on because it is
 * there: whom it leaves, it has left by what was there before; nor of one that had others before.
 */
export function sharedValue(
  { companion, arriving }: SchemeSpec,
  { before, after }: RowChange,
): string | undefined {
  const value = companion && after?.get(companion.own);
  if (companion && before && !(arriving && before.get(companion.own) === value)) return undefined;
  return value ?? undefined;
}

function extended(image: RowImage, companion: RowImage): RowImage {
  const named = [...companion].map(([column, value]) => [theirs(column), value] as const);
  return new Map([...image, ...named]);
}
