import type { TableFacts } from "../schema/column";
import type { Equality, TableUse } from "../sql/table-use";
import { type Companion, theirs } from "./companion";
import { type PinnedColumns, pinsOf } from "./pins";
import type { Occurrence, StatementContext } from "./reliance-context";
import { sameValues } from "./same-values";

/** An occurrence of another table without a row of which no row of this one matters. */
export interface Partner extends Companion {
  readonly occurrence: Occurrence;
  /** What its rows have to have, under the names that a scheme has for columns of companions. */
  readonly pinned: readonly PinnedColumns[];
}

/**
 * The occurrence that goes with each row of this one by an equality of keys, and may tell more than the row itself: the
 * one that sorts the result, else the first that has values of its own.
 */
export function partnerOf(occurrence: Occurrence, context: StatementContext): Partner | undefined {
  if (!context.companions) return undefined;
  const { use, uses } = occurrence;
  const partners = use.equals.flatMap((each) => partnerBy(each, occurrence, context) ?? []);
  const sorting = partners.find((each) => uses.uses[uses.reach?.use ?? -1] === each.occurrence.use);
  return sorting ?? partners.find(({ pinned }) => pinned.length > 0);
}

function partnerBy(
  { column, use: place, source }: Equality,
  { uses, facts }: Occurrence,
  context: StatementContext,
): Partner | undefined {
  const use = uses.uses[place] as TableUse;
  const [table, another] = context.schema.resolve(use.table);
  const theirFacts = table && context.schema.facts(table.path);
  if (!theirFacts || another || table.view) return undefined;
  const type = facts.columns.get(column)?.type;
  if (!isKey(type?.kind) || !sameValues(type, theirFacts.columns.get(source)?.type)) return undefined;
  const pinned = pinnedIn(use, source, theirFacts, context);
  if (!pinned) return undefined;
  return {
    own: column,
    path: table.path,
    key: source,
    occurrence: { use, uses, path: table.path, facts: theirFacts },
    pinned,
  };
}

/** Values that every driver takes in their canonical form. */
function isKey(kind: string | undefined): boolean {
  return kind === "integer" || kind === "uuid";
}

/** What a row of it has to have besides the key, as far as that is the same in every case. */
function pinnedIn(
  { conditions }: TableUse,
  key: string,
  facts: TableFacts,
  context: StatementContext,
): readonly PinnedColumns[] | undefined {
  const [only, another] = conditions;
  if (!only || another) return [];
  const pins = pinsOf(only, facts, context);
  return pins?.pinned
    .filter(({ columns }) => !columns.includes(key))
    .map(({ columns, tuples }) => ({ columns: columns.map(theirs), tuples }));
}
