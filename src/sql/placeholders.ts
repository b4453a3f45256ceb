import type { SqlDialect } from "./analysis";
import type { Token } from "./tokens";

interface Placed {
  /** Those of the part, with their own numbering of parameters. */
  readonly tokens: readonly Token[];
  /** The parameters of the whole, from 0, that the part takes, in its order. */
  readonly parameters: readonly number[];
}

/** Makes a part of a statement, a run of its very tokens, stand alone; `undefined` if its parameters are not certain. */
export function placeholdersIn(
  sql: string,
  statement: readonly Token[],
  part: readonly Token[],
  dialect: SqlDialect,
): Placed | undefined {
  const inside = new Set(part);
  const all = statement.filter((token) => token.kind === "parameter");
  if (dialect === "postgres")
    return numbered(
      part,
      all.filter((token) => !inside.has(token)),
    );
  if (all.some((token) => token.text !== "?")) return undefined;
  // mysql2 puts values in for question marks in strings and comments, too.
  if (dialect === "mysql" && all.length > 0 && sql.split("?").length - 1 !== all.length) return undefined;
  return { tokens: part, parameters: [...all.keys()].filter((at) => inside.has(all[at] as Token)) };
}

/**
 * PostgreSQL gives a parameter its type by where it stands: one that stands elsewhere, too, may be of another type
 * than the part alone tells.
 */
function numbered(part: readonly Token[], elsewhere: readonly Token[]): Placed | undefined {
  const others = new Set(elsewhere.map((token) => token.text));
  const places = new Map<string, number>();
  const tokens: Token[] = [];
  for (const token of part) {
    if (token.kind !== "parameter") {
      tokens.push(token);
      continue;
    }
    if (!/^\$[1-9]\d*$/.test(token.text) || others.has(token.text)) return undefined;
    const place = places.get(token.text) ?? places.size + 1;
    places.set(token.text, place);
    tokens.push({ ...token, text: `$${place}` });
  }
  return { tokens, parameters: [...places.keys()].map((text) => Number(text.slice(1)) - 1) };
}
