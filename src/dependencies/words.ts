import { columnOfTheirs, isTheirs } from "./companion";
import type { Predicate } from "./predicate";
import type { SchemeSpec } from "./scheme";
import type { Span } from "./span";

/** A scheme as a sentence, without the values that its parts have. */
export function inWords(spec: SchemeSpec): string {
  const { on, where, uses, span, arriving } = spec;
  const conditions = [
    ...on.map((column) => `${nameIn(spec, column)} = …`),
    ...where.map(predicateInWords),
    ...(span ? [SPANS[span.by](nameIn(spec, span.column))] : []),
  ];
  const which = arriving ? "rows that come to be" : "rows";
  const rows =
    conditions.length > 0
      ? `${which} where ${conditions.join(" and ")}`
      : arriving
        ? "rows that come"
        : "all rows";
  if (uses === "all") return `${rows}, any column`;
  return uses.length > 0 ? `${rows}, by ${uses.join(", ")}` : `${rows}, whatever they hold`;
}

function nameIn({ companion }: SchemeSpec, column: string): string {
  return isTheirs(column) ? `${columnOfTheirs(column)} of ${companion?.path ?? ""}` : column;
}

const SPANS: Readonly<Record<Span["by"], (column: string) => string>> = {
  order: (column) => `${column} within …`,
  start: (column) => `${column} beginning with …`,
};

/** What is left of a predicate without its constant, which may be somebody's data. */
function predicateInWords([column, op]: Predicate): string {
  if (op === "null" || op === "not null") return `${column} is ${op}`;
  return `${column} ${op} …`;
}
