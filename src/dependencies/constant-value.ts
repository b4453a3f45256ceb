import { canonical } from "../schema/canonical";
import type { ColumnFacts } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import type { Bindings, Constant } from "../sql/bindings";
import type { Value } from "./predicate";

/** What is needed to tell a constant of a statement in the form of a column's values. */
export interface ConstantContext {
  readonly bindings: Bindings;
  readonly parameters: readonly unknown[];
  readonly dialect: SqlDialect;
}

/** A constant as a value of the column: canonical, NULL, or not exactly known. */
export function valueOf(
  constant: Constant,
  negative: boolean,
  column: ColumnFacts | undefined,
  { parameters, dialect }: ConstantContext,
): Value {
  const value = plainValue(constant, parameters);
  if (value === null) return null;
  if (value === undefined || !column) return undefined;
  const signed = negative ? negated(value) : value;
  return signed === undefined ? undefined : canonical(column.type, dialect, signed);
}

/** `undefined` where it is not known; so is a parameter that is `undefined`, which drivers treat differently. */
export function plainValue(constant: Constant, parameters: readonly unknown[]): unknown {
  switch (constant.kind) {
    case "parameter":
      return parameters[constant.index];
    case "number":
      return /^\d{1,30}$/.test(constant.text) ? BigInt(constant.text) : undefined;
    case "string":
      return constant.text;
    case "null":
      return null;
    case "true":
      return true;
    case "false":
      return false;
    case "default":
    case "unknown":
      return undefined;
    default:
      return constant satisfies never;
  }
}

function negated(value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "number") return -value;
  return undefined;
}
