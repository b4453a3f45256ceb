import { columnOfTheirs, isTheirs } from "../../../src/dependencies/companion";
import type { Predicate } from "../../../src/dependencies/predicate";
import type { Reliance } from "../../../src/dependencies/reliance";
import { asked, partKey, type PartValues, specOf, type SchemeSpec } from "../../../src/dependencies/scheme";

/** Texts of values by their hash: those that specs use, in tuples of up to three. */
const VALUES = [
  ...["-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  ...["a", "b", "c", "x", "y", "A", "true", "false", "2024-01-01"],
];
const TUPLES = new Map<string, string>();
for (const a of [...VALUES, null]) {
  tell([a]);
  for (const b of [...VALUES, null]) {
    tell([a, b]);
    for (const c of VALUES) tell([a, b, c]);
  }
}

function tell(values: PartValues): void {
  const names = values.map((value) => value ?? "any");
  TUPLES.set(partKey(values), names.length === 1 ? (names[0] ?? "") : `(${names.join(" ")})`);
}

/**
 * What a read relies on, in one line: `post[category_id=1,2; deleted_at null](id title)`; `comment(*)`
 * is all of a table, `comment(any)` any column of any of its rows. Of parts that
 * only the result tells there stands a question mark. `post[category.name=a,any](id)`: rows that a category of that name
 * goes along with, or any. `post@(id)`: a new row does not matter; `post^(id)`: one that goes
 * does not.
 */
export function reliancesSummary(reliances: readonly Reliance[]): string {
  return reliances.map(relianceSummary).join(" ") || "nothing";
}

function relianceSummary({ path, parts, schemes, late }: Reliance): string {
  if (!parts) return `${path}(*)`;
  const all = schemes.map((scheme) => {
    const spec = specOf(scheme) as SchemeSpec;
    const own = parts.filter((part) => part.scheme === scheme.id).map(({ key }) => TUPLES.get(key) ?? key);
    const isTold = late.some((each) =>
      [each.scheme, ...("whole" in each ? [each.whole] : [])].some(({ id }) => id === scheme.id),
    );
    const told = isTold ? ["?"] : [];
    return `${path}${spec.referred ? "@" : ""}${spec.arriving ? "^" : ""}${rowsOf(spec, [...own.sort(), ...told])}(${usesOf(spec)})`;
  });
  return all.join(" ") || `${path}[never]`;
}

function rowsOf({ on, where, span, companion }: SchemeSpec, values: readonly string[]): string {
  const name = (column: string): string =>
    isTheirs(column) ? `${companion?.path ?? ""}.${columnOfTheirs(column)}` : column;
  const told = values.includes("?") ? "?" : "…";
  const conditions = [
    ...(on.length > 0 ? [`${on.map(name).join(",")}=${span ? "…" : values.join(",")}`] : []),
    ...where.map(predicateSummary),
    ...(span ? [`${span.by} of ${name(span.column)}: ${told}`] : []),
  ];
  return conditions.length > 0 ? `[${conditions.join("; ")}]` : "";
}

/** Those that pick the rows are not said again. */
function usesOf(spec: SchemeSpec): string {
  const { uses } = spec;
  if (uses === "all") return "any";
  return uses.filter((column) => !asked(spec).includes(column)).join(" ");
}

function predicateSummary([column, op, value]: Predicate): string {
  if (value === undefined) return `${column} ${op}`;
  return op === "like" ? `${column} like ${value}` : `${column}${op}${value}`;
}
