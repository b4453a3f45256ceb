import type { Predicate } from "./predicate";
import type { SchemeSpec } from "./scheme";

/** A scheme as a sentence, without the values that its parts have. */
export function inWords({ on, where, uses }: SchemeSpec): string {
  const conditions = [...on.map((column) => `${column} = …`), ...where.map(predicateInWords)];
  const rows = conditions.length > 0 ? `rows where ${conditions.join(" and ")}` : "all rows";
  if (uses === "all") return `${rows}, any column`;
  return uses.length > 0 ? `${rows}, by ${uses.join(", ")}` : `${rows}, whatever they hold`;
}

/** What is left of a predicate without its constant, which may be somebody's data. */
function predicateInWords([column, op]: Predicate): string {
  if (op === "null" || op === "not null") return `${column} is ${op}`;
  return `${column} ${op} …`;
}
