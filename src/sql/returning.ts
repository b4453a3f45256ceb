import type { SqlDialect } from "./analysis";
import type { Target } from "./column-names";
import { aliasOf, columnOf, qualifies } from "./column-names";
import { tableOfPath } from "./identifiers";
import type { Node } from "./tree";
import { field, isList, isNode, list, pathOf, UnknownNode } from "./tree";

/** Columns of the written table by the names under which RETURNING gives them back; `"all"`: each under its own. */
export type Returned = ReadonlyMap<string, string> | "all";

/** What RETURNING gives back of the rows of a statement that writes one table. */
export function returningOf(tree: unknown, dialect: SqlDialect): Returned | undefined {
  try {
    const [node] = isNode(tree) ? Object.values(tree) : [];
    const items = list(field(node, "returning"));
    const target = isNode(node) && items.length > 0 ? targetOf(node, dialect) : undefined;
    return target === undefined ? undefined : returned(items, target, dialect);
  } catch (error) {
    if (error instanceof UnknownNode) return undefined;
    throw error;
  }
}

function returned(items: readonly unknown[], target: Target, dialect: SqlDialect): Returned | undefined {
  const wild = items.filter((item) => field(item, "Wildcard") ?? field(item, "QualifiedWildcard"));
  // An expression may have the name of a column, and then hides it.
  if (wild.length > 0) return items.length === 1 && isAll(items[0], target, dialect) ? "all" : undefined;
  const outputs = new Map<string, string>();
  const seen = new Set<string>();
  for (const item of items) {
    const output = outputOf(item, dialect);
    if (output === undefined) return undefined;
    const column = columnOf(output.expression, target, dialect);
    if (column !== undefined && !seen.has(output.name)) outputs.set(output.name, column);
    else outputs.delete(output.name);
    seen.add(output.name);
  }
  return outputs.size > 0 ? outputs : undefined;
}

function isAll(item: unknown, target: Target, dialect: SqlDialect): boolean {
  const qualified = field(item, "QualifiedWildcard");
  if (qualified === undefined) return target.alone;
  const name = field(list(qualified)[0], "ObjectName");
  return name !== undefined && qualifies(pathOf(name, dialect), target);
}

interface Output {
  readonly name: string;
  readonly expression: unknown;
}

/** `undefined`: under a name that only the database knows, which may be that of another output. */
function outputOf(item: unknown, dialect: SqlDialect): Output | undefined {
  const aliased = field(item, "ExprWithAlias");
  const expression = field(aliased, "expr") ?? field(item, "UnnamedExpr");
  const path = field(expression, "CompoundIdentifier");
  const spelled =
    field(aliased, "alias") ?? field(expression, "Identifier") ?? (isList(path) ? path.at(-1) : undefined);
  return isNode(spelled) ? { name: outputName(spelled, dialect), expression } : undefined;
}

/** Results have their names as they are spelled; only PostgreSQL folds those without quotes. */
function outputName(name: Node, dialect: SqlDialect): string {
  const { value, quote_style: quote } = name;
  if (typeof value !== "string") throw new UnknownNode("name");
  return dialect === "postgres" && (quote ?? null) === null
    ? (pathOf([{ Identifier: name }], dialect)[0] ?? value)
    : value;
}

function targetOf(node: Node, dialect: SqlDialect): Target | undefined {
  const inserted = field(node["table"], "TableName");
  if (inserted !== undefined) return target(inserted, node["table_alias"], true, dialect);
  const sources = list(field(node["from"], "WithFromKeyword") ?? field(node["from"], "WithoutKeyword"));
  const updates = field(node["table"], "relation") !== undefined;
  const source = updates ? node["table"] : sources[0];
  const table = field(field(source, "relation"), "Table");
  const joins = list(field(source, "joins")).length > 0 || list(node["tables"]).length > 0;
  if (table === undefined || joins || sources.length > 1) return undefined;
  const alone = updates ? !isNode(node["from"]) : !isList(node["using"]);
  return target(field(table, "name"), field(table, "alias"), alone, dialect);
}

function target(path: unknown, alias: unknown, alone: boolean, dialect: SqlDialect): Target {
  return { table: tableOfPath(pathOf(path, dialect), dialect), alias: aliasOf(alias, dialect), alone };
}
