import type { TableFacts } from "../schema/column";
import type { Schema } from "../schema/schema";
import type { SqlDialect } from "../sql/analysis";
import type { Scheme } from "../stores/store";
import { looksAt } from "./claims";
import { satisfies } from "./predicate";
import type { RowChange, RowImage } from "./row-change";
import { asked, ownPart, type SchemeSpec, specOf } from "./scheme";

/**
 * Columns of the rows about to be written whose values would tell which parts a write concerns; none if it is known,
 * or if knowing them would not help.
 */
export function columnsWanted(
  schemes: readonly Scheme[],
  changes: readonly RowChange[],
  facts: TableFacts,
  dialect: SqlDialect,
): ReadonlySet<string> {
  const specs = schemes.flatMap((scheme) => specOf(scheme) ?? []).map(ownPart);
  const concerned = specs.filter((spec) => changes.some((change) => looksAt(spec, change)));
  const wanting = concerned.some((spec) => changes.some((change) => isHelped(spec, change, facts, dialect)));
  return wanting ? new Set(concerned.flatMap(asked)) : new Set();
}

/** Those that children refer to, where the database would follow a change of them. */
export function referencedColumns(
  path: string,
  changes: readonly RowChange[],
  schema: Schema,
  isReliedOn: (child: string) => boolean,
): ReadonlySet<string> {
  const wanted = new Set<string>();
  for (const { child, key } of schema.referencing(path)) {
    if (!isReliedOn(child)) continue;
    for (const { before, after, changed } of changes) {
      const follows = after
        ? acts(key.onUpdate) &&
          (changed === "all" || key.columns.some(({ referenced }) => changed.has(referenced)))
        : acts(key.onDelete);
      if (!before || !follows) continue;
      for (const { referenced } of key.columns)
        if (before.get(referenced) === undefined) wanted.add(referenced);
    }
  }
  return wanted;
}

function acts(action: string): boolean {
  return action !== "NO ACTION" && action !== "RESTRICT";
}

/** The values that a row has before a write tell which part it is in, unless it changes them to what cannot be computed. */
function isHelped(spec: SchemeSpec, change: RowChange, facts: TableFacts, dialect: SqlDialect): boolean {
  const { before, after } = change;
  if (!before || !looksAt(spec, change) || (spec.arriving && !after)) return false;
  const isLost = (column: string): boolean =>
    after !== undefined &&
    after.get(column) === undefined &&
    isMoved(column, change) &&
    !change.awaited?.has(column);
  if (spec.on.some(isLost)) return false;
  if (spec.span && isLost(spec.span.column))
    return isHelped({ ...spec, span: undefined }, change, facts, dialect);
  return (
    lacks(spec, before, facts, dialect, () => true) ||
    (after !== undefined && lacks(spec, after, facts, dialect, (column) => !isMoved(column, change)))
  );
}

function lacks(
  spec: SchemeSpec,
  image: RowImage,
  facts: TableFacts,
  dialect: SqlDialect,
  counts: (column: string) => boolean,
): boolean {
  const excluded =
    spec.on.some((column) => image.get(column) === null) ||
    spec.where.some((each) => {
      const type = facts.columns.get(each[0])?.type;
      return satisfies(each, image.get(each[0]), type, dialect) === false;
    });
  if (excluded) return false;
  return asked(spec).some((column) => image.get(column) === undefined && counts(column));
}

function isMoved(column: string, { changed }: RowChange): boolean {
  return changed === "all" || changed.has(column);
}
