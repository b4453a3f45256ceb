import type { SqlDialect } from "./analysis";
import type { Frame, Place, Relation } from "./relations";
import { note, noteWhole, sameName } from "./relations";
import type { Node } from "./tree";
import { field, identifier, isList, isNode, isQuery, list, UnknownNode } from "./tree";
import { words } from "./words";

/**
 * Notes every column that an expression may mean. Whatever looks like a name is taken for one of every
 * relation in sight unless it is qualified, so a part of the tree that is not known in detail costs precision
 * at the most.
 */
export class References {
  constructor(
    private readonly dialect: SqlDialect,
    /** Looks into a query inside an expression. */
    private readonly subquery: (query: Node, outer: Frame) => void,
  ) {}

  visit(value: unknown, frame: Frame, place: Place): void {
    if (isList(value)) {
      for (const item of value) this.visit(item, frame, place);
    } else if (isNode(value)) {
      if (isQuery(value)) this.subquery(value, frame);
      else if (isIdentifier(value)) this.bare(identifier(value, this.dialect), frame, place);
      else for (const [key, part] of Object.entries(value)) this.part(key, part, frame, place);
    }
  }

  /** The relations of the frame's own FROM that a qualifier names. */
  named(frame: Frame, qualifier: string): readonly Relation[] {
    const wanted = sameName(qualifier, this.dialect);
    return frame.relations.filter((relation) => sameName(relation.name, this.dialect) === wanted);
  }

  /** A column of that name, of whatever relation in sight has one; or a relation of that name as a whole. */
  bare(name: string, frame: Frame, place: Place): void {
    frame.bare.add(sameName(name, this.dialect));
    for (let at: Frame | undefined = frame; at !== undefined; at = at.outer) {
      // It may be anybody's: no relation can count on being named in one place only, unless it is alone.
      const certain = at === frame && at.relations.length === 1 ? place : "elsewhere";
      for (const relation of at.relations) note(relation, name, certain);
      for (const relation of this.named(at, name)) noteWhole(relation);
    }
  }

  private part(key: string, part: unknown, frame: Frame, place: Place): void {
    if (key === "span" || key.endsWith("_token")) return;
    switch (key) {
      case "CompoundIdentifier":
        return this.qualified(this.path(list(part)), frame, place);
      case "QualifiedWildcard":
        return this.star(list(part), frame);
      case "Function":
        return isNode(part) ? this.call(part, frame, place) : undefined;
      case "Wildcard":
        return frame.relations.forEach(noteWhole);
      case "DoubleQuotedString":
        // A name under ANSI_QUOTES.
        if (this.dialect === "mysql" && typeof part === "string") this.bare(part, frame, "elsewhere");
        return;
    }
    if (STATEMENTS.has(key) && isNode(part)) throw new UnknownNode(key);
    this.visit(part, frame, place);
  }

  private path(parts: readonly unknown[]): readonly string[] {
    return parts.map((part) => identifier(part, this.dialect));
  }

  private qualified(path: readonly string[], frame: Frame, place: Place): void {
    const column = path[path.length - 1] ?? "";
    const qualifier = path[path.length - 2] ?? "";
    let found = false;
    for (let at: Frame | undefined = frame; at !== undefined; at = at.outer) {
      for (const relation of this.named(at, qualifier)) {
        note(relation, column, at === frame ? place : "elsewhere");
        found = true;
      }
      // `t.address.city`, should some dialect allow it.
      const composite = path.length > 2 ? this.named(at, path[0] ?? "") : [];
      composite.forEach(noteWhole);
      found ||= composite.length > 0;
    }
    if (!found) throw new UnknownNode(path.join("."));
  }

  /** `t.*` in a select list or in COUNT(t.*), and (expression).*. */
  private star(parts: readonly unknown[], frame: Frame): void {
    const [first] = parts;
    if (isNode(field(first, "Expr"))) return this.visit(first, frame, "elsewhere");
    const name = list(field(first, "ObjectName") ?? parts);
    const path = this.path(name.map((part) => field(part, "Identifier")));
    let found = false;
    for (let at: Frame | undefined = frame; at !== undefined; at = at.outer) {
      const named = this.named(at, path[path.length - 1] ?? "");
      named.forEach(noteWhole);
      found ||= named.length > 0;
    }
    if (!found) throw new UnknownNode("*");
  }

  private call(node: Node, frame: Frame, place: Place): void {
    const { name, ...rest } = node;
    // Without arguments it may be a column that the parser mistakes for a function.
    if (node["args"] === "None") this.visit(name, frame, place);
    this.visit(rest, frame, place);
  }
}

/** A plain column's path: folded parts, or `undefined` of any other expression. */
export function columnPath(node: unknown, dialect: SqlDialect): readonly string[] | undefined {
  const compound = field(node, "CompoundIdentifier");
  if (isList(compound)) return compound.map((part) => identifier(part, dialect));
  const single = field(node, "Identifier");
  return isNode(single) ? [identifier(single, dialect)] : undefined;
}

/** Whether it is a string where a name stands, so that the shape does not tell how it is spelled. */
export function isStringName(node: unknown, dialect: SqlDialect): boolean {
  const quote = field(node, "quote_style");
  return quote === "'" || (dialect === "mysql" && quote === '"');
}

function isIdentifier(node: Node): boolean {
  return typeof node["value"] === "string" && "quote_style" in node;
}

const STATEMENTS = words(`Insert Update Delete Merge`);
