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
 */
export function scopeCtes(
  query: Node,
  outer: Scope,
  dialect: SqlDialect,
): { readonly ctes: readonly CteInScope[]; readonly body: Scope } {
  const clause = query["with"];
  const nodes = list(field(clause, "cte_tables"));
  const names = nodes.map((cte) => identifier(field(field(cte, "alias"), "name"), dialect));
  const recursive = field(clause, "recursive") === true;
  const ctes = nodes.map((cte, at) => ({
    query: field(cte, "query"),
    scope: new Set([...outer, ...names.slice(0, visible(at, names.length, recursive, dialect))]),
  }));
  return { ctes, body: new Set([...outer, ...names]) };
}

function visible(at: number, all: number, recursive: boolean, dialect: SqlDialect): number {
  if (dialect === "sqlite" || (recursive && dialect === "postgres")) return all;
  return recursive ? at + 1 : at;
}
