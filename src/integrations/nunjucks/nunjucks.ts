/** What is used of Nunjucks, which has no types for extensions. */
export interface Parser {
  nextToken(): { readonly value: string; readonly lineno: number; readonly colno: number };
  parseSignature(tolerant: null, withoutParentheses: true): { readonly children: unknown[] };
  parseUntilBlocks(...names: string[]): unknown;
  advanceAfterBlockEnd(name?: string): void;
  fail(message: string, line: number, column: number): never;
}

export interface Nodes {
  readonly KeywordArgs: new (...args: never[]) => unknown;
  readonly Literal: new (line: number, column: number, value: unknown) => unknown;
  readonly CallExtensionAsync: new (
    extension: object,
    method: string,
    args: unknown,
    bodies: readonly unknown[],
  ) => unknown;
}

export interface Context {
  readonly env: { getFilter(name: string): (value: unknown) => unknown };
}

export type Callback = (error: unknown, html?: unknown) => void;

/** Renders what is between the tags. */
export type Body = (callback: Callback) => void;
