import { canonical } from "../schema/canonical";
import type { ColumnFacts } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import type { Bindings, Constant } from "../sql/bindings";
import type { ColumnOfTable } from "../sql/condition";
import { covers } from "../sql/constants";
import type { Value } from "./predicate";

/** What is needed to tell a constant of a statement in the form of a column's values. */
export interface ConstantContext {
  readonly bindings: Bindings;
  readonly parameters: readonly unknown[];
  readonly dialect: SqlDialect;
  /** Of any table that the statement names. */
  readonly columnOf?: (column: ColumnOfTable) => ColumnFacts | undefined;
}

/** A constant as a value of the column: canonical, NULL, or not exactly known. */
export function valueOf(
  constant: Constant,
  negative: boolean,
  column: ColumnFacts | undefined,
  { bindings, parameters, dialect }: ConstantContext,
): Value {
  const value = plainValue(constant, parameters);
  if (value === null) return null;
  if (value === undefined || !column) return undefined;
  if (dialect === "postgres" && isTypedElsewhere(constant, value, column, bindings)) return undefined;
  const signed = negative ? negated(value) : value;
  return signed === undefined ? undefined : canonical(column.type, dialect, signed);
}

/** Rounded by no type of PostgreSQL's. */
const NEVER_ROUNDED = 2 ** 24;

/**
 * PostgreSQL gives a `$1` that stands twice the type of its first place, and compares as that type does in the second:
 * `bpchar` pads texts, `citext` folds them, `real` rounds numbers.
 */
function isTypedElsewhere(
  constant: Constant,
  value: unknown,
  { type }: ColumnFacts,
  bindings: Bindings,
): boolean {
  if (constant.kind !== "parameter" || !isRepeated(constant.index, bindings)) return false;
  if (type.kind === "integer") return !(Math.abs(Number(value)) < NEVER_ROUNDED);
  return type.kind === "text" || type.kind === "enum";
}

const repeatedParameters = new WeakMap<Bindings, ReadonlySet<number>>();

function isRepeated(index: number, bindings: Bindings): boolean {
  const known = repeatedParameters.get(bindings) ?? new Set(twice(bindings));
  repeatedParameters.set(bindings, known);
  return known.has(index);
}

function twice({ constants, repeats }: Bindings): readonly number[] {
  const all = [...constants, ...repeats.flatMap((repeat) => repeat.constants)];
  const indexes = all.flatMap((each) => (each.kind === "parameter" ? [each.index] : []));
  return indexes.filter((index, at) => indexes.indexOf(index) !== at);
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

/** Of one of several a predicate could not say which. */
export function onlyConstant(slot: number, { bindings }: ConstantContext): Constant | undefined {
  return bindings.repeats.some((repeat) => covers(repeat, slot)) ? undefined : bindings.constants[slot];
}
