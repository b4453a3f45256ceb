import type { SqlDialect } from "../../../src/sql/analysis";
import type { TableName } from "../../../src/sql/table-name";
import type { Condition, Dnf, Operand } from "../../../src/sql/condition";
import { parseStatement } from "../../../src/sql/parser";
import type { Returned } from "../../../src/sql/returning";
import { returningOf } from "../../../src/sql/returning";
import { parseable } from "../../../src/sql/rewrite";
import type { Assigned, RowWrite } from "../../../src/sql/row-write";
import { rowWriteOf } from "../../../src/sql/row-writes";
import { textOf } from "../../../src/sql/shape";
import { splitStatements } from "../../../src/sql/statements";
import { tokenize } from "../../../src/sql/tokenizer";
import type { Token } from "../../../src/sql/tokens";
import { field } from "../../../src/sql/tree";

export interface Described {
  readonly write: RowWrite | undefined;
  readonly returned: Returned | undefined;
  /** The texts of constants by their slots. */
  readonly constants: ReadonlyMap<number, string>;
}

/** What a text of one statement writes; nothing of it is collapsed. */
export function describedWrite(sql: string, dialect: SqlDialect): Described {
  const [tokens = []] = splitStatements(tokenize(sql, dialect)?.tokens ?? []);
  const seen = parseable(tokens, dialect);
  const tree = parseStatement(textOf(seen), dialect);
  if (tree === undefined) throw new Error(`not parsed: ${sql}`);
  const constants = constantsByColumn(seen);
  const slotOf = (node: unknown): number | undefined => {
    const column = field(field(field(node, "span"), "start"), "column");
    return typeof column === "number" && constants.has(column) ? column : undefined;
  };
  const write = rowWriteOf(tree, tokens, slotOf, dialect);
  return { write, returned: returningOf(tree, dialect), constants };
}

/** The same in one line, with the constants in the place of their slots. */
export function rowWriteSummary(sql: string, dialect: SqlDialect): string {
  const { write, returned, constants } = describedWrite(sql, dialect);
  const written = write === undefined ? "undescribed" : new Printer(constants).write(write);
  return returned === undefined ? written : `${written}; returning ${returning(returned)}`;
}

function returning(returned: Returned): string {
  return returned === "all" ? returned : [...returned].map(([name, of]) => `${name}=${of}`).join(", ");
}

/** The column at which the parser finds a constant serves as its slot. */
function constantsByColumn(tokens: readonly Token[]): ReadonlyMap<number, string> {
  const columns = new Map<number, string>();
  let column = 1;
  for (const token of tokens) {
    const isConstant =
      ["number", "string", "parameter"].includes(token.kind) ||
      (token.kind === "word" && ["NULL", "TRUE", "FALSE", "DEFAULT"].includes(token.upper));
    if (isConstant) columns.set(column, token.text);
    column += token.text.length + 1;
  }
  return columns;
}

class Printer {
  constructor(private readonly constants: ReadonlyMap<number, string>) {}

  write(write: RowWrite): string {
    const table = tableName(write.table);
    switch (write.kind) {
      case "insert":
        return `insert ${table} (${write.columns?.join(", ") ?? "?"}) ${this.rows(write.rows)}${conflict(write)}`;
      case "update": {
        const set = [...write.assignments].map(
          ([column, value]) =>
            `${column}=${this.assigned(value)}${write.computed.has(column) ? "computed" : ""}`,
        );
        return `update ${table} set ${set.join(", ")}${this.where(write)}`;
      }
      case "delete":
        return `delete ${table}${this.where(write)}`;
    }
  }

  private rows(rows: readonly (readonly Assigned[])[] | undefined): string {
    const texts = rows?.map((row) => `(${row.map((value) => this.assigned(value)).join(", ")})`);
    return texts?.join(", ") ?? "unknown rows";
  }

  private where({ conditions, askable }: { conditions: Dnf; askable: boolean }): string {
    const alternatives = conditions.map((conjunction) =>
      conjunction.length === 0
        ? "anything"
        : conjunction.map((condition) => this.condition(condition)).join(" & "),
    );
    return ` where ${alternatives.join(" | ")}${askable ? "" : "; not askable"}`;
  }

  private condition(condition: Condition): string {
    const { column } = condition;
    switch (condition.kind) {
      case "in":
        return `${column} in [${condition.operands.map((operand) => this.operand(operand)).join(", ")}]`;
      case "is":
        return `${column} is ${condition.value}`;
      case "null":
        return `${column} is ${condition.negated ? "not " : ""}null`;
      case "compare":
        return `${column} ${condition.op} ${this.operand(condition.operand)}`;
      case "like":
        return `${column} like ${this.operand(condition.operand)}`;
    }
  }

  private assigned(value: Assigned): string {
    if (typeof value === "object") return this.operand(value);
    return value === "present" ? "~not null" : "~";
  }

  private operand({ slot, negative }: Operand): string {
    return `${negative ? "-" : ""}${this.constants.get(slot)}`;
  }
}

function conflict({ conflict: kind, target, updated }: Extract<RowWrite, { kind: "insert" }>): string {
  const on = target === undefined ? "" : ` on ${target.join(", ")}`;
  return (
    (kind === "fail" ? "" : ` or ${kind}`) + on + (updated.length > 0 ? ` set ${updated.join(", ")}` : "")
  );
}

function tableName({ schema, name }: TableName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}
