import type { SqlDialect } from "./analysis";
import type { Operand } from "./condition";
import { unquote } from "./identifiers";
import type { Slot } from "./slots";
import { slotsByColumn } from "./slots";
import type { Token } from "./tokens";
import { field, isNode, UnknownNode } from "./tree";

/** Finds the slots of constants in the tree of a statement by the columns at which they stand. */
export class Operands {
  private readonly slots: ReadonlyMap<number, Slot>;

  /** `tokens` are those that the parser was given, joined by one blank. Throws if their columns are uncertain. */
  constructor(
    tokens: readonly Token[],
    private readonly dialect: SqlDialect,
  ) {
    const slots = slotsByColumn(tokens);
    if (slots === undefined) throw new UnknownNode("line");
    this.slots = slots;
  }

  /** The operand that an expression is, if it is a constant with at most a minus before it. */
  of(node: unknown): Operand | undefined {
    const unary = field(node, "UnaryOp");
    if (unary === undefined) return this.constant(field(node, "Value"), false);
    if (field(unary, "op") !== "Minus") return undefined;
    return this.constant(field(field(unary, "expr"), "Value"), true);
  }

  private constant(node: unknown, negative: boolean): Operand | undefined {
    if (!isNode(node)) return undefined;
    // A name under ANSI_QUOTES.
    if (this.dialect === "mysql" && field(node["value"], "DoubleQuotedString") !== undefined)
      return undefined;
    const start = field(node["span"], "start");
    const found = this.slots.get(Number(field(start, "column")));
    if (field(start, "line") !== 1 || found === undefined || !stands(found.token, node["value"]))
      throw new UnknownNode("span");
    if (negative && found.token.kind === "string") return undefined;
    return { slot: found.slot, negative };
  }
}

/** Whether the parser's value is what the token says. */
function stands(token: Token, value: unknown): boolean {
  if (value === "Null") return token.upper === "NULL";
  const [kind = "", content] = isNode(value) ? (Object.entries(value)[0] ?? []) : [];
  switch (kind) {
    case "Number":
      return Array.isArray(content) && content[0] === token.text;
    case "Placeholder":
      return content === token.text;
    case "SingleQuotedString":
      return token.kind === "string" && content === unquote(token.text);
    case "Boolean":
      return token.upper === (content === true ? "TRUE" : "FALSE");
    default:
      return false;
  }
}
