import type { SqlDialect } from "./analysis";
import { tableOfPath } from "./identifiers";
import type { Relation } from "./relations";
import { relation } from "./relations";
import type { Scope } from "./scope";
import type { Node } from "./tree";
import { field, identifier, isNode, list, pathOf, UnknownNode } from "./tree";
import { words } from "./words";

/** A query in FROM. */
export interface DerivedTable {
  readonly relation: Relation;
  readonly query: Node;
  readonly lateral: boolean;
}

export interface JoinedOn {
  readonly kind: "left" | "inner";
  readonly relation: Relation;
  readonly on: unknown;
}

/** What the FROM of one SELECT lists, in order. */
export interface FromClause {
  readonly relations: readonly Relation[];
  readonly derived: readonly DerivedTable[];
  readonly joins: readonly JoinedOn[];
  /** USING, arguments of functions: what is left to look through. */
  readonly rest: readonly unknown[];
  /** Joins that widen to the left or name their columns implicitly: nothing is said of which rows matter. */
  readonly irregular: boolean;
  readonly natural: boolean;
}

export function fromClause(items: readonly unknown[], ctes: Scope, dialect: SqlDialect): FromClause {
  const reader = new FromReader(ctes, dialect);
  for (const item of items) reader.item(item);
  return reader;
}

class FromReader implements FromClause {
  readonly relations: Relation[] = [];
  readonly derived: DerivedTable[] = [];
  readonly joins: JoinedOn[] = [];
  readonly rest: unknown[] = [];
  irregular = false;
  natural = false;

  constructor(
    private readonly ctes: Scope,
    private readonly dialect: SqlDialect,
  ) {}

  item(item: unknown): void {
    this.factor(field(item, "relation"));
    for (const join of list(field(item, "joins"))) {
      const joined = this.factor(field(join, "relation"));
      this.operator(field(join, "join_operator"), joined);
    }
  }

  private operator(operator: unknown, joined: Relation | undefined): void {
    const [kind = "", constraint] = isNode(operator) ? (Object.entries(operator)[0] ?? []) : [];
    if (!JOINS.has(kind)) throw new UnknownNode(kind);
    const left = kind === "Left" || kind === "LeftOuter";
    if (!left && !INNER.has(kind)) this.irregular = true;
    const on = field(constraint, "On");
    if (constraint === "Natural") this.natural = true;
    if (isNode(on) && joined !== undefined)
      this.joins.push({ kind: left ? "left" : "inner", relation: joined, on });
    else this.rest.push(constraint);
    if (!isNode(on) && (left || constraint !== "None")) this.irregular = true;
  }

  /** The relation that a join adds; `undefined` for several in parentheses. */
  private factor(factor: unknown): Relation | undefined {
    const [kind = "", node] = isNode(factor) ? (Object.entries(factor)[0] ?? []) : [];
    if (!isNode(node)) throw new UnknownNode(kind);
    switch (kind) {
      case "Table":
        return this.table(node);
      case "Derived":
        return this.query(node);
      case "NestedJoin":
        if (isNode(node["alias"])) throw new UnknownNode("alias of a join");
        this.irregular = true;
        this.item(node["table_with_joins"]);
        return undefined;
      case "Function":
        return this.call(node, node["name"]);
      case "UNNEST":
      case "JsonTable":
        return this.call(node, undefined);
      default:
        throw new UnknownNode(kind);
    }
  }

  private table(node: Node): Relation {
    const { name, args, alias } = node;
    if (isNode(args)) return this.call(node, name);
    if (isNode(node["sample"]) || isNode(node["version"]) || isNode(node["json_path"]))
      throw new UnknownNode("table");
    const path = pathOf(name, this.dialect);
    const [only = ""] = path;
    const none =
      path.length === 1 && (this.ctes.has(only) || (this.dialect === "mysql" && /^dual$/i.test(only)));
    return this.add(alias, path, none ? undefined : path);
  }

  private query(node: Node): Relation {
    const query = node["subquery"];
    if (!isNode(query)) throw new UnknownNode("Derived");
    const relation = this.add(node["alias"], [""], undefined);
    this.derived.push({ relation, query, lateral: node["lateral"] === true });
    return relation;
  }

  /** What a function returns is no table's; its arguments are looked through. */
  private call(node: Node, name: unknown): Relation {
    const { alias, name: _name, ...rest } = node;
    this.rest.push(rest);
    return this.add(alias, name === undefined ? [""] : pathOf(name, this.dialect), undefined);
  }

  private add(alias: unknown, path: readonly string[], table: readonly string[] | undefined): Relation {
    const own = isNode(alias) ? identifier(alias["name"], this.dialect) : (path[path.length - 1] ?? "");
    const renamed = list(field(alias, "columns")).length > 0;
    const added = relation(own, table && tableOfPath(table, this.dialect), renamed);
    this.relations.push(added);
    return added;
  }
}

const INNER = words(`Join Inner CrossJoin StraightJoin Left LeftOuter`);
const JOINS = new Set([...INNER, ...words(`Right RightOuter FullOuter CrossApply OuterApply`)]);
