import type { SqlDialect } from "./analysis";
import { assignmentsOf, namesAreDistinct } from "./assignments";
import { columnsOf } from "./column-names";
import { tableOfPath } from "./identifiers";
import type { SlotOf } from "./assigned";
import { assignedOf } from "./assigned";
import type { Assigned, RowWrite } from "./row-write";
import type { Node } from "./tree";
import { field, isNode, list, pathOf } from "./tree";

type Insert = Omit<Extract<RowWrite, { readonly kind: "insert" }>, "returning">;
type Rows = Pick<Insert, "columns" | "rows">;

/** INSERT and REPLACE; `ignoring`: MySQL's INSERT IGNORE, which changes values so that they fit. */
export function insertOf(
  node: Node,
  ignoring: boolean,
  slotOf: SlotOf,
  dialect: SqlDialect,
): Insert | undefined {
  const path = field(node["table"], "TableName");
  const conflict = conflictOf(node, ignoring, slotOf, dialect);
  const given =
    list(node["assignments"]).length > 0 ? settingRow(node, slotOf, dialect) : rowsOf(node, slotOf, dialect);
  if (path === undefined || conflict === undefined || given === undefined) return undefined;
  const table = tableOfPath(pathOf(path, dialect), dialect);
  // SQLite's REPLACE puts the default in the place of a NULL that the column refuses.
  const certain = !ignoring && !(dialect === "sqlite" && conflict.conflict === "replace");
  const rows = certain ? given.rows : given.rows?.map((row) => row.map((): Assigned => "unknown"));
  return { kind: "insert", table, columns: given.columns, rows, ...conflict };
}

/** MySQL's INSERT … SET. */
function settingRow(node: Node, slotOf: SlotOf, dialect: SqlDialect): Rows | undefined {
  const assignments = assignmentsOf(node["assignments"], slotOf, dialect);
  return assignments && { columns: [...assignments.values.keys()], rows: [[...assignments.values.values()]] };
}

function rowsOf(node: Node, slotOf: SlotOf, dialect: SqlDialect): Rows | undefined {
  const named = columnsOf(node["columns"], dialect);
  if (named === undefined || !namesAreDistinct(named)) return undefined;
  const columns = named.length > 0 ? named : undefined;
  const source = node["source"];
  // DEFAULT VALUES: one row, no column of which is given.
  if (!isNode(source)) return columns === undefined ? { columns: [], rows: [[]] } : undefined;
  const values = field(field(source, "body"), "Values");
  if (values === undefined) return { columns, rows: undefined };
  const rows = list(field(values, "rows")).map((row) =>
    list(field(row, "content")).map((value) => assignedOf(value, slotOf, dialect)),
  );
  if (columns === undefined && rows.every((row) => row.length === 0)) return { columns: [], rows };
  // A row of another length is one whose repeated values the shape has dropped.
  const complete = rows.length > 0 && rows.every((row) => row.length === columns?.length);
  return { columns, rows: complete ? rows : undefined };
}

type Conflict = Pick<Insert, "conflict" | "target" | "updated">;

const FAIL: Conflict = { conflict: "fail", target: undefined, updated: [] };

function conflictOf(
  node: Node,
  ignoring: boolean,
  slotOf: SlotOf,
  dialect: SqlDialect,
): Conflict | undefined {
  const replaces = node["replace_into"] === true || node["or"] === "Replace";
  const ignores = ignoring || node["ignore"] === true || node["or"] === "Ignore";
  const clause = node["on"];
  if (!isNode(clause)) return { ...FAIL, conflict: replaces ? "replace" : ignores ? "ignore" : "fail" };
  const onDuplicate = clause["DuplicateKeyUpdate"];
  const onConflict = clause["OnConflict"];
  // With both, a row may be updated and others be deleted.
  if (replaces) return undefined;
  if (onDuplicate !== undefined) return updating(onDuplicate, undefined, slotOf, dialect);
  const named = field(field(onConflict, "conflict_target"), "Columns");
  const target = named === undefined ? undefined : columnsOf(named, dialect);
  const action = field(onConflict, "action");
  if (action === "DoNothing") return { conflict: "ignore", target, updated: [] };
  return updating(field(field(action, "DoUpdate"), "assignments"), target, slotOf, dialect);
}

function updating(
  set: unknown,
  target: readonly string[] | undefined,
  slotOf: SlotOf,
  dialect: SqlDialect,
): Conflict | undefined {
  const assignments = assignmentsOf(set, slotOf, dialect);
  if (assignments === undefined || assignments.values.size === 0) return undefined;
  return { conflict: "update", target, updated: [...assignments.values.keys()] };
}
