import type { Condition, Dnf } from "./condition";
import type { Column, Relation } from "./relations";

export interface Asking {
  readonly kind: "asks";
  readonly of: Relation;
  readonly condition: Condition;
}

/** More was asked of a relation's rows than there was room for. */
interface More {
  readonly kind: "more";
  readonly of: Relation;
}

/** What one conjunct asks: of a column, or that two columns are equal. */
export type Literal =
  Asking | More | { readonly kind: "equal"; readonly left: Column; readonly right: Column };

/** One of the conjunctions of literals holds; `[[]]` says nothing. */
export type Literals = readonly (readonly Literal[])[];

export const ANYTHING: Literals = [[]];

const MOST_CONJUNCTIONS = 8;
const MOST_CONDITIONS = 12;
const MOST_LITERALS = 60;

/** All of them hold. What would make too many conjunctions is left out. */
export function allOf(parts: readonly Literals[]): Literals {
  let all = ANYTHING;
  for (const part of [...parts].sort((a, b) => a.length - b.length)) {
    const product = all.flatMap((one) => part.map((other) => both(one, other)));
    all = product.length > MOST_CONJUNCTIONS ? all.map((one) => both(one, more(part.flat()))) : product;
  }
  return all;
}

/** One of them holds. */
export function oneOf(parts: readonly Literals[]): Literals {
  const all = parts.flat();
  if (all.some((conjunction) => conjunction.length === 0)) return ANYTHING;
  const isBounded =
    all.length <= MOST_CONJUNCTIONS && all.every((each) => !each.every((literal) => isMore(literal)));
  return isBounded ? all : [more(all.flat())];
}

/** These, or if they are too many, those that say less. */
export function unlessTooMany(literals: Literals, coarser: Literals): Literals {
  if (literals.length <= MOST_CONJUNCTIONS) return literals;
  return coarser.map((each) => both(each, more(literals.flat())));
}

/** What is asked of the rows of one relation. */
export interface Asked {
  readonly conditions: Dnf;
  /** More than the conditions say, but there was no room for it. */
  readonly isCut: boolean;
}

export const NOTHING_ASKED: Asked = { conditions: [[]], isCut: false };

/** What is asked of one relation's rows, whatever the others hold. */
export function askedOf(relation: Relation, literals: Literals): Asked {
  const distinct = new Map<string, readonly Condition[]>();
  let isCut = false;
  for (const conjunction of literals) {
    const own = new Map<string, Condition>();
    for (const literal of conjunction) {
      if (literal.kind === "asks" && literal.of === relation)
        own.set(JSON.stringify(literal.condition), literal.condition);
    }
    const conditions = [...own.values()].slice(0, MOST_CONDITIONS);
    const isMissing = own.size > MOST_CONDITIONS || conjunction.some((each) => isMore(each, relation));
    if (conditions.length === 0) return { conditions: [[]], isCut: isMissing };
    isCut ||= isMissing;
    distinct.set(JSON.stringify(conditions), conditions);
  }
  return { conditions: [...distinct.values()], isCut };
}

function both(one: readonly Literal[], other: readonly Literal[]): readonly Literal[] {
  const all = [...one, ...other];
  return all.length > MOST_LITERALS
    ? [...all.slice(0, MOST_LITERALS), ...more(all.slice(MOST_LITERALS))]
    : all;
}

/** That these were not all. */
function more(left: readonly Literal[]): readonly Literal[] {
  const relations = left.flatMap((literal) =>
    literal.kind === "equal" ? [literal.left.relation, literal.right.relation] : [literal.of],
  );
  return [...new Set(relations)].map((of) => ({ kind: "more", of }));
}

function isMore(literal: Literal, of?: Relation): boolean {
  return literal.kind === "more" && (of === undefined || literal.of === of);
}
