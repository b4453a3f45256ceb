import type { Token } from "./tokens";
import { isSymbol, isWord } from "./tokens";
import { words } from "./words";

/**
 * Whether the parser must not see these tokens, for one of two reasons.
 *
 * A chain like `a OR b OR c` becomes as many nested nodes; at 700 to 1,000 of them the parser's stack
 * overflows, which leaves its module unable to parse anything ever after. Its own limit counts parentheses
 * only.
 *
 * It tries some parentheses in two or three ways before it settles on one, and whatever they hold as often:
 * calls, NOT, ARRAY[…] and CASE. 18 calls inside each other take half a second, 30 an hour.
 */
export function isTooDeep(tokens: readonly Token[]): boolean {
  const outer: Place[] = [];
  let place: Place = { chain: 0, retried: 0 };
  for (const [at, token] of tokens.entries()) {
    if (OPENS.has(token.upper)) {
      outer.push({ ...place, chain: place.chain + 1 });
      place = { chain: place.chain + 1, retried: place.retried + (isRetried(token, tokens[at - 1]) ? 1 : 0) };
    } else if (CLOSES.has(token.upper)) {
      place = outer.pop() ?? place;
    } else {
      const starts = isSymbol(token, ",") || STARTS.has(token.upper);
      const chain = starts ? (outer[outer.length - 1]?.chain ?? 0) : place.chain + 1;
      place = { ...place, chain };
    }
    // A row of INTERVALs, which no statement has, is retried too.
    if (isWord(token, "INTERVAL") && isWord(tokens[at - 1], "INTERVAL")) return true;
    if (place.chain > LONGEST_CHAIN || place.retried > MOST_RETRIED) return true;
  }
  return false;
}

interface Place {
  /** Tokens since the expression began, here and in all that encloses it. */
  readonly chain: number;
  /** How many enclosing constructs are tried several times. */
  readonly retried: number;
}

/** Two tokens make one node at the most (`::int`, `IS NULL`), so this is 400 nodes. */
const LONGEST_CHAIN = 800;
/** Some 30 ms in the worst case. */
const MOST_RETRIED = 9;

const OPENS = words(`( [ CASE`);
const CLOSES = words(`) ] END`);
/** What ends an expression, so that another one begins. */
const STARTS = words(`SELECT FROM WHERE ON SET GROUP ORDER HAVING JOIN WHEN THEN ELSE VALUES RETURNING`);
/** What may stand before a parenthesis that is tried once. */
const PLAIN = words(
  `AND OR WHERE ON HAVING IN EXISTS FROM JOIN AS SELECT WHEN THEN ELSE BY UNION ALL EXCEPT INTERSECT VALUES USING
   LATERAL SET MATERIALIZED`,
);

/** Of parentheses those of a call, whose name stands before them, and those of NOT. */
function isRetried(token: Token, before: Token | undefined): boolean {
  if (token.upper !== "(") return true;
  return (before?.kind === "word" || before?.kind === "quoted") && !PLAIN.has(before.upper);
}
