import type { SqlDialect } from "./analysis";
import { nameOf } from "./identifiers";
import type { Token } from "./tokens";
import { isName, isSymbol, isWord } from "./tokens";
import type { CalledFunction } from "./walk";
import { words } from "./words";

/**
 * The functions that a statement without a syntax tree may call: every name before a parenthesis that is
 * neither a keyword nor the name of what a parenthesis of columns describes. An argument count of 0 stands
 * for "not known", which makes the careful choice where the count matters.
 */
export function possibleCalls(tokens: readonly Token[], dialect: SqlDialect): readonly CalledFunction[] {
  const calls: CalledFunction[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || !isName(token) || !isSymbol(tokens[at + 1], "(") || SYNTAX.has(token.upper))
      continue;
    const path = pathEndingAt(tokens, at, dialect);
    const start = at - (path.length - 1) * 2;
    if (!isWord(tokens[start - 1], ...DESCRIBED)) calls.push({ path, args: 0 });
  }
  return calls;
}

function pathEndingAt(tokens: readonly Token[], end: number, dialect: SqlDialect): readonly string[] {
  const path: string[] = [];
  for (let at = end; at >= 0; at -= 2) {
    const token = tokens[at];
    if (token === undefined || !isName(token)) break;
    path.unshift(nameOf(token, dialect));
    if (!isSymbol(tokens[at - 1], ".")) break;
  }
  return path;
}

const SYNTAX = words(
  `ALL AND ANY ARRAY AS BETWEEN BY CASE CHECK CONFLICT CROSS CUBE DISTINCT ELSE EXCEPT EXISTS FILTER FROM FULL GROUP
   GROUPING HAVING IN INNER INTERSECT INTERVAL INTO IS JOIN KEY LATERAL LEFT LIKE LIMIT MATERIALIZED NATURAL NOT OF
   OFFSET ON ONLY OPERATOR OR ORDER OUTER OVER PARTITION PERCENT RETURNING RIGHT ROLLUP ROW ROWS SELECT SET SETS SOME
   STRAIGHT_JOIN TABLESAMPLE THEN UNION UNIQUE USING VALUE VALUES VARYING WHEN WHERE WINDOW WITH WITHIN XOR GLOB
   REGEXP RLIKE ILIKE SIMILAR TO MATCH AGAINST ESCAPE EXPLAIN ANALYZE COPY DO END RECURSIVE`,
  `CHAR VARCHAR CHARACTER DECIMAL NUMERIC BIT BINARY VARBINARY DOUBLE FLOAT DATETIME TIMESTAMP TIME DATE TEXT`,
);

/** What stands before a name whose parenthesis lists columns. */
const DESCRIBED = ["INTO", "AS", "WITH", "RECURSIVE", "REFERENCES", "TABLE", "INDEX", "COPY", "IGNORE"];
