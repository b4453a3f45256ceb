import { Cursor } from "./cursor";
import { unquote } from "./identifiers";
import { splitStatements } from "./statements";
import { tokenize } from "./tokenizer";
import { isSymbol, isWord, type Token } from "./tokens";

/** One setting of PostgreSQL's that holds until the transaction ends. */
export interface LocalSetting {
  /** Lower case. */
  readonly name: string;
  /** Equal only for what sets it to the same value; what means the same may be spelt in several ways. */
  readonly value: string;
}

/**
 * What a text sets for the transaction alone: `SET LOCAL name = value`, or a SELECT of nothing but
 * `set_config('name', value, true)`. `undefined` if it does anything else, or what it sets them to is not known.
 */
export function localSettingsIn(
  sql: string,
  parameters: readonly unknown[],
): readonly LocalSetting[] | undefined {
  const statements = splitStatements(tokenize(sql, "postgres")?.tokens ?? []);
  const [tokens] = statements;
  if (!tokens || statements.length > 1) return undefined;
  const cursor = new Cursor(tokens, "postgres");
  if (cursor.words("SET", "LOCAL")) return assigned(cursor);
  return cursor.word("SELECT") ? configured(cursor, parameters) : undefined;
}

function assigned(cursor: Cursor): readonly LocalSetting[] | undefined {
  const name = settingName(cursor);
  const separated = cursor.symbol("=") || cursor.word("TO") || name === "role";
  const value = cursor.rest;
  const isKnown = value.length > 0 && value.every(isConstant) && !isWord(value[0], "DEFAULT");
  if (name === undefined || !separated || !isKnown) return undefined;
  return [{ name, value: JSON.stringify(value.map(({ text }) => text)) }];
}

function settingName(cursor: Cursor): string | undefined {
  const path: string[] = [];
  do {
    const name = cursor.name();
    if (name === undefined) return undefined;
    path.push(name);
  } while (cursor.symbol("."));
  return path.join(".").toLowerCase();
}

function isConstant(token: Token): boolean {
  return ["word", "quoted", "string", "number"].includes(token.kind) || isSymbol(token, ",");
}

function configured(cursor: Cursor, parameters: readonly unknown[]): readonly LocalSetting[] | undefined {
  const settings: LocalSetting[] = [];
  do {
    const setting = call(cursor, parameters);
    if (!setting) return undefined;
    settings.push(setting);
    if (cursor.word("AS")) cursor.name();
  } while (cursor.symbol(","));
  return cursor.done ? settings : undefined;
}

function call(cursor: Cursor, parameters: readonly unknown[]): LocalSetting | undefined {
  if (cursor.word("PG_CATALOG")) cursor.symbol(".");
  if (!cursor.word("SET_CONFIG") || !cursor.symbol("(")) return undefined;
  const name = argument(cursor, parameters);
  const value = cursor.symbol(",") ? argument(cursor, parameters) : undefined;
  const isLocal = cursor.symbol(",") && localArgument(cursor, parameters);
  if (name === undefined || value === undefined || !isLocal || !cursor.symbol(")")) return undefined;
  return { name: name.toLowerCase(), value: JSON.stringify(value) };
}

/** A plain string, or a parameter that is one. NULL means the default, and nobody knows that. */
function argument(cursor: Cursor, parameters: readonly unknown[]): string | undefined {
  const token = cursor.next();
  if (token?.kind === "string" && token.text.startsWith("'")) return unquote(token.text);
  const value = token && parameterOf(token, parameters);
  if (cursor.symbol("::") && !cursor.word("TEXT", "VARCHAR")) return undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function localArgument(cursor: Cursor, parameters: readonly unknown[]): boolean {
  const token = cursor.next();
  return isWord(token, "TRUE") || (token !== undefined && parameterOf(token, parameters) === true);
}

function parameterOf({ kind, text }: Token, parameters: readonly unknown[]): unknown {
  return kind === "parameter" && /^\$\d+$/.test(text) ? parameters[Number(text.slice(1)) - 1] : undefined;
}
