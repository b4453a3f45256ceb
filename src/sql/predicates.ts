import { type Comparing, comparisonOf, MIRRORED, OPPOSITE } from "./comparison";
import type { Condition, Operand } from "./condition";
import type { Asking, Literals } from "./dnf";
import { allOf, ANYTHING, oneOf } from "./dnf";
import { isWellGrouped } from "./grouping";
import type { Column } from "./relations";
import { field, isNode, list } from "./tree";

/** What names and constants mean where a predicate stands. */
export interface PredicateContext {
  /** The column of a relation whose rows the predicate filters. */
  readonly column: (node: unknown) => Column | undefined;
  /** A constant, maybe with a minus before it. */
  readonly operand: (node: unknown) => Operand | undefined;
  /** A column alone is true for one value only: not where any number but 0 is true. */
  readonly booleans: boolean;
  /** LIKE and BETWEEN in the tree stand for themselves and not for what was rewritten. */
  readonly like: boolean;
  readonly between: boolean;
}

/** What must hold for a predicate to be true, or false; less than it asks, never more. */
export class Predicates {
  constructor(private readonly context: PredicateContext) {}

  whenTrue(node: unknown): Literals {
    return this.when(node, true);
  }

  /** What it asks of one column, if that is all that it asks, to the letter. */
  told(node: unknown): readonly Asking[] {
    const [kind = ""] = isNode(node) ? Object.keys(node) : [];
    if (kind === "Nested") return this.told(field(node, kind));
    const [all, another] = LEAVES.has(kind) ? this.whenTrue(node) : [];
    return all && !another && all.every((each) => each.kind === "asks") ? all : [];
  }

  private when(node: unknown, truth: boolean): Literals {
    const [kind = "", part] = isNode(node) ? (Object.entries(node)[0] ?? []) : [];
    switch (kind) {
      case "Nested":
        return this.when(part, truth);
      case "UnaryOp":
        return this.not(field(part, "op"), field(part, "expr"), truth);
      case "BinaryOp":
        return this.binary(field(part, "left"), field(part, "op"), field(part, "right"), truth);
      case "InList":
        return (field(part, "negated") === true) === !truth ? this.inList(part) : ANYTHING;
      case "Between":
        return this.between(part, (field(part, "negated") === true) === truth);
      case "Like":
        return truth ? this.like(part) : ANYTHING;
      default:
        return this.test(kind, part, truth) ?? this.truth(node, truth);
    }
  }

  /** Under MySQL's HIGH_NOT_PRECEDENCE `NOT a = 1` is `(NOT a) = 1`. */
  private not(op: unknown, inner: unknown, truth: boolean): Literals {
    const isClear = this.context.booleans || field(inner, "Nested") !== undefined;
    return op === "Not" && (isClear || this.context.column(inner) !== undefined)
      ? this.when(inner, !truth)
      : ANYTHING;
  }

  private binary(left: unknown, op: unknown, right: unknown, truth: boolean): Literals {
    if (op === "And" || op === "Or") {
      const parts = [this.when(left, truth), this.when(right, truth)];
      return (op === "And") === truth ? allOf(parts) : oneOf(parts);
    }
    const straight = comparisonOf(op);
    if (straight === undefined) return ANYTHING;
    const comparison = truth ? straight : OPPOSITE[straight];
    const [one, other] = [this.context.column(bared(left)), this.context.column(bared(right))];
    if (one !== undefined && other !== undefined)
      return comparison === "=" ? [[{ kind: "equal", left: one, right: other }]] : ANYTHING;
    return one === undefined
      ? this.compare(right, MIRRORED[comparison], left)
      : this.compare(left, comparison, right);
  }

  private compare(column: unknown, comparison: Comparing, constant: unknown): Literals {
    const operand = this.context.operand(constant);
    if (operand === undefined) return ANYTHING;
    return this.asks(column, (name) =>
      comparison === "="
        ? { kind: "in", column: name, operands: [operand] }
        : { kind: "compare", column: name, op: comparison, operand },
    );
  }

