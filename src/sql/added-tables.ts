import type { FromClause, JoinedOn } from "./from-clause";
import type { PredicateContext } from "./predicates";
import { conjuncts, Predicates } from "./predicates";
import type { Relation } from "./relations";
import { field } from "./tree";

/** An equality between a table that is added and one before it. */
export interface Source {
  readonly column: string;
  readonly relation: Relation;
  readonly source: string;
}

/**
 * The tables of a FROM that LEFT JOINs only add: each is found by equalities with columns of earlier tables
 * and by what constants ask of it alone, and is named nowhere else but in the select list as plain columns
 * and in the ONs of others of the kind.
 */
export function addedTables(
  from: FromClause,
  context: PredicateContext,
): ReadonlyMap<Relation, readonly Source[]> {
  const added = new Map<Relation, readonly Source[]>();
  if (from.irregular || from.natural) return added;
  for (const join of from.joins) {
    const sources = join.kind === "left" ? sourcesOf(join, from, context) : undefined;
    if (sources !== undefined && !join.relation.elsewhere && !join.relation.whole)
      added.set(join.relation, sources);
  }
  keepOnly(added, (relation) => [...relation.joinedBy].every((by) => added.has(by)));
  return added;
}

/** Those of them that a statement without the joins would not miss, if repeated rows do not matter. */
export function unusedTables(
  added: ReadonlyMap<Relation, readonly Source[]>,
): ReadonlyMap<Relation, readonly Source[]> {
  const unused = new Map(added);
  keepOnly(unused, (relation) => !relation.selected && [...relation.joinedBy].every((by) => unused.has(by)));
  return unused;
}

/** Taking one away may take away others. */
function keepOnly(relations: Map<Relation, unknown>, wanted: (relation: Relation) => boolean): void {
  for (let before = -1; before !== relations.size;) {
    before = relations.size;
    for (const relation of relations.keys()) if (!wanted(relation)) relations.delete(relation);
  }
}

function sourcesOf(
  join: JoinedOn,
  from: FromClause,
  context: PredicateContext,
): readonly Source[] | undefined {
  const predicates = new Predicates(context);
  const earlier = from.relations.slice(0, from.relations.indexOf(join.relation));
  const sources: Source[] = [];
  for (const conjunct of conjuncts(join.on)) {
    const literals = isAtomic(conjunct) ? predicates.whenTrue(conjunct).flat() : [];
    if (literals.length === 0) return undefined;
    for (const literal of literals) {
      if (literal.kind !== "equal") {
        if (literal.of !== join.relation) return undefined;
        continue;
      }
      const [own, other] =
        literal.left.relation === join.relation
          ? [literal.left, literal.right]
          : [literal.right, literal.left];
      if (own.relation !== join.relation || !earlier.includes(other.relation)) return undefined;
      sources.push({ column: own.name, relation: other.relation, source: other.name });
    }
  }
  return sources.length > 0 ? sources : undefined;
}

/** Asks one thing, so that what is found in it is all that it asks. */
function isAtomic(conjunct: unknown): boolean {
  const op = field(field(conjunct, "BinaryOp"), "op");
  const inner = field(conjunct, "Nested") ?? field(field(conjunct, "UnaryOp"), "expr");
  return op !== "Or" && op !== "And" && (inner === undefined || isAtomic(inner));
}
