import type { SqlDialect } from "./analysis";
import { nameOf } from "./identifiers";
import type { Token } from "./tokens";
import { isName, isSymbol, isWord } from "./tokens";

/**
 * The names that stand where a table is named, folded, without a syntax tree: behind FROM, JOIN and their
 * like, and behind the commas of a FROM list. Names of CTEs are left out. One that nobody knows may be a view
 * or a partition, so that what the other names say is not all that there is to say.
 */
export function sourcesIn(tokens: readonly Token[], dialect: SqlDialect): ReadonlySet<string> {
  const named = new Set<string>();
  const levels: Level[] = [{ queries: true, lists: false }];
  tokens.forEach((token, at) => {
    if (isSymbol(token, "(")) levels.push({ queries: false, lists: false });
    else if (isSymbol(token, ")")) levels.pop();
    const level = levels[levels.length - 1];
    if (level && namesTable(token, tokens[at - 1], level)) {
      const name = tableNamedAt(tokens, at + 1, dialect);
      if (name !== undefined) named.add(name);
    }
  });
  for (const name of commonTables(tokens, dialect)) named.delete(name);
  return named;
}

/** One depth of parentheses. */
interface Level {
  /** A statement stands in it; a FROM elsewhere belongs to EXTRACT, TRIM or SUBSTRING. */
  queries: boolean;
  /** Inside a FROM clause, where a comma goes on to another table. */
  lists: boolean;
}

function namesTable(token: Token, before: Token | undefined, level: Level): boolean {
  if (isWord(token, "SELECT", "DELETE", "UPDATE")) level.queries = true;
  if (isWord(token, ...ENDS_LIST)) level.lists = false;
  if (isWord(token, "FROM")) {
    const isClause = level.queries && !isWord(before, "DISTINCT");
    level.lists ||= isClause;
    return isClause;
  }
  return isWord(token, ...BEFORE_TABLE) || (isSymbol(token, ",") && level.lists);
}

/** The last part of the path; none for a subquery, a function or a keyword that another rule follows. */
function tableNamedAt(tokens: readonly Token[], start: number, dialect: SqlDialect): string | undefined {
  let at = start;
  while (isWord(tokens[at], ...MODIFIERS) || isSymbol(tokens[at], "(")) at += 1;
  while (isSymbol(tokens[at + 1], ".")) at += 2;
  const token = tokens[at];
  if (token === undefined || isWord(token, ...NOT_TABLES)) return undefined;
  // Behind INTO a parenthesis lists columns, elsewhere arguments.
  if (isSymbol(tokens[at + 1], "(") && !isWord(tokens[start - 1], "INTO")) return undefined;
  const isTable = isName(token) || (token.kind === "string" && dialect !== "postgres");
  return isTable ? nameOf(token, dialect) : undefined;
}

/** `name AS (` and `name (columns) AS (` of a WITH. */
function commonTables(tokens: readonly Token[], dialect: SqlDialect): readonly string[] {
  if (!tokens.some((token) => isWord(token, "WITH"))) return [];
  return tokens.flatMap((token, at) => {
    const before = tokens[at - 1];
    if (!isName(token) || !(isWord(before, "WITH", "RECURSIVE") || isSymbol(before, ","))) return [];
    const columns = isSymbol(tokens[at + 1], "(")
      ? tokens.findIndex((each, later) => later > at && isSymbol(each, ")")) - at
      : 0;
    return isWord(tokens[at + columns + 1], "AS") ? [nameOf(token, dialect)] : [];
  });
}

const BEFORE_TABLE = ["JOIN", "STRAIGHT_JOIN", "INTO", "UPDATE", "USING", "TABLE", "REPLACE", "DELETE"];

const MODIFIERS = ["ONLY", "LATERAL", "TABLE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE"];

const ENDS_LIST = [
  "SELECT",
  "WHERE",
  "GROUP",
  "HAVING",
  "ORDER",
  "LIMIT",
  "WINDOW",
  "UNION",
  "SET",
  "VALUES",
];

const NOT_TABLES = ["SELECT", "VALUES", "WITH", "SET", "FROM", "INTO", "OR", "OF", "NOWAIT", "SKIP", "WHERE"];
