import type { SqlDialect } from "../sql/analysis";
import { canonical, faithful } from "./canonical";
import type { TextType, ValueType } from "./column";

/**
 * What `column LIKE pattern` says of a value, itself or by its canonical text; `undefined`: not known. `pattern`
 * is a parameter or a constant of the statement, without ESCAPE.
 */
export function like(
  type: ValueType,
  dialect: SqlDialect,
  value: unknown,
  pattern: unknown,
): boolean | undefined {
  // SQLite: whether case counts is a setting of the connection, and a text is not known that well (see isExact).
  if (type.kind !== "text" || type.equality === "filled" || dialect === "sqlite") return undefined;
  const text = canonical(type, dialect, value);
  const wildcards = patternOf(type, pattern);
  if (text === undefined || wildcards === undefined) return undefined;
  return matches([...text], [...wildcards]);
}

/** No backslash: it escapes or not, as the database and its settings have it. */
function patternOf({ equality, repertoire }: TextType, pattern: unknown): string | undefined {
  const text = faithful(repertoire, pattern);
  if (text === undefined || text.includes("\\")) return undefined;
  if (equality === "exact" || equality === "padded") return text;
  if (!/^[\w%-]*$/.test(text)) return undefined;
  return equality === "ascii-insensitive" ? text.toLowerCase() : text;
}

/** `%` is any run of characters, `_` any one. Going back to the last `%` is enough: earlier ones matched their least. */
function matches(text: readonly string[], pattern: readonly string[]): boolean {
  let [at, next] = [0, 0];
  let retry: { at: number; next: number } | undefined;
  while (at < text.length) {
    if (pattern[next] === "%") {
      next++;
      retry = { at, next };
    } else if (next < pattern.length && (pattern[next] === "_" || pattern[next] === text[at])) {
      at++;
      next++;
    } else if (retry) {
      retry = { at: retry.at + 1, next: retry.next };
      ({ at, next } = retry);
    } else return false;
  }
  return pattern.slice(next).every((character) => character === "%");
}
