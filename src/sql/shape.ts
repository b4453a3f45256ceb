import type { SqlDialect } from "./analysis";
import type { Bindings, Constant } from "./bindings";
import { collapse } from "./collapse";
import { splitStatements } from "./statements";
import { tokenize } from "./tokenizer";
import type { Token } from "./tokens";
import { isSymbol, isWord } from "./tokens";

/** A text with all that does not matter to its analysis taken out. */
export interface Shape {
  /** Key of the memo: equal for texts whose analysis is equal. */
  readonly text: string;
  readonly statements: readonly (readonly Token[])[];
  readonly conditional: boolean;
  /** The text's constants; `undefined` of several statements and of those whose literals stay. */
  readonly bindings: Bindings | undefined;
}

/** Statements whose literals say nothing of what they touch. Of `SET x = 'y'` they say everything. */
const NORMALISED = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES", "MERGE"];

/** The shape of a text, or `undefined` if it cannot be tokenized. */
export function shapeOf(sql: string, dialect: SqlDialect): Shape | undefined {
  const list = tokenize(sql, dialect);
  if (list === undefined) return undefined;
  const parts = splitStatements(list.tokens).map((tokens) => normalise(tokens, dialect));
  const statements = parts.map((part) => part.tokens);
  const bindings = parts.length === 1 ? parts[0]?.bindings : undefined;
  const text = statements.map(textOf).join(" ; ");
  return {
    text: list.conditional ? `${text} ; conditional` : text,
    statements,
    conditional: list.conditional,
    bindings: bindings && dialect === "mysql" ? certainParameters(bindings, sql, list.tokens) : bindings,
  };
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join(" ");
}

interface Part {
  readonly tokens: readonly Token[];
  readonly bindings: Bindings | undefined;
}

function normalise(tokens: readonly Token[], dialect: SqlDialect): Part {
  const first = tokens.find((token) => !isSymbol(token, "("));
  return isWord(first, ...NORMALISED) ? collapse(tokens, dialect) : { tokens, bindings: undefined };
}

/** MySQL's drivers put parameters in for every question mark, be it in a string or a comment. */
function certainParameters(bindings: Bindings, sql: string, tokens: readonly Token[]): Bindings {
  const marks = sql.split("?").length - 1;
  if (marks === tokens.filter((token) => token.kind === "parameter" && token.text === "?").length)
    return bindings;
  return {
    constants: bindings.constants.map(withoutIndex),
    repeats: bindings.repeats.map((repeat) => ({
      ...repeat,
      constants: repeat.constants.map(withoutIndex),
    })),
  };
}

/** Of a string with a question mark inside nothing is known either: a parameter takes its place. */
function withoutIndex(constant: Constant): Constant {
  const replaced = constant.kind === "string" && constant.text.includes("?");
  return constant.kind === "parameter" || replaced ? { kind: "unknown" } : constant;
}
