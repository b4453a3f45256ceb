import type { SqlDialect } from "./analysis";
import { columnPath, isStringName } from "./references";
import { sameName } from "./relations";
import { field, identifier, isNode } from "./tree";

/** One item of a select list. */
export interface SelectItem {
  readonly node: unknown;
  readonly expression: unknown;
  /** What AS says. */
  readonly alias: unknown;
  /** The alias as names are compared; `undefined` if there is none or it is spelled like a string. */
  readonly name: string | undefined;
  readonly plain: boolean;
}

export function selectItem(node: unknown, dialect: SqlDialect): SelectItem {
  const aliased = field(node, "ExprWithAlias");
  const alias = field(aliased, "alias");
  const expression = field(node, "UnnamedExpr") ?? field(aliased, "expr");
  const known = isNode(alias) && !isStringName(alias, dialect);
  return {
    node,
    expression: expression ?? node,
    alias,
    name: known ? sameName(identifier(alias, dialect), dialect) : undefined,
    plain: columnPath(expression, dialect) !== undefined,
  };
}
