import type { SqlDialect } from "./analysis";
import type { TableName } from "./table-name";
import type { Token } from "./tokens";

/**
 * An unquoted identifier as the dialect compares it. PostgreSQL (under UTF-8) and SQLite fold ASCII
 * letters only; MySQL's table names keep their spelling, because whether case matters is the server's
 * setting, which the text does not tell.
 */
export function fold(name: string, dialect: SqlDialect): string {
  return dialect === "mysql" ? name : asciiLower(name);
}

/** A quoted identifier keeps its spelling, except on SQLite, where case never matters. */
export function foldQuoted(name: string, dialect: SqlDialect): string {
  return dialect === "sqlite" ? asciiLower(name) : name;
}

/** The name that a token stands for where an identifier is expected, unquoted and folded. */
export function nameOf(token: Token, dialect: SqlDialect): string {
  return token.kind === "word" ? fold(token.text, dialect) : foldQuoted(unquote(token.text), dialect);
}

/** Removes the quotes of an identifier or a string, and its prefix, and undoubles the quotes inside. */
export function unquote(text: string): string {
  const open = text.charAt(0);
  if (open === "[") return text.slice(1, -1);
  if (open === "$") return text.slice(text.indexOf("$", 1) + 1, text.lastIndexOf("$", text.length - 2));
  const quote = QUOTES.includes(open) ? 0 : text.indexOf("'");
  if (quote < 0) return text;
  const mark = text.charAt(quote);
  return text.slice(quote + 1, -1).replaceAll(mark + mark, mark);
}

const QUOTES = ['"', "`", "'"];

/** The table that a path of folded names means: the last part, and the one before it as the schema. */
export function tableOfPath(path: readonly string[], dialect: SqlDialect): TableName {
  const schema = path.length > 1 ? path[path.length - 2] : undefined;
  const name = path[path.length - 1] ?? "";
  return { schema: dialect === "sqlite" && schema === "main" ? undefined : schema, name };
}

function asciiLower(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A column's name as two spellings of it compare: MySQL's and SQLite's never mind the case of ASCII letters. */
export function columnName(name: string, dialect: SqlDialect): string {
  return dialect === "postgres" ? name : asciiLower(name);
}
