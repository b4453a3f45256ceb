import { LRUCache } from "lru-cache";
import type { Analysis, SqlDialect, StatementAnalysis } from "./analysis";
import { writingEverything } from "./commands";
import type { FunctionOptions } from "./functions";
import { Functions } from "./functions";
import { shapeOf } from "./shape";
import { analyseStatement } from "./statement";

export interface AnalyserOptions extends FunctionOptions {
  /** How many analyses are kept, by shape; the least recently used go first. Default 2000. */
  readonly maxShapes?: number;
}

/**
 * Says what a text reads, writes and moves. Pure and memoised; never throws, whatever the text. Texts of one
 * shape have the same `statements`, each text has its own `bindings`.
 */
export type Analyser = (sql: string) => Analysis;

/** Characters of text that the memo of exact texts may hold: a second memo, because shaping costs a pass over the text. */
const MAX_TEXT = 4_000_000;

/** `prepareParser()` must have resolved before; else every answer is the tokenizer's. */
export function createAnalyser(dialect: SqlDialect, options: AnalyserOptions): Analyser {
  const functions = new Functions(dialect, options);
  const byShape = new LRUCache<string, readonly StatementAnalysis[]>({ max: options.maxShapes ?? 2000 });
  const byText = new LRUCache<string, Analysis>({
    maxSize: MAX_TEXT,
    sizeCalculation: (_analysis, text) => text.length + 1,
  });

  const analyse = (sql: string): Analysis => {
    const shape = shapeOf(sql, dialect);
    if (shape === undefined) return NOT_TOKENIZED;
    const { bindings } = shape;
    const known = byShape.get(shape.text);
    if (known !== undefined) return { statements: known, bindings };
    const context = { dialect, functions, conditional: shape.conditional };
    const statements = shape.statements.flatMap((tokens) => analyseStatement(tokens, context));
    byShape.set(shape.text, statements);
    return { statements, bindings };
  };

  return (sql) => {
    let analysis = byText.get(sql);
    if (analysis === undefined) {
      analysis = analyse(sql);
      byText.set(sql, analysis);
    }
    return analysis;
  };
}

const NOT_TOKENIZED: Analysis = {
  statements: [writingEverything("a text that cannot be tokenized")],
  bindings: undefined,
};
