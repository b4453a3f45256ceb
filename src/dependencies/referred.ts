import type { Schema } from "../schema/schema";
import type { Equality, TableUse, Uses } from "../sql/table-use";
import { isUnique } from "./late-parts";
import { sameValues } from "./same-values";

/**
 * The occurrences of tables whose rows take part in the result only along with one of another table that refers to them by
 * a foreign key. Then one that is inserted matters to nobody: none refers to it before, and the row that does so later is
 * itself relied on. Where the tables refer to one another in a circle, each would count on the next, so one of them
 * counts on none.
 */
export function referredIn(uses: Uses, schema: Schema): ReadonlySet<TableUse> {
  const counted = uses.uses.map(() => new Set<number>());
  const leads = (from: number, to: number): boolean =>
    from === to || [...(counted[from] ?? [])].some((next) => leads(next, to));
  uses.uses.forEach((use, place) => {
    for (const equality of use.equals)
      if (refersTo(use, equality, uses, schema) && !leads(equality.use, place))
        counted[place]?.add(equality.use);
  });
  return new Set(uses.uses.filter((_, place) => (counted[place]?.size ?? 0) > 0));
}

function refersTo(
  { table }: TableUse,
  { column, use, source }: Equality,
  { uses }: Uses,
  schema: Schema,
): boolean {
  const [own, another] = schema.resolve(table);
  const [other, third] = schema.resolve((uses[use] as TableUse).table);
  const facts = own && schema.facts(own.path);
  const referring = other && schema.facts(other.path);
  if (!facts || !referring || another || third || !isUnique([column], facts)) return false;
  const alike = sameValues(facts.columns.get(column)?.type, referring.columns.get(source)?.type);
  return (
    alike &&
    referring.references.some(
      (each) => each.to === own.path && each.column === source && each.referenced === column,
    )
  );
}
