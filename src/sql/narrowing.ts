import type { SqlDialect } from "./analysis";
import type { Condition } from "./condition";
import type { Literal, Literals } from "./dnf";
import { allOf, askedOf, unlessTooMany } from "./dnf";
import type { FromClause } from "./from-clause";
import type { Predicates } from "./predicates";
import { conjuncts } from "./predicates";
import type { Column, Relation } from "./relations";
import { sameName } from "./relations";

/**
 * Says of each table in a FROM which rows can matter. A row that fails what WHERE, HAVING or the ON of an
 * inner join asks is in no result. One that a LEFT JOIN adds matters only if it satisfies its ON; if it
 * fails what WHERE asks, then the NULLs in its place must fail, too, so IS NULL says nothing of it.
 */
export class Narrowing {
  constructor(private readonly dialect: SqlDialect) {}

  apply(from: FromClause, filters: readonly Literals[], predicates: Predicates): void {
    const left = from.joins.filter((join) => join.kind === "left");
    const inner = from.joins.filter((join) => join.kind === "inner");
    const nullable = new Set(left.map((join) => join.relation));
    const ons = inner.map((join) => this.all(join.on, predicates)).flat();
    const reject = (part: Literals): Literals => part.map((each) => rejecting(each, nullable));
    const filter = allOf([...filters, ...ons].map(reject));
    const optional = left.map(({ relation, on }) => ({
      relation,
      on: reject(allOf(this.all(on, predicates))),
    }));
    const matched = filter.flatMap((conjunction) => strengthened(conjunction, optional));
    const literals = unlessTooMany(matched, filter);
    const certain = equalitiesIn(literals);
    for (const relation of from.relations)
      relation.equals = certain
        .flatMap((literal) => orient(literal, relation))
        .map(({ to, from: other }) => ({ column: to.name, other }));
    let known: Literals = literals.map((each) => this.carried(each));
    for (const relation of from.relations)
      if (!nullable.has(relation)) relation.asked = askedOf(relation, known);
    for (const { relation, on } of left) {
      known = this.added(relation, allOf(this.all(on, predicates)), known);
      relation.asked = askedOf(relation, known);
    }
  }

  private all(predicate: unknown, predicates: Predicates): readonly Literals[] {
    return conjuncts(predicate).map((conjunct) => predicates.whenTrue(conjunct));
  }

  /** What is known of rows that a LEFT JOIN has found a match for, along with what was known before. */
  private added(relation: Relation, on: Literals, known: Literals): Literals {
    const own = on.map((conjunction) =>
      conjunction.filter((literal) => literal.kind === "equal" || literal.of === relation),
    );
    return allOf([known, own]).map((conjunction) => {
      const equalities = conjunction.flatMap((literal) => orient(literal, relation));
      return [
        ...conjunction.filter((literal) => literal.kind !== "equal"),
        ...equalities.flatMap(({ to, from }) => this.carry(conjunction, to, from)),
      ];
    });
  }

  /** Adds what columns that are equal have in common. */
  private carried(conjunction: readonly Literal[]): readonly Literal[] {
    const all = [...conjunction];
    const equalities = conjunction.flatMap((literal) =>
      literal.kind === "equal"
        ? [
            { to: literal.left, from: literal.right },
            { to: literal.right, from: literal.left },
          ]
        : [],
    );
    // As many rounds as a chain of equalities may have links.
    for (let round = 0; round < equalities.length; round += 1) {
      const added = equalities.flatMap(({ to, from }) => this.carry(all, to, from));
      if (added.length === 0) break;
      all.push(...added);
    }
    return all.filter((literal) => literal.kind !== "equal");
  }

  /** Constants that one column is equal to, for another one that is equal to it. */
  private carry(literals: readonly Literal[], to: Column, from: Column): readonly Literal[] {
    const { table } = from.relation;
    if (table === undefined || to.relation.opaque || from.relation.opaque) return [];
    return literals.flatMap((literal): readonly Literal[] => {
      if (literal.kind !== "asks" || literal.condition.kind !== "in") return [];
      if (literal.of !== from.relation || !this.same(literal.condition.column, from.name)) return [];
      const { operands, through = [] } = literal.condition;
      const condition: Condition = {
        kind: "in",
        column: to.name,
        operands,
        through: [...through, { table, column: from.name }],
      };
      return this.asks(literals, to, condition) ? [] : [{ kind: "asks", of: to.relation, condition }];
    });
  }

  /** Whether the same constants are asked of the column already, by whatever way they came. */
  private asks(literals: readonly Literal[], column: Column, wanted: Condition & { kind: "in" }): boolean {
    return literals.some(
      (literal) =>
        literal.kind === "asks" &&
        literal.of === column.relation &&
        literal.condition.kind === "in" &&
        this.same(literal.condition.column, column.name) &&
        literal.condition.operands === wanted.operands,
    );
  }

  private same(one: string, other: string): boolean {
    return sameName(one, this.dialect) === sameName(other, this.dialect);
  }
}

interface Optional {
  readonly relation: Relation;
  readonly on: Literals;
}

/**
 * A conjunction that NULLs in the place of a table cannot satisfy holds only of rows for which the LEFT JOIN
 * has found a match, and so asks what its ON asks: `LEFT JOIN t ON t.id = a.t WHERE t.id = 1` asks a.t = 1.
 */
function strengthened(
  conjunction: readonly Literal[],
  optional: readonly Optional[],
): readonly (readonly Literal[])[] {
  const matched = optional.find(({ relation }) => conjunction.some((literal) => isAbout(literal, relation)));
  if (matched === undefined) return [conjunction];
  const others = optional.filter((each) => each !== matched);
  return allOf([[conjunction], matched.on]).flatMap((each) => strengthened(each, others));
}

/** Those that hold whichever conjunction does. */
function equalitiesIn([first = [], ...others]: Literals): readonly Literal[] {
  return first.filter(
    (literal) => literal.kind === "equal" && others.every((conjunction) => conjunction.includes(literal)),
  );
}

function isAbout(literal: Literal, relation: Relation): boolean {
  switch (literal.kind) {
    case "asks":
      return literal.of === relation;
    case "more":
      return false;
    case "equal":
      return literal.left.relation === relation || literal.right.relation === relation;
  }
}

function rejecting(conjunction: readonly Literal[], nullable: ReadonlySet<Relation>): readonly Literal[] {
  return conjunction.filter(
    (literal) =>
      literal.kind !== "asks" ||
      !nullable.has(literal.of) ||
      literal.condition.kind !== "null" ||
      literal.condition.negated,
  );
}

function orient(literal: Literal, to: Relation): readonly { readonly to: Column; readonly from: Column }[] {
  if (literal.kind !== "equal" || literal.left.relation === literal.right.relation) return [];
  if (literal.left.relation === to) return [{ to: literal.left, from: literal.right }];
  return literal.right.relation === to ? [{ to: literal.right, from: literal.left }] : [];
}
