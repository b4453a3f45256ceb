import type { Schema } from "../schema/schema";
import { storedValue } from "../schema/stored";
import type { SqlDialect } from "../sql/analysis";
import type { Scheme } from "../stores/store";
import { looksAt } from "./claims";
import { type Companion, columnOfTheirs, companionId, isTheirs, sharedValue } from "./companion";
import type { Companions, RowChange, RowImage } from "./row-change";
import { type SchemeSpec, specOf } from "./scheme";

/** Rows of a table to be read by one of its columns, to learn which companions rows have that were written. */
export interface CompanionRead {
  readonly companion: Companion;
  readonly columns: ReadonlySet<string>;
  /** Canonical values of `key`. */
  readonly values: ReadonlySet<string>;
}

/** What would tell which parts of these schemes the changes concern. */
export function companionsWanted(
  schemes: readonly Scheme[],
  changes: readonly RowChange[],
): readonly CompanionRead[] {
  const reads = new Map<string, { companion: Companion; columns: Set<string>; values: Set<string> }>();
  for (const spec of schemes.flatMap((scheme) => specOf(scheme) ?? [])) {
    const { companion } = spec;
    const values = companion ? valuesIn(spec, changes) : [];
    if (!companion || values.length === 0) continue;
    const id = companionId(companion);
    const read = reads.get(id) ?? { companion, columns: new Set(), values: new Set() };
    reads.set(id, read);
    for (const column of columnsIn(spec)) read.columns.add(column);
    for (const value of values) read.values.add(value);
  }
  return [...reads.values()];
}

function valuesIn(spec: SchemeSpec, changes: readonly RowChange[]): readonly string[] {
  return changes.flatMap((change) => (looksAt(spec, change) ? (sharedValue(spec, change) ?? []) : []));
}

function columnsIn({ on, span }: SchemeSpec): readonly string[] {
  return [...on, ...(span ? [span.column] : [])].filter(isTheirs).map(columnOfTheirs);
}

/** The rows that a read has given, by the values that were asked for; `undefined` where one of them cannot be told. */
export function companionsIn(
  rows: readonly Record<string, unknown>[],
  { companion, columns, values }: CompanionRead,
  schema: Schema,
  dialect: SqlDialect,
): ReadonlyMap<string, readonly RowImage[]> | undefined {
  const facts = schema.facts(companion.path);
  const valueOf = (row: Record<string, unknown>, column: string): string | null | undefined => {
    const known = facts?.columns.get(column);
    return storedValue(known?.type, dialect, known && row[known.name]);
  };
  const found = new Map<string, RowImage[]>([...values].map((value) => [value, []]));
  for (const row of rows) {
    const images = found.get(valueOf(row, companion.key) ?? "");
    if (!images) return undefined;
    images.push(new Map([...columns].map((column) => [column, valueOf(row, column)])));
  }
  return found;
}

/** The changes with what is known of their companions. */
export function joinedTo(changes: readonly RowChange[], companions: Companions): readonly RowChange[] {
  return companions.size === 0 ? changes : changes.map((change) => ({ ...change, companions }));
}
