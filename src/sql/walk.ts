import type { SqlDialect, WriteKind } from "./analysis";
import type { TableName } from "./table-name";
import { tableOfPath } from "./identifiers";
import type { Scope } from "./scope";
import { scopeCtes } from "./scope";
import type { Node } from "./tree";
import { field, isList, isNode, isQuery, isVariant, list, pathOf, UnknownNode } from "./tree";
import { KNOWN_VARIANTS } from "./variants";
import { words } from "./words";

export interface CalledFunction {
  readonly path: readonly string[];
  readonly args: number;
}

export interface TableWrite {
  readonly table: TableName;
  readonly write: WriteKind;
}

/** All that a statement's syntax tree names. */
export interface Findings {
  readonly reads: readonly TableName[];
  readonly writes: readonly TableWrite[];
  readonly functions: readonly CalledFunction[];
  /** SELECT … INTO, wherever it stands. */
  readonly into: boolean;
}

/** Walks the tree of one statement. Throws `UnknownNode` if something in it might hide a table. */
export function findingsOf(tree: unknown, dialect: SqlDialect): Findings {
  const walk = new Walk(dialect);
  walk.visit(tree, new Set());
  return walk;
}

class Walk implements Findings {
  readonly reads: TableName[] = [];
  readonly writes: TableWrite[] = [];
  readonly functions: CalledFunction[] = [];
  into = false;

  constructor(private readonly dialect: SqlDialect) {}

  visit(value: unknown, scope: Scope): void {
    if (isList(value)) {
      for (const item of value) this.visit(item, scope);
    } else if (isNode(value)) {
      if (isQuery(value)) this.query(value, scope);
      else this.parts(value, scope);
    }
  }

  private parts(node: Node, scope: Scope): void {
    for (const [key, value] of Object.entries(node)) {
      if (key === "span" || key.endsWith("_token")) continue;
      if (isVariant(key)) this.variant(key, value, scope);
      else this.visit(value, scope);
    }
  }

  private query(query: Node, scope: Scope): void {
    const { ctes, body } = scopeCtes(query, scope, this.dialect);
    for (const cte of ctes) this.visit(cte.query, cte.scope);
    const { with: _ctes, ...rest } = query;
    this.parts(rest, body);
  }

  private variant(key: string, value: unknown, scope: Scope): void {
    if (isNode(value)) {
      switch (key) {
        case "Table":
          return this.table(value, scope);
        case "Function":
          return this.call(value, scope);
        case "Select":
          if (isNode(value["into"])) this.into = true;
          return this.parts({ ...value, into: null }, scope);
        case "Insert":
          return "table" in value ? this.insert(value, scope) : this.innerStatement(value, scope);
        case "Update":
          return "assignments" in value ? this.update(value, scope) : this.innerStatement(value, scope);
        case "Delete":
          return "from" in value ? this.delete(value, scope) : this.innerStatement(value, scope);
        case "Merge":
          return "clauses" in value ? this.merge(value, scope) : this.innerStatement(value, scope);
      }
    }
    if (!KNOWN_VARIANTS.has(key)) throw new UnknownNode(key);
    this.visit(value, scope);
  }

  /** A statement inside a query comes wrapped once more. */
  private innerStatement(node: Node, scope: Scope): void {
    if (Object.keys(node).some((key) => !isVariant(key))) throw new UnknownNode("statement");
    this.parts(node, scope);
  }

  /** A table, common table expression or set-returning function in FROM. */
  private table(node: Node, scope: Scope): void {
    const { name, args, ...rest } = node;
    if (isNode(args)) {
      this.functions.push({ path: pathOf(name, this.dialect), args: list(args["args"]).length });
      this.visit(args, scope);
    } else {
      this.reads.push(...this.tablesOf(name, scope));
    }
    this.parts(rest, scope);
  }

  private call(node: Node, scope: Scope): void {
    const { name, ...rest } = node;
    // CURRENT_DATE and its like, which are found among the tokens; or a column that the parser mistakes for one.
    if (node["args"] === "None") return this.parts(rest, scope);
    const args = field(field(node["args"], "List"), "args");
    this.functions.push({ path: pathOf(name, this.dialect), args: list(args ?? node["args"]).length });
    this.parts(rest, scope);
  }

