import type { Random } from "../../unit/sql/random";

/** What names and texts are made of; each is a prefix that a search can ask for. */
export const SYLLABLES = [
  ..."par lon mun ber mad rom ost kal tor vil san bal cor dun fer gar".split(" "),
  ..."hel jor lis mor nor pol qui riv sal tam ulm ver wes zur ank bel".split(" "),
] as const;

/** A made-up word of two or three syllables. */
export function word(random: Random): string {
  const count = random.chance(0.4) ? 3 : 2;
  return Array.from({ length: count }, () => random.pick(SYLLABLES)).join("");
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function sentence(random: Random, words: number): string {
  return `${capitalised(Array.from({ length: words }, () => word(random)).join(" "))}.`;
}
