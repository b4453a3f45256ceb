import type { DatabaseName } from "../support/databases";
import type { Random } from "../unit/sql/random";
import { type Family, kindsOf, specOf } from "./family";
import { classOf, isLike, LABELS } from "./labels";
import type { StoredRow } from "./state";

export type Constant = number | string;
export type FilterColumn = "id" | "value" | "parentId" | "kind" | "label";

/** A condition of one table's rows, as plain data. */
export type Filter =
  | {
      readonly op: "=" | "<>" | "<" | "<=" | ">" | ">=";
      readonly column: FilterColumn;
      readonly value: Constant;
    }
  | { readonly op: "in"; readonly column: FilterColumn; readonly values: readonly Constant[] }
  | { readonly op: "between"; readonly column: FilterColumn; readonly low: number; readonly high: number }
  | { readonly op: "null"; readonly column: FilterColumn }
  | { readonly op: "like"; readonly pattern: string }
  /** `WHERE kind`, of a boolean. */
  | { readonly op: "true" }
  | { readonly op: "not"; readonly of: Filter }
  | { readonly op: "and" | "or"; readonly of: readonly Filter[] };

/** Where the numbers of writes begin that workers give to `value`. */
const THRESHOLDS = [0, 1_000_000, 2_000_000, 3_000_000];

const PATTERNS = ["a", "a%", "%a", "b%", "_"];

/** Mostly one that an index would serve; now and then of any form. */
export function drawFilter(random: Random, family: Family, table: string): Filter {
  const leaf = (): Filter => drawLeaf(random, family, table);
  const and = (): Filter => ({ op: "and", of: [leaf(), leaf()] });
  const form = random.next();
  if (form < 0.45) return leaf();
  if (form < 0.75) return and();
  if (form < 0.9)
    return { op: "or", of: [random.chance(0.5) ? and() : leaf(), random.chance(0.5) ? and() : leaf()] };
  return { op: "not", of: random.chance(0.5) ? and() : { op: "or", of: [leaf(), leaf()] } };
}

function drawLeaf(random: Random, family: Family, table: string): Filter {
  const spec = specOf(family, table);
  const id = (): number => 1 + random.below(family.ids);
  const kind = (): number => random.below(kindsOf(spec));
  const leaves: readonly (() => Filter)[] = [
    () => ({ op: "=", column: "id", value: id() }),
    () => ({ op: "in", column: "id", values: [id(), id()] }),
    () => ({ op: ">", column: "id", value: id() }),
    () => ({ op: "between", column: "id", low: id(), high: family.ids }),
    () => ({ op: "=", column: "parentId", value: id() }),
    () => ({ op: "=", column: "parentId", value: id() }),
    () => ({ op: "in", column: "parentId", values: [id(), id()] }),
    () => ({ op: "null", column: "parentId" }),
    () => ({ op: "=", column: "kind", value: kind() }),
    () => ({ op: "=", column: "kind", value: kind() }),
    () => ({ op: "null", column: "kind" }),
    () => ({ op: "not", of: { op: "null", column: "kind" } }),
    () => ({ op: "=", column: "label", value: random.pick(LABELS) }),
    () => ({ op: "=", column: "label", value: random.pick(LABELS) }),
    () => ({ op: "in", column: "label", values: [random.pick(LABELS), random.pick(LABELS)] }),
    () => ({ op: "<>", column: "label", value: random.pick(LABELS) }),
    () => ({ op: "like", pattern: random.pick(PATTERNS) }),
    () => ({ op: random.pick([">", "<="] as const), column: "value", value: random.pick(THRESHOLDS) }),
    () => ({ op: "between", column: "value", low: 1, high: random.pick(THRESHOLDS) }),
    () =>
      spec.kind === "boolean"
        ? { op: "true" }
        : { op: random.pick(["<>", "<", ">="] as const), column: "kind", value: 1 },
    () => ({ op: "not", of: drawLeaf(random, family, table) }),
  ];
  return random.pick(leaves)();
}

/** What the database says of a row: true, false, or `null` for its UNKNOWN. */
export function holds(filter: Filter, row: StoredRow, database: DatabaseName): boolean | null {
  const of = (inner: Filter): boolean | null => holds(inner, row, database);
  switch (filter.op) {
    case "not":
      return negated(of(filter.of));
    case "and":
      return all(filter.of.map(of));
    case "or":
      return negated(all(filter.of.map(of).map(negated)));
    case "null":
      return valueOf(row, filter.column, database) === null;
    case "true":
      return row[5] === null ? null : row[5] !== 0;
    case "like":
      return isLike(database, row[4], filter.pattern);
    case "in":
      return known(valueOf(row, filter.column, database), (value) =>
        filter.values.some((each) => comparable(each, filter.column, database) === value),
      );
    case "between":
      return known(
        valueOf(row, filter.column, database),
        (value) => compares(">=", value, filter.low) && compares("<=", value, filter.high),
      );
    default:
      return known(valueOf(row, filter.column, database), (value) =>
        compares(filter.op, value, comparable(filter.value, filter.column, database)),
      );
  }
}

function compares(op: "=" | "<>" | "<" | "<=" | ">" | ">=", a: Constant, b: Constant): boolean {
  switch (op) {
    case "=":
      return a === b;
    case "<>":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      return op satisfies never;
  }
}

function valueOf(row: StoredRow, column: FilterColumn, database: DatabaseName): Constant | null {
  const [id, value, parentId, , label, kind] = row;
  return { id, value, parentId, kind, label: classOf(database, label) }[column];
}

function comparable(constant: Constant, column: FilterColumn, database: DatabaseName): Constant {
  return column === "label" ? classOf(database, String(constant)) : constant;
}

function known(value: Constant | null, test: (value: Constant) => boolean): boolean | null {
  return value === null ? null : test(value);
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function all(values: readonly (boolean | null)[]): boolean | null {
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}
