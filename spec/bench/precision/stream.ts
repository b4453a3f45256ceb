import { Random } from "../../unit/sql/random";
import type { Change, Page, Workload } from "./workload";

export interface PageRead {
  readonly kind: "read";
  readonly page: Page;
  readonly instance: number;
}

export interface Write {
  readonly kind: "write";
  readonly change: Change;
  /** Of the random choices that the change makes. */
  readonly seed: number;
}

export type Operation = PageRead | Write;

export interface StreamOptions {
  readonly seed: number;
  readonly operations: number;
  /** Of all operations, from 0 to 1. */
  readonly writeShare: number;
}

/** The same operations for the same seed, whatever answers them. */
export function operationsOf(
  { pages, changes }: Workload,
  { seed, operations, writeShare }: StreamOptions,
): readonly Operation[] {
  const random = new Random(seed);
  return Array.from({ length: operations }, () => {
    if (random.chance(writeShare))
      return { kind: "write", change: weighted(changes, random), seed: random.below(2 ** 31) };
    const page = weighted(pages, random);
    return { kind: "read", page, instance: page.popularity.draw(random) };
  });
}

function weighted<T extends { readonly weight: number }>(choices: readonly T[], random: Random): T {
  let point = random.next() * choices.reduce((sum, { weight }) => sum + weight, 0);
  for (const choice of choices) {
    point -= choice.weight;
    if (point < 0) return choice;
  }
  return choices[choices.length - 1] as T;
}
