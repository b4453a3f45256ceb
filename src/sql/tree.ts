import type { SqlDialect } from "./analysis";
import { fold, foldQuoted } from "./identifiers";

/** The syntax tree holds a node that this package does not know: what it reads or writes is uncertain. */
export class UnknownNode extends Error {}

export type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Variants of the parser's enumerations are spelled with a capital, fields of its structures without. */
export function isVariant(key: string): boolean {
  const code = key.charCodeAt(0);
  return code >= 65 && code <= 90;
}

export function field(node: unknown, key: string): unknown {
  return isNode(node) ? node[key] : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return isList(value) ? value : [];
}

/** A query: SELECT, VALUES or a set operation with its WITH, ORDER BY and LIMIT. */
export function isQuery(node: Node): boolean {
  return "body" in node && "with" in node;
}

/** An identifier's folded text. */
export function identifier(node: unknown, dialect: SqlDialect): string {
  const value = field(node, "value");
  if (typeof value !== "string") throw new UnknownNode("identifier");
  const quote = field(node, "quote_style");
  return quote === null || quote === undefined ? fold(value, dialect) : foldQuoted(value, dialect);
}

/** A qualified name's folded parts. */
export function pathOf(node: unknown, dialect: SqlDialect): readonly string[] {
  if (!isList(node) || node.length === 0) throw new UnknownNode("name");
  return node.map((part) => identifier(field(part, "Identifier"), dialect));
}
