import type { SqlDialect } from "./analysis";
import type { Target } from "./column-names";
import { columnOf } from "./column-names";
import { type Comparing, comparisonOf, MIRRORED, OPPOSITE } from "./comparison";
import type { Comparison, Condition, Conjunction, Dnf, Operand } from "./condition";
import { isWellGrouped } from "./grouping";
import type { SlotOf } from "./assigned";
import { operandOf } from "./assigned";
import { field, isNode, list } from "./tree";

/** Nothing is asked. */
export const EVERYTHING: Dnf = [[]];

const MOST_CONJUNCTIONS = 8;
const MOST_CONDITIONS = 12;

/**
 * What a WHERE asks of the target's own columns, as far as it compares them with constants: rows that it lets through
 * satisfy the answer, but not the other way round. An expression that is no such condition asks nothing.
 */
export function conditionsIn(where: unknown, target: Target, slotOf: SlotOf, dialect: SqlDialect): Dnf {
  if (!isNode(where) || !isWellGrouped(where)) return EVERYTHING;
  return new Reader(target, slotOf, dialect).read(where, false);
}

class Reader {
  constructor(
    private readonly target: Target,
    private readonly slotOf: SlotOf,
    private readonly dialect: SqlDialect,
  ) {}

  /** When the expression is true; `negated`: when it is false, which is not whenever it is not true. */
  read(expression: unknown, negated: boolean): Dnf {
    const column = this.column(expression);
    if (column !== undefined) return [[this.truth(column, !negated)]];
    if (!isNode(expression)) return EVERYTHING;
    const [[kind = "", value] = []] = Object.entries(expression);
    switch (kind) {
      case "Nested":
        return this.read(value, negated);
      case "UnaryOp":
        return this.not(value, negated);
      case "BinaryOp":
        return this.binary(value, negated);
      case "InList":
        return this.inList(value, negated);
      case "Between":
        return this.between(value, negated);
      case "Like":
        return this.like(value, negated);
      default:
        return this.test(kind, value, negated);
    }
  }

  private not(unary: unknown, negated: boolean): Dnf {
    const inner = field(unary, "expr");
    if (field(unary, "op") !== "Not") return EVERYTHING;
    // Under MySQL's HIGH_NOT_PRECEDENCE `NOT a = 1` is `(NOT a) = 1`.
    const clear = field(inner, "Nested") !== undefined || this.column(inner) !== undefined;
    return clear || this.dialect !== "mysql" ? this.read(inner, !negated) : EVERYTHING;
  }

  private binary(binary: unknown, negated: boolean): Dnf {
    const left = field(binary, "left");
    const right = field(binary, "right");
    const op = field(binary, "op");
    if (op === "And" || op === "Or") {
      const parts = [this.read(left, negated), this.read(right, negated)] as const;
      return (op === "And") === negated ? either(...parts) : both(...parts);
    }
    const comparison = comparisonOf(op);
    if (comparison === undefined) return EVERYTHING;
    const wanted = negated ? OPPOSITE[comparison] : comparison;
    return this.compared(left, wanted, right) ?? this.compared(right, MIRRORED[wanted], left) ?? EVERYTHING;
  }

  private compared(left: unknown, op: Comparing, right: unknown): Dnf | undefined {
    const column = this.column(left);
    const operand = this.operand(right);
    if (column === undefined || operand === undefined) return undefined;
    return [
      [op === "=" ? { kind: "in", column, operands: [operand] } : { kind: "compare", column, op, operand }],
    ];
  }

  private inList(inList: unknown, negated: boolean): Dnf {
    const column = this.column(field(inList, "expr"));
    const operands = list(field(inList, "list")).map((item) => this.operand(item));
    const known = operands.filter((operand) => operand !== undefined);
    // NOT IN is left out: an item stands for those that the shape has dropped.
    const asks = column !== undefined && field(inList, "negated") === negated && known.length > 0;
    return asks && known.length === operands.length
      ? [[{ kind: "in", column, operands: known }]]
      : EVERYTHING;
  }

  private between(between: unknown, negated: boolean): Dnf {
    const column = this.column(field(between, "expr"));
    if (column === undefined) return EVERYTHING;
    const low = this.operand(field(between, "low"));
    const high = this.operand(field(between, "high"));
    const inside = field(between, "negated") === negated;
    const below = low && compare(column, inside ? ">=" : "<", low);
    const above = high && compare(column, inside ? "<=" : ">", high);
    if (inside) return [[below, above].filter((condition) => condition !== undefined)];
    return below === undefined || above === undefined ? EVERYTHING : [[below], [above]];
  }

  private like(like: unknown, negated: boolean): Dnf {
    const column = this.column(field(like, "expr"));
    const operand = this.operand(field(like, "pattern"));
    const plain = isNode(like) && (like["escape_char"] ?? null) === null && like["any"] === false;
    if (!plain || like["negated"] !== negated || column === undefined || operand === undefined)
      return EVERYTHING;
    return [[{ kind: "like", column, operand }]];
  }

  /** IS NULL, IS TRUE and their like, which are never unknown themselves. */
  private test(kind: string, inner: unknown, negated: boolean): Dnf {
    const test = TESTS.get(kind);
    if (test === undefined) return EVERYTHING;
    const [of, inverted] = test;
    const holds = inverted === negated;
    const column = this.column(inner);
    if (of === "null")
      return column === undefined ? EVERYTHING : [[{ kind: "null", column, negated: !holds }]];
    if (holds) return this.read(inner, !of);
    if (column === undefined) return EVERYTHING;
    return [[this.truth(column, !of)], [{ kind: "null", column, negated: false }]];
  }

  /** Only PostgreSQL's columns must be truth values: elsewhere any number but 0 is as good as TRUE. */
  private truth(column: string, value: boolean): Condition {
    const any = value && this.dialect !== "postgres";
    return any ? { kind: "null", column, negated: true } : { kind: "is", column, value };
  }

  private column(expression: unknown): string | undefined {
    return columnOf(expression, this.target, this.dialect);
  }

  private operand(expression: unknown): Operand | undefined {
    return operandOf(expression, this.slotOf, this.dialect);
  }
}

/** Leaves out the part with more alternatives if the product had too many: to ask less is only careful. */
function both(left: Dnf, right: Dnf): Dnf {
  if (left.length * right.length > MOST_CONJUNCTIONS) return left.length <= right.length ? left : right;
  return left.flatMap((first) =>
    right.map((second): Conjunction => [...first, ...second].slice(0, MOST_CONDITIONS)),
  );
}

function either(left: Dnf, right: Dnf): Dnf {
  const all = [...left, ...right];
  const asks = all.length <= MOST_CONJUNCTIONS && all.every((conjunction) => conjunction.length > 0);
  return asks ? all : EVERYTHING;
}

function compare(column: string, op: Comparison, operand: Operand): Condition {
  return { kind: "compare", column, op, operand };
}

/** What is tested for, and whether its absence is. */
const TESTS: ReadonlyMap<string, readonly [of: "null" | boolean, inverted: boolean]> = new Map([
  ["IsNull", ["null", false]],
  ["IsNotNull", ["null", true]],
  ["IsUnknown", ["null", false]],
  ["IsNotUnknown", ["null", true]],
  ["IsTrue", [true, false]],
  ["IsNotTrue", [true, true]],
  ["IsFalse", [false, false]],
  ["IsNotFalse", [false, true]],
]);
