import { init, parse } from "@guanmingchiu/sqlparser-ts";
import type { SqlDialect } from "./analysis";

const NAMES = { postgres: "postgresql", mysql: "mysql", sqlite: "sqlite" } as const;

/** Longer shapes are rarer than they are slow (about 1 ms per 4,000 characters): they get the tokenizer's answer. */
const LONGEST = 40_000;

/** Loads the parser's WebAssembly, once per process. Until then every statement gets the tokenizer's answer. */
export async function prepareParser(): Promise<void> {
  await init();
  // The first statement pays for the compilation, some 60 ms: better at start than in a request.
  for (const dialect of Object.values(NAMES)) parse("SELECT a FROM t WHERE b = 1", dialect);
}

/** The syntax tree of one statement, or `undefined` if the parser does not know it or is not loaded. */
export function parseStatement(text: string, dialect: SqlDialect): unknown {
  if (text.length > LONGEST) return undefined;
  try {
    const statements: readonly unknown[] = parse(text, NAMES[dialect]);
    return statements.length === 1 ? statements[0] : undefined;
  } catch {
    // Parser errors, the nesting limit and a module that is not ready all have the same sound answer.
    return undefined;
  }
}
