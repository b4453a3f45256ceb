import type { SqlDialect } from "./analysis";
import { combiningOf } from "./combining";
import type { Functions } from "./functions";
import { namedOutputs } from "./outputs";
import { columnPath } from "./references";
import type { Column, Relation } from "./relations";
import { mentionedOnly, sameName } from "./relations";
import type { SelectItem } from "./select-list";
import type { Select } from "./select";
import { hasLimit } from "./select";
import type { Reach } from "./table-use";
import { field, list } from "./tree";

interface ReachContext {
  readonly dialect: SqlDialect;
  readonly functions: Functions;
}

/** How far a limited result reaches in its order; `undefined` where rows behind its last one may have a say. */
export function reachOf(
  select: Select,
  place: (relation: Relation) => number,
  context: ReachContext,
): Reach | undefined {
  const { tail, node } = select;
  const size = limitOf(tail);
  const distinct = node["distinct"] ?? null;
  if (size === undefined || (distinct !== null && distinct !== "Distinct")) return undefined;
  const [term] = list(field(field(tail["order_by"], "kind"), "Expressions"));
  const key = sortingBy(field(term, "expr"), select);
  const sorted = isRowByRow(select, context) ? baseColumn(key, select, context) : undefined;
  const output = outputOf(key, select, context.dialect);
  const limit = select.operand(size);
  if (!sorted || output === undefined || !limit || limit.negative || place(sorted.column.relation) < 0)
    return undefined;
  const descending = field(field(term, "options"), "asc") === false;
  const nullsFirst = areNullsFirst(field(field(term, "options"), "nulls_first"), descending, context.dialect);
  // Where a LEFT JOIN finds a row, NULLs go: at the end of the order nobody misses them.
  if (sorted.optional && nullsFirst) return undefined;
  const { relation, name } = sorted.column;
  const ordering = orderingOf(relation, select, context.dialect);
  return { use: place(relation), column: name, ordering, output, descending, nullsFirst, limit };
}

/** What a name alone stands for, if that is one item. */
function sortingBy(expression: unknown, select: Select): unknown {
  const [item, another] = select.itemsNamed(expression);
  return item?.plain && !another ? item.expression : expression;
}

/** NULL is above all values on PostgreSQL, and below them elsewhere. */
function areNullsFirst(said: unknown, descending: boolean, dialect: SqlDialect): boolean {
  if (typeof said === "boolean") return said;
  return dialect === "postgres" ? descending : !descending;
}

/** Of LIMIT alone: FETCH may take ties along, or a percentage. */
function limitOf(tail: Select["tail"]): unknown {
  const clause = tail["limit_clause"];
  if ((tail["fetch"] ?? null) !== null || list(field(field(clause, "LimitOffset"), "limit_by")).length > 0)
    return undefined;
  const limit =
    field(field(clause, "LimitOffset"), "limit") ?? field(field(clause, "OffsetCommaLimit"), "limit");
  return limit ?? undefined;
}

/** Whether OFFSET leaves out rows. */
export function isSkipping({ tail }: Select): boolean {
  const clause = tail["limit_clause"];
  return [field(field(clause, "LimitOffset"), "offset"), field(clause, "OffsetCommaLimit")].some(
    (each) => (each ?? null) !== null,
  );
}

/** Relations with a row of which each row of the result is made, while their others have no say in it. */
export function partsOfRows(select: Select, context: ReachContext): readonly Relation[] {
  const [only, another] = select.from.relations;
  if (!isRowByRow(select, context) || isSkipping(select) || !only) return [];
  const inner = another ? undefined : select.inner.get(only);
  if (inner) return isSubset(inner, context) ? joinedTo(inner) : [];
  return joinedTo(select);
}

/** Those in whose place there are never NULLs. */
function joinedTo(select: Select): readonly Relation[] {
  return select.from.relations.filter(
    (relation) => !isOptional(relation, select) || relation.equals.length > 0,
  );
}

/** Each row of it stands for itself: no aggregate, window or group looks at others. */
function isRowByRow({ node, tail, grouped, from }: Select, { functions, dialect }: ReachContext): boolean {
  const clauses = [node["having"], node["qualify"], node["top"]];
  if (clauses.some((clause) => (clause ?? null) !== null) || from.irregular || from.natural) return false;
  return !combiningOf({ ...node, distinct: null }, tail["order_by"], grouped, functions, dialect).combined;
}

interface SortedBy {
  readonly column: Column;
  /** NULLs may stand in its place. */
  readonly optional: boolean;
}

/** The column of a table by which rows are sorted, itself or as a query in FROM hands it on. */
function baseColumn(node: unknown, select: Select, context: ReachContext): SortedBy | undefined {
  const path = columnPath(node, context.dialect);
  // A name alone may be that of an item.
  if (path?.length !== 2) return undefined;
  const [qualifier = "", name = ""] = path;
  const column = select.column(node);
  if (column) return { column, optional: isOptional(column.relation, select) };
  const derived = select.derivedAs(qualifier);
  const inner =
    derived && isSubset(derived.select, context)
      ? handedOn(name, derived.select, context.dialect)
      : undefined;
  return derived && inner && { ...inner, optional: inner.optional || isOptional(derived.relation, select) };
}

function orderingOf(relation: Relation, select: Select, dialect: SqlDialect): ReadonlySet<string> {
  if (select.from.relations.includes(relation))
    return new Set(mentionedOnly(relation, "ordered", "selected"));
  const [[derived, inner] = []] = [...select.inner].filter(([, each]) =>
    each.from.relations.includes(relation),
  );
  if (!derived || !inner || derived.whole) return new Set();
  const sorts = new Set(mentionedOnly(derived, "ordered", "selected").map((name) => sameName(name, dialect)));
  const handed = (column: string): readonly SelectItem[] =>
    inner.items.filter(({ expression }) => {
      const found = inner.column(expression);
      return found?.relation === relation && found.name === column;
    });
  const isSorting = (column: string): boolean =>
    handed(column).every(
      ({ name }) => name !== undefined && (sorts.has(name) || !isAsked(derived, name, dialect)),
    );
  return new Set(mentionedOnly(relation, "selected").filter(isSorting));
}

function isAsked({ columns }: Relation, name: string, dialect: SqlDialect): boolean {
  return [...columns].some((column) => sameName(column, dialect) === name);
}

/** All rows that its FROM and WHERE give. */
function isSubset(select: Select, context: ReachContext): boolean {
  return (select.node["distinct"] ?? null) === null && !hasLimit(select.tail) && isRowByRow(select, context);
}

function handedOn(name: string, select: Select, dialect: SqlDialect): SortedBy | undefined {
  const wanted = sameName(name, dialect);
  const called = select.items.filter((item) => item.name === undefined || item.name === wanted);
  const [item, another] = called;
  if (!item?.plain || another || item.name !== wanted) return undefined;
  const column = select.column(item.expression);
  return column && { column, optional: isOptional(column.relation, select) };
}

/** A LEFT JOIN puts NULLs in its place where it finds none. */
function isOptional(relation: Relation, { from }: Select): boolean {
  return from.joins.some((join) => join.kind === "left" && join.relation === relation);
}

/** What the result calls a column that it shows. */
function outputOf(node: unknown, select: Select, dialect: SqlDialect): string | undefined {
  const wanted = JSON.stringify(columnPath(node, dialect));
  for (const [name, { expression }] of namedOutputs(select, dialect))
    if (JSON.stringify(columnPath(expression, dialect)) === wanted) return name;
  return undefined;
}