  private insert(node: Node, scope: Scope): void {
    const { table, on, ...rest } = node;
    const target = this.target(field(table, "TableName"));
    const replaces = node["replace_into"] === true || node["or"] === "Replace";
    this.write(target, replaces ? "replace" : "insert");
    if (isNode(on)) {
      if ("DuplicateKeyUpdate" in on || isNode(field(field(on["OnConflict"], "action"), "DoUpdate"))) {
        this.write(target, "update");
      }
      this.visit(on, scope);
    }
    this.parts(rest, scope);
  }

  /** MySQL updates any of the joined tables: which ones, the assigned columns need not tell. */
  private update(node: Node, scope: Scope): void {
    const { table, ...rest } = node;
    const write = node["or"] === "Replace" ? "replace" : "update";
    const joins = list(field(table, "joins"));
    if (joins.length === 0) {
      if (!isNode(table)) throw new UnknownNode("UPDATE");
      const { relation, ...others } = table;
      this.write(this.target(field(field(relation, "Table"), "name")), write);
      this.parts(others, scope);
    } else {
      for (const read of this.readsOf(table, scope)) this.write(read, write);
    }
    this.parts(rest, scope);
  }

  private delete(node: Node, scope: Scope): void {
    const { tables, from, using, ...rest } = node;
    const sources = list(field(from, "WithFromKeyword") ?? field(from, "WithoutKeyword"));
    const several = list(tables).length > 0 || (this.dialect === "mysql" && isList(using));
    if (several) {
      for (const read of this.readsOf([sources, using], scope)) this.write(read, "delete");
    } else {
      for (const source of sources) {
        this.write(this.target(field(field(field(source, "relation"), "Table"), "name")), "delete");
        this.visit(field(source, "joins"), scope);
      }
      this.visit(using, scope);
    }
    if (sources.length === 0) throw new UnknownNode("DELETE");
    this.parts(rest, scope);
  }

  private merge(node: Node, scope: Scope): void {
    const { table, clauses, ...rest } = node;
    this.write(this.target(field(field(table, "Table"), "name")), "unknown");
    for (const clause of list(clauses)) this.mergeClause(clause, scope);
    this.parts(rest, scope);
  }

  /** The action's variants are names of statements, but none of them names a table. */
  private mergeClause(clause: unknown, scope: Scope): void {
    if (!isNode(clause)) throw new UnknownNode("MERGE");
    const { action, clause_kind: _kind, ...rest } = clause;
    this.parts(rest, scope);
    if (isNode(action)) for (const part of Object.values(action)) this.visit(part, scope);
  }

  private readsOf(value: unknown, scope: Scope): readonly TableName[] {
    const before = this.reads.length;
    this.visit(value, scope);
    return this.reads.slice(before);
  }

  /** The table that a statement writes: never a common table expression. */
  private target(name: unknown): TableName {
    return tableOfPath(pathOf(name, this.dialect), this.dialect);
  }

  private write(table: TableName, write: WriteKind): void {
    this.writes.push({ table, write });
  }

  private tablesOf(name: unknown, scope: Scope): readonly TableName[] {
    const path = pathOf(name, this.dialect);
    const [only = ""] = path;
    if (path.length === 1 && scope.has(only)) return [];
    if (path.length === 1 && this.dialect === "mysql" && only.toLowerCase() === "dual") return [];
    if (path.length === 1 && isBare(name) && MISREAD.has(only.toUpperCase())) throw new UnknownNode(only);
    return [tableOfPath(path, this.dialect)];
  }
}

/** Keywords that the parser, where it does not know the clause, takes for a table with the real name as its alias. */
const MISREAD = words(
  `ONLY LATERAL ROWS TABLE LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK IGNORE UNNEST XMLTABLE JSON_TABLE SELECT VALUES`,
);

function isBare(name: unknown): boolean {
  return (field(field(list(name)[0], "Identifier"), "quote_style") ?? null) === null;
}