  private inList(part: unknown): Literals {
    const operands: Operand[] = [];
    for (const item of list(field(part, "list"))) {
      const operand = this.context.operand(item);
      if (operand === undefined) return ANYTHING;
      operands.push(operand);
    }
    if (operands.length === 0) return ANYTHING;
    return this.asks(field(part, "expr"), (column) => ({ kind: "in", column, operands }));
  }

  private between(part: unknown, outside: boolean): Literals {
    if (!this.context.between) return ANYTHING;
    const column = field(part, "expr");
    const bounds = [
      this.compare(column, outside ? "<" : ">=", field(part, "low")),
      this.compare(column, outside ? ">" : "<=", field(part, "high")),
    ];
    if (outside) return oneOf(bounds);
    // Half of it would hide what the other bound looks at.
    return bounds.includes(ANYTHING) ? ANYTHING : allOf(bounds);
  }

  private like(part: unknown): Literals {
    const escaped = (field(part, "escape_char") ?? null) !== null;
    if (!this.context.like || escaped || field(part, "negated") === true || field(part, "any") === true)
      return ANYTHING;
    const operand = this.context.operand(field(part, "pattern"));
    if (operand === undefined) return ANYTHING;
    return this.asks(field(part, "expr"), (column) => ({ kind: "like", column, operand }));
  }

  /** IS NULL, IS TRUE and their like, which are never unknown themselves. */
  private test(kind: string, of: unknown, truth: boolean): Literals | undefined {
    const test = TESTS.get(kind);
    if (test === undefined) return undefined;
    const [value, inverted] = test;
    const holds = inverted !== truth;
    const isNull = this.asks(of, (column) => ({ kind: "null", column, negated: value === null && !holds }));
    if (value === null) return isNull;
    return holds ? this.when(of, value) : oneOf([this.truth(of, !value), isNull]);
  }

  private truth(node: unknown, value: boolean): Literals {
    return this.asks(node, (column) =>
      value && !this.context.booleans
        ? { kind: "null", column, negated: true }
        : { kind: "is", column, value },
    );
  }

  private asks(node: unknown, condition: (column: string) => Condition): Literals {
    const column = this.context.column(bared(node));
    if (column === undefined) return ANYTHING;
    return [[{ kind: "asks", of: column.relation, condition: condition(column.name) }]];
  }
}

/** Of these, `whenTrue` says all or nothing. */
const LEAVES: ReadonlySet<string> = new Set(["BinaryOp", "InList", "Between", "Like", "IsNull", "IsNotNull"]);

/** What is tested for, and whether its absence is. */
const TESTS: ReadonlyMap<string, readonly [value: boolean | null, inverted: boolean]> = new Map([
  ["IsNull", [null, false]],
  ["IsNotNull", [null, true]],
  ["IsUnknown", [null, false]],
  ["IsNotUnknown", [null, true]],
  ["IsTrue", [true, false]],
  ["IsNotTrue", [true, true]],
  ["IsFalse", [false, false]],
  ["IsNotFalse", [false, true]],
]);

/** The conjuncts of an expression; none where the parser has not bound its operators as the database does. */
export function conjuncts(expression: unknown): readonly unknown[] {
  return isWellGrouped(expression) ? conjunctsIn(expression) : [];
}

function conjunctsIn(node: unknown): readonly unknown[] {
  const nested = field(node, "Nested");
  if (nested !== undefined) return conjunctsIn(nested);
  const operation = field(node, "BinaryOp");
  if (field(operation, "op") !== "And") return [node];
  return [...conjunctsIn(field(operation, "left")), ...conjunctsIn(field(operation, "right"))];
}

function bared(node: unknown): unknown {
  const nested = field(node, "Nested");
  return nested === undefined ? node : bared(nested);
}
