import { type Family, kidsOf, kindsOf, parentOf, specOf } from "../../consistency/family";
import { type Filter, holds } from "../../consistency/filter";
import { drawRead } from "../../consistency/reads";
import type { Read } from "../../consistency/reads/read";
import { rowsOf, type State, type StoredRow } from "../../consistency/state";
import type { Random } from "../../unit/sql/random";

/** A read whose rows can be told apart from all others, and which rows those are. */
export interface Question {
  readonly read: Read;
  /** Whether the answer depends on such a row of a table, given the rows that there are. */
  reliesOn(table: string, row: StoredRow, state: State): boolean;
  /** Columns of the read's own table that it looks at; absent: all. */
  readonly looksAt?: ReadonlySet<string>;
}

/** Labels that every database takes for equal only if they are known to be. */
export const PLAIN_LABELS = ["a", "b", "c"] as const;

const KINDS = ["where", "countWhere", "existsWhere", "totalWhere", "raw", "partial", "pageWhere"];
const JOINS = ["parentsWhere", "kidsOfOne"];

export function drawQuestion(random: Random, family: Family): Question {
  const drawn = drawRead(random, family, random.chance(0.3) ? JOINS : KINDS);
  const read: Read = { ...drawn, filter: drawPromised(random, family, drawn.table) };
  const own = (table: string, row: StoredRow): boolean =>
    table === read.table && holds(read.filter, row, family.database) === true;
  switch (read.kind) {
    case "parentsWhere":
      return {
        read: { ...read, style: "find" },
        reliesOn: (...row) => own(row[0], row[1]) || isParent(read, family, ...row),
      };
    case "kidsOfOne":
      return { read, reliesOn: (table, row) => isOne(read, table, row) || isKid(read, family, table, row) };
    default: {
      const columns = looksAt(read);
      return columns ? { read, reliesOn: own, looksAt: columns } : { read, reliesOn: own };
    }
  }
}

function isParent(
  { table, filter }: Read,
  family: Family,
  of: string,
  [id]: StoredRow,
  state: State,
): boolean {
  const shown = rowsOf(state, table).filter((row) => holds(filter, row, family.database) === true);
  return of === parentOf(family, table)?.name && shown.some(([, , parentId]) => parentId === id);
}

function isOne({ table, id }: Read, of: string, row: StoredRow): boolean {
  return of === table && row[0] === id;
}

function isKid({ table, id }: Read, family: Family, of: string, [, , parentId]: StoredRow): boolean {
  return of === kidsOf(family, table)?.name && parentId === id;
}

function looksAt({ kind, filter, columns }: Read): ReadonlySet<string> | undefined {
  const asked = columnsOf(filter);
  switch (kind) {
    case "countWhere":
    case "existsWhere":
      return new Set(["id", ...asked]);
    case "totalWhere":
      return new Set(["value", ...asked]);
    case "raw":
    case "partial":
      return new Set(["id", ...columns, ...asked]);
    default:
      return undefined;
  }
}

function columnsOf(filter: Filter): readonly string[] {
  switch (filter.op) {
    case "and":
    case "or":
      return filter.of.flatMap(columnsOf);
    case "not":
      return columnsOf(filter.of);
    case "like":
      return ["label"];
    case "true":
      return ["kind"];
    default:
      return [filter.column];
  }
}

/** Equalities, lists, NULLs and ranges of integers: each column is asked once. */
function drawPromised(random: Random, family: Family, table: string): Filter {
  const [first, second] = [drawLeaf(random, family, table), drawLeaf(random, family, table)];
  if (random.chance(0.4) || columnsOf(first)[0] === columnsOf(second)[0]) return first;
  return { op: "and", of: [first, second] };
}

function drawLeaf(random: Random, family: Family, table: string): Filter {
  const id = (): number => 1 + random.below(family.ids);
  const kind = (): number => random.below(kindsOf(specOf(family, table)));
  const label = (): string => random.pick(PLAIN_LABELS);
  const leaves: readonly (() => Filter)[] = [
    () => ({ op: "=", column: "id", value: id() }),
    () => ({ op: "in", column: "id", values: [id(), id()] }),
    () => ({ op: ">", column: "id", value: id() }),
    () => ({ op: "between", column: "id", low: id(), high: family.ids }),
    () => ({ op: "=", column: "parentId", value: id() }),
    () => ({ op: "in", column: "parentId", values: [id(), id()] }),
    () => ({ op: "null", column: "parentId" }),
    () => ({ op: "=", column: "kind", value: kind() }),
    () => ({ op: "null", column: "kind" }),
    () => ({ op: "not", of: { op: "null", column: "kind" } }),
    () => ({ op: "=", column: "label", value: label() }),
    () => ({ op: "in", column: "label", values: [label(), label()] }),
    () => ({ op: random.pick([">", "<="] as const), column: "value", value: random.pick([1, 2]) }),
  ];
  return random.pick(leaves)();
}
