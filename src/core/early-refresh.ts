import type { Lookup } from "../stores/store";

type StoredEntry = NonNullable<Lookup["entry"]>;

/**
 * Whether a current entry is to be loaded anew before it expires: the sooner it does and the longer its load took, the
 * likelier, so that of many readers about one does so, in good time, and none finds it expired.
 *
 * XFetch, from A. Vattani, F. Chierichetti, K. Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015.
 *
 * @param beta Above 1 earlier, below 1 later; 0 never.
 * @param random From 0 up to, but not including, 1.
 */
export function isDueEarly({ took, left }: StoredEntry, beta: number, random: number): boolean {
  return beta > 0 && took * beta * -Math.log(1 - random) >= left;
}
