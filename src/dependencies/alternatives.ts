import type { Bindings, Constant } from "../sql/bindings";
import type { Operand } from "../sql/condition";

/** A constant with the sign before it. */
interface Signed {
  readonly constant: Constant;
  readonly negative: boolean;
}

/** Lists of operands that change together: one tuple for each choice, with a constant for each list. */
export interface Alternatives {
  /** Places of the lists. */
  readonly lists: readonly number[];
  readonly tuples: readonly (readonly Signed[])[];
}

/**
 * What several lists of operands can be at once. `a IN ($1, $2) AND b IN ($3, $4)` has two independent lists of two,
 * `(a = $1 AND b = $2) OR (a = $3 AND b = $4)` is one list of two pairs: the shape kept the first pair, and its
 * repeat covers both slots. Lists that are tied together in any other way are left out: nothing is known of them.
 */
export function alternativesOf(
  lists: readonly (readonly Operand[])[],
  bindings: Bindings,
): readonly Alternatives[] {
  return groupsOf(lists, bindings).flatMap((places) => {
    const [only] = places;
    if (places.length === 1 && only !== undefined)
      return [{ lists: places, tuples: single(lists[only] ?? [], bindings) }];
    const tuples = together(
      places.map((place) => lists[place] ?? []),
      bindings,
    );
    return tuples ? [{ lists: places, tuples }] : [];
  });
}

function single(operands: readonly Operand[], bindings: Bindings): readonly (readonly Signed[])[] {
  return operands.flatMap(({ slot, negative }) =>
    [constantAt(slot, bindings), ...repeated(slot, bindings)].map((constant) => [{ constant, negative }]),
  );
}

function together(
  lists: readonly (readonly Operand[])[],
  bindings: Bindings,
): readonly (readonly Signed[])[] | undefined {
  // With several operands in one of them it is no longer known which belongs to which.
  if (lists.some((operands) => operands.length !== 1)) return undefined;
  const operands = lists.map(([operand]) => operand as Operand);
  const base = operands.map(({ slot, negative }) => ({ constant: constantAt(slot, bindings), negative }));
  const repeats = bindings.repeats.filter((repeat) => operands.some(({ slot }) => covers(repeat, slot)));
  if (!repeats.every((repeat) => operands.every(({ slot }) => covers(repeat, slot)))) return undefined;
  return [
    base,
    ...repeats.map(({ from, constants }) =>
      operands.map(({ slot, negative }) => ({ constant: constants[slot - from] ?? UNKNOWN, negative })),
    ),
  ];
}

/** Places of lists that share a repeat. */
function groupsOf(lists: readonly (readonly Operand[])[], bindings: Bindings): number[][] {
  const groups: number[][] = lists.map((_, place) => [place]);
  for (const repeat of bindings.repeats) {
    const touched = groups.filter((group) =>
      group.some((place) => (lists[place] ?? []).some(({ slot }) => covers(repeat, slot))),
    );
    if (touched.length < 2) continue;
    const merged = touched.flat().sort((a, b) => a - b);
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups;
}

function repeated(slot: number, { repeats }: Bindings): readonly Constant[] {
  return repeats
    .filter((repeat) => covers(repeat, slot))
    .map(({ from, constants }) => constants[slot - from] ?? UNKNOWN);
}

function constantAt(slot: number, { constants }: Bindings): Constant {
  return constants[slot] ?? UNKNOWN;
}

function covers({ from, constants }: Bindings["repeats"][number], slot: number): boolean {
  return slot >= from && slot < from + constants.length;
}

const UNKNOWN: Constant = { kind: "unknown" };
