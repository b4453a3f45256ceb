import type { SqlDialect } from "../sql/analysis";
import type { Comparison } from "../sql/condition";
import { like } from "../schema/like";
import { compare } from "../schema/order";
import type { ValueType } from "../schema/column";
import { isSpelledOneWay } from "./spelling";

/** A condition with a constant in its canonical form, as schemes carry it. */
export type Predicate =
  | readonly [column: string, op: "null" | "not null"]
  | readonly [column: string, op: Comparison | "like", value: string];

/** Whether it has no constant. */
export function isSimple([, op]: Predicate): boolean {
  return op === "null" || op === "not null";
}

/** A column's value in a row: canonical, NULL, or not exactly known. */
export type Value = string | null | undefined;

/**
 * Whether a row with this value, or one that equals it, satisfies it, as the database would say; `undefined`: not known.
 */
export function satisfies(
  predicate: Predicate,
  value: Value,
  type: ValueType | undefined,
  dialect: SqlDialect,
): boolean | undefined {
  if (value === undefined) return undefined;
  if (predicate[1] === "null") return value === null;
  if (predicate[1] === "not null") return value !== null;
  if (value === null) return false;
  if (!type) return undefined;
  const [, op, constant] = predicate as readonly [string, Comparison | "like", string];
  if (op === "like") return isSpelledOneWay(type) ? like(type, dialect, value, constant) : undefined;
  const order = compare(type, dialect, value, constant);
  return order === undefined ? undefined : holds(op, order);
}

function holds(op: Comparison, order: number): boolean {
  switch (op) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<>":
      return order !== 0;
    default:
      return op satisfies never;
  }
}
