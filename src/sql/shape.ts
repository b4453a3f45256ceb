import type { SqlDialect } from "./analysis";
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
}

/** Statements whose literals say nothing of what they touch. Of `SET x = 'y'` they say everything. */
const NORMALISED = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES", "MERGE"];

/** The shape of a text, or `undefined` if it cannot be tokenized. */
export function shapeOf(sql: string, dialect: SqlDialect): Shape | undefined {
  const list = tokenize(sql, dialect);
  if (list === undefined) return undefined;
  const statements = splitStatements(list.tokens).map((tokens) => normalise(tokens, dialect));
  const text = statements.map(textOf).join(" ; ");
  return {
    text: list.conditional ? `${text} ; conditional` : text,
    statements,
    conditional: list.conditional,
  };
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join(" ");
}

function normalise(tokens: readonly Token[], dialect: SqlDialect): readonly Token[] {
  const first = tokens.find((token) => !isSymbol(token, "("));
  return isWord(first, ...NORMALISED) ? collapse(tokens, dialect) : tokens;
}
