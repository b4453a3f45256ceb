import type { SqlDialect } from "./analysis";
import { Functions } from "./functions";
import { nameOf } from "./identifiers";
import { hasAdjacentStrings } from "./literals";
import type { Token } from "./tokens";
import { isName, isSymbol, isWord } from "./tokens";
import { volatilityOf } from "./volatility";
import { words } from "./words";

/**
 * Whether the tokens of a WHERE answer for a row by nothing but that row and constants, and answer the same in
 * another statement of the same transaction. Unsure is no.
 */
export function asksEachRow(tokens: readonly Token[], dialect: SqlDialect): boolean {
  if (hasAdjacentStrings(tokens) || volatilityOf(tokens, FUNCTIONS[dialect], dialect) !== undefined)
    return false;
  return tokens.every((token, at) => isPlain(tokens, at, dialect) && !isHidden(token, dialect));
}

function isPlain(tokens: readonly Token[], at: number, dialect: SqlDialect): boolean {
  const token = tokens[at];
  if (token === undefined || token.kind === "variable") return false;
  if (token.kind === "word") {
    if (isWord(token, "FROM")) return isWord(tokens[at - 1], "DISTINCT");
    return !FOREIGN.has(token.upper) && !(token.upper === "CURRENT" && isWord(tokens[at + 1], "OF"));
  }
  if (token.kind !== "symbol") return true;
  if (token.text === "(") return isPlainCall(tokens, at);
  return !ELSEWHERE.has(token.text) && !(dialect === "mysql" && token.text.includes(":="));
}

/** What stands before the parenthesis is a keyword, the name of a type, or a function that is known to be pure. */
function isPlainCall(tokens: readonly Token[], open: number): boolean {
  const before = tokens[open - 1];
  if (before === undefined || !isName(before)) return true;
  const qualified = isSymbol(tokens[open - 2], ".");
  if (isSymbol(tokens[open - 2], "::") || isWord(tokens[open - 2], "AS")) return true;
  return before.kind === "word" && !qualified && (PURE.has(before.upper) || SYNTAX.has(before.upper));
}

/** A row's version or place on PostgreSQL, which locking the row may change. */
function isHidden(token: Token, dialect: SqlDialect): boolean {
  return dialect === "postgres" && isName(token) && SYSTEM_COLUMNS.has(nameOf(token, dialect));
}

const NO_OPTIONS = { stableFunctions: [], volatileFunctions: [] };
const FUNCTIONS: Readonly<Record<SqlDialect, Functions>> = {
  postgres: new Functions("postgres", NO_OPTIONS),
  mysql: new Functions("mysql", NO_OPTIONS),
  sqlite: new Functions("sqlite", NO_OPTIONS),
};

const PURE = words(
  `ABS CAST CEIL CEILING CHAR_LENGTH COALESCE CONCAT FLOOR GREATEST IFNULL LEAST LENGTH LOWER LTRIM MOD NULLIF REPLACE
   ROUND RTRIM SUBSTR SUBSTRING TRIM UPPER`,
);
const SYNTAX = words(`AND OR NOT IN LIKE ILIKE BETWEEN ANY SOME ALL ROW CASE WHEN THEN ELSE XOR ESCAPE TO`);

/** Words of queries and clauses, which look at other rows. */
const FOREIGN = words(
  `SELECT WITH VALUES TABLE EXISTS WHERE ORDER LIMIT GROUP HAVING UNION EXCEPT INTERSECT FETCH OFFSET FOR WINDOW OVER
   FILTER WITHIN INTO USING JOIN RETURNING PROCEDURE LOCK SET`,
);
const ELSEWHERE = words(`; { }`);
const SYSTEM_COLUMNS = words(`ctid xmin xmax cmin cmax tableoid`);
