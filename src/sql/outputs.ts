import type { SqlDialect } from "./analysis";
import { columnPath } from "./references";
import type { Relation } from "./relations";
import type { Select } from "./select";
import type { SelectItem } from "./select-list";
import type { OutputColumn } from "./table-use";
import { field } from "./tree";

/** The plain columns of a SELECT by the names that the result gives them. */
export function outputsOf(
  select: Select,
  place: (relation: Relation) => number,
  dialect: SqlDialect,
): ReadonlyMap<string, OutputColumn> {
  const outputs = new Map<string, OutputColumn>();
  for (const [name, { expression }] of namedOutputs(select, dialect)) {
    const column = select.column(expression);
    if (column) outputs.set(name, { use: place(column.relation), column: column.name });
  }
  return outputs;
}

/** The items of a select list by the names that the result gives them; no name that stands twice. */
export function namedOutputs({ items }: Select, dialect: SqlDialect): ReadonlyMap<string, SelectItem> {
  const names = items.map((item) => nameOf(item, dialect));
  // Another column may have any of the names.
  if (names.some((name) => name === undefined)) return new Map();
  const named = items.map((item, at) => [names[at] as string, item] as const);
  return new Map(named.filter(([name]) => names.indexOf(name) === names.lastIndexOf(name)));
}

/** What the result calls an item; `undefined` if only the database knows. */
function nameOf({ alias, name, expression, plain }: SelectItem, dialect: SqlDialect): string | undefined {
  const path = plain ? columnPath(expression, dialect) : undefined;
  const identifier =
    alias ?? last(field(expression, "CompoundIdentifier")) ?? field(expression, "Identifier");
  const spelled = field(identifier, "value");
  if ((alias !== undefined && name === undefined) || (alias === undefined && path === undefined))
    return undefined;
  const result = dialect === "postgres" ? (name ?? path?.[path.length - 1]) : spelled;
  // PostgreSQL cuts longer ones.
  const cut = dialect === "postgres" && Buffer.byteLength(String(result)) > 63;
  return typeof result === "string" && !cut ? result : undefined;
}

function last(value: unknown): unknown {
  return Array.isArray(value) ? value[value.length - 1] : undefined;
}
