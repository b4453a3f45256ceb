import { Random } from "../../unit/sql/random";

/**
 * Which of several things are asked for how often: by Zipf's law with exponent 1, the second half as often as
 * the first, the third a third as often. Which thing is the first is shuffled, so that it is not the first row.
 */
export class Popularity {
  readonly #ranked: readonly number[];
  readonly #cumulative: readonly number[];

  constructor(size: number, seed: number) {
    this.#ranked = shuffled(size, new Random(seed));
    let sum = 0;
    this.#cumulative = this.#ranked.map((_, rank) => (sum += 1 / (rank + 1)));
  }

  /** From 0, the size excluded. */
  draw(random: Random): number {
    const total = this.#cumulative[this.#cumulative.length - 1] as number;
    const point = random.next() * total;
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulative[middle] as number) > point) high = middle;
      else low = middle + 1;
    }
    return this.#ranked[low] as number;
  }
}

function shuffled(size: number, random: Random): readonly number[] {
  const numbers = Array.from({ length: size }, (_, index) => index);
  for (let last = size - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [numbers[last], numbers[other]] = [numbers[other] as number, numbers[last] as number];
  }
  return numbers;
}
