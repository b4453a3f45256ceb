import type { Condition, Dnf } from "./condition";
import type { Column, Relation } from "./relations";

export interface Asking {
  readonly kind: "asks";
  readonly of: Relation;
  readonly condition: Condition;
}

/** What one conjunct asks: of a column, or that two columns are equal. */
export type Literal = Asking | { readonly kind: "equal"; readonly left: Column; readonly right: Column };

/** One of the conjunctions of literals holds; `[[]]` says nothing. */
export type Literals = readonly (readonly Literal[])[];

export const ANYTHING: Literals = [[]];

export const MOST_CONJUNCTIONS = 8;
const MOST_CONDITIONS = 12;
const MOST_LITERALS = 60;

/** All of them hold. What would make too many conjunctions is left out. */
export function allOf(parts: readonly Literals[]): Literals {
  let all = ANYTHING;
  for (const part of [...parts].sort((a, b) => a.length - b.length)) {
    if (all.length * part.length > MOST_CONJUNCTIONS) continue;
    all = all.flatMap((one) => part.map((other) => [...one, ...other].slice(0, MOST_LITERALS)));
  }
  return all;
}

/** One of them holds. */
export function oneOf(parts: readonly Literals[]): Literals {
  const all = parts.flat();
  return all.length > MOST_CONJUNCTIONS || all.some((conjunction) => conjunction.length === 0)
    ? ANYTHING
    : all;
}

/** What is asked of one relation's rows, whatever the others hold. */
export function askedOf(relation: Relation, literals: Literals): Dnf {
  const distinct = new Map<string, readonly Condition[]>();
  for (const conjunction of literals) {
    const own = new Map<string, Condition>();
    for (const literal of conjunction) {
      if (literal.kind === "asks" && literal.of === relation)
        own.set(JSON.stringify(literal.condition), literal.condition);
    }
    const conditions = [...own.values()].slice(0, MOST_CONDITIONS);
    if (conditions.length === 0) return [[]];
    distinct.set(JSON.stringify(conditions), conditions);
  }
  return distinct.size > MOST_CONJUNCTIONS ? [[]] : [...distinct.values()];
}
