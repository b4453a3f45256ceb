import type { Bindings, Constant, Repeat } from "./bindings";
import type { Operand } from "./condition";

/**
 * Every constant that an operand stands for: that of its slot first, then those of the items that the
 * shape left out. A minus is part of a number's text; before anything else it makes the constant unknown.
 */
export function constantsOf(operand: Operand, bindings: Bindings): readonly Constant[] {
  return [undefined, ...bindings.repeats.filter((repeat) => covers(repeat, operand.slot))].map((repeat) =>
    constantAt(operand, repeat, bindings),
  );
}

/**
 * The tuples of constants that operands of one row or conjunction stand for together, that of the shape
 * first, or `undefined` if some list repeats a part of them only. So `(a = $1 AND b = $2) OR (a = $3 AND b = $4)`
 * is ($1, $2) and ($3, $4), and `a IN ($1, $2) AND b IN ($3, $4)` is `undefined`: any constant of one operand may
 * go with any of the others, which is what `combinationsOf` lists.
 */
export function rowsOf(
  operands: readonly Operand[],
  bindings: Bindings,
): readonly (readonly Constant[])[] | undefined {
  const repeats: Repeat[] = [];
  for (const repeat of bindings.repeats) {
    const covered = operands.filter((operand) => covers(repeat, operand.slot)).length;
    if (covered === 0) continue;
    if (covered < operands.length) return undefined;
    repeats.push(repeat);
  }
  return [undefined, ...repeats].map((repeat) =>
    operands.map((operand) => constantAt(operand, repeat, bindings)),
  );
}

/**
 * All tuples that the operands of one conjunction may stand for: operands that lists repeat together stay
 * together, groups of them are multiplied. `undefined` if there are more than `limit`. An `in` with several
 * operands stands for any one of them: ask once for each choice.
 */
export function combinationsOf(
  operands: readonly Operand[],
  bindings: Bindings,
  limit: number,
): readonly (readonly Constant[])[] | undefined {
  let tuples: readonly ReadonlyMap<Operand, Constant>[] = [new Map()];
  for (const group of groupsOf(operands, bindings)) {
    const rows = rowsOf(group, bindings);
    const parts = rows === undefined ? group.map((operand) => [operand]) : [group];
    for (const part of parts) {
      const choices = rows ?? constantsOf(part[0] as Operand, bindings).map((constant) => [constant]);
      if (tuples.length * choices.length > limit) return undefined;
      tuples = tuples.flatMap((tuple) =>
        choices.map((choice) => new Map([...tuple, ...part.map((operand, at) => pair(operand, choice[at]))])),
      );
    }
  }
  return tuples.map((tuple) => operands.map((operand) => tuple.get(operand) ?? UNKNOWN));
}

/** Operands that some list repeats together, directly or through a third. */
function groupsOf(operands: readonly Operand[], bindings: Bindings): readonly (readonly Operand[])[] {
  let groups: (readonly Operand[])[] = [...new Set(operands)].map((operand) => [operand]);
  for (const repeat of bindings.repeats) {
    const touched = groups.filter((group) => group.some((operand) => covers(repeat, operand.slot)));
    if (touched.length < 2) continue;
    groups = [...groups.filter((group) => !touched.includes(group)), touched.flat()];
  }
  return groups;
}

function pair(operand: Operand, constant: Constant | undefined): readonly [Operand, Constant] {
  return [operand, constant ?? UNKNOWN];
}

/** Whether the constant of the slot is one of several that a list repeats. */
export function covers(repeat: Repeat, slot: number): boolean {
  return slot >= repeat.from && slot < repeat.from + repeat.constants.length;
}

function constantAt(operand: Operand, repeat: Repeat | undefined, bindings: Bindings): Constant {
  const constant = repeat ? repeat.constants[operand.slot - repeat.from] : bindings.constants[operand.slot];
  if (constant === undefined) return UNKNOWN;
  if (!operand.negative) return constant;
  return constant.kind === "number" ? { kind: "number", text: `-${constant.text}` } : UNKNOWN;
}

const UNKNOWN: Constant = { kind: "unknown" };
