import type { SqlDialect } from "./analysis";
import type { Node } from "./tree";
import { field, identifier, list } from "./tree";

/** Names of common table expressions in sight: a table reference of such a name is no table. */
export type Scope = ReadonlySet<string>;

export interface CteInScope {
  readonly query: unknown;
  /** What the expression's own query sees. */
  readonly scope: Scope;
}

/**
 * Which expressions of a WITH clause see which. PostgreSQL's RECURSIVE lets each see all, MySQL's itself
 * and those before it; without RECURSIVE each sees those before it. SQLite lets each see all in any case.
 * (MariaDB allows mutual recursion: there a later expression is taken for a table, which is only careful.)
 * What encloses the query of such a WITH is out of its expressions' sight on MariaDB, where a table of the name is
 * meant: `WITH t AS (…) SELECT … FROM (WITH c AS (SELECT … FROM t) SELECT … FROM c) AS x` reads the table t. MySQL takes
 * t for the expression, whose own tables are found in any case.
 */
export function scopeCtes(
  query: Node,
  outer: Scope,
  dialect: SqlDialect,
): { readonly ctes: readonly CteInScope[]; readonly body: Scope } {
  const clause = query["with"];
  const nodes = list(field(clause, "cte_tables"));
  const names = nodes.map((cte) => identifier(field(field(cte, "alias"), "name"), dialect));
  const enclosing = dialect === "mysql" ? [] : outer;
  const recursive = field(clause, "recursive") === true;
  const ctes = nodes.map((cte, at) => ({
    query: field(cte, "query"),
    scope: new Set([...enclosing, ...names.slice(0, visible(at, names.length, recursive, dialect))]),
  }));
  return { ctes, body: new Set([...outer, ...names]) };
}

function visible(at: number, all: number, recursive: boolean, dialect: SqlDialect): number {
  if (dialect === "sqlite" || (recursive && dialect === "postgres")) return all;
  return recursive ? at + 1 : at;
}
