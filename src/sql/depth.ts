import type { Token } from "./tokens";
import { isSymbol } from "./tokens";
import { words } from "./words";

/**
 * Whether a syntax tree of these tokens may be too deep to build. A chain like `a OR b OR c` becomes as many
 * nested nodes; at 700 to 1,000 of them the parser's stack overflows, which no error reports, and which
 * leaves the module unable to parse anything ever after. Its own limit counts parentheses only.
 */
export function isTooDeep(tokens: readonly Token[]): boolean {
  const outer: number[] = [];
  let chain = 0;
  for (const token of tokens) {
    if (OPENS.has(token.upper)) {
      chain += 1;
      outer.push(chain);
    } else if (CLOSES.has(token.upper)) {
      chain = outer.pop() ?? chain;
    } else {
      const starts = isSymbol(token, ",") || STARTS.has(token.upper);
      chain = starts ? (outer[outer.length - 1] ?? 0) : chain + 1;
    }
    if (chain > LONGEST_CHAIN) return true;
  }
  return false;
}

/** Two tokens make one node at the most (`::int`, `IS NULL`), so this is 400 nodes. */
const LONGEST_CHAIN = 800;

const OPENS = words(`( [ CASE`);
const CLOSES = words(`) ] END`);
/** What ends an expression, so that another one begins. */
const STARTS = words(`SELECT FROM WHERE ON SET GROUP ORDER HAVING JOIN WHEN THEN ELSE VALUES RETURNING`);
