import type { SqlDialect } from "./analysis";
import type { Condition, Dnf } from "./condition";
import type { TableName } from "./table-name";
import { callsNothing, combiningOf } from "./combining";
import type { Functions } from "./functions";
import { NOTHING_ASKED } from "./dnf";
import { Operands } from "./operands";
import { outputsOf } from "./outputs";
import { isSkipping, partsOfRows, reachOf } from "./reach";
import { References } from "./references";
import type { Frame, Place, Relation } from "./relations";
import { frame, mentionedOnly } from "./relations";
import { scopeCtes } from "./scope";
import { hasLimit, Select, type SelectContext } from "./select";
import { hasSlot } from "./slots";
import type { AddedTable, OutputColumn, TableUse, Uses } from "./table-use";
import type { Token } from "./tokens";
import { isSymbol, isWord } from "./tokens";
import type { Node } from "./tree";
import { field, isNode, list, UnknownNode } from "./tree";

/**
 * What a query looks at, table by table, or `undefined` if its tree is not known well enough. `tokens` are the
 * statement's own, `parsed` those that the parser was given, `reads` the tables that the statement reads,
 * once for each place at which it names them.
 */
export function usesOf(
  tree: unknown,
  tokens: readonly Token[],
  parsed: readonly Token[],
  reads: readonly TableName[],
  { dialect, functions }: { readonly dialect: SqlDialect; readonly functions: Functions },
): Uses | undefined {
  const query = field(tree, "Query");
  if (!isNode(query)) return undefined;
  try {
    return new Reader(tokens, parsed, dialect, functions).run(query, reads);
  } catch (error) {
    if (error instanceof UnknownNode || error instanceof RangeError) return undefined;
    throw error;
  }
}

class Reader {
  /** Every occurrence of a table. */
  private readonly tables: Relation[] = [];
  private readonly context: SelectContext;
  private readonly references: References;

  constructor(
    tokens: readonly Token[],
    parsed: readonly Token[],
    private readonly dialect: SqlDialect,
    private readonly functions: Functions,
  ) {
    const query = (node: Node, outer: Frame, wanted?: Relation): Select | undefined =>
      this.query(node, outer, wanted);
    // Slots are those of the shape: no constant may have been rewritten.
    if (tokens.filter(hasSlot).length !== parsed.filter(hasSlot).length) throw new UnknownNode("slots");
    this.references = new References(dialect, query);
    this.context = {
      dialect,
      operands: new Operands(parsed, dialect),
      like: !tokens.some((token) => isWord(token, "GLOB", "MATCH", "REGEXP")),
      between: !tokens.some((token) => isWord(token, "SYMMETRIC")),
      predicates: !(dialect === "mysql" && tokens.some(bindsDifferently)),
      query,
      register: (relations) => {
        this.tables.push(...relations.filter((relation) => relation.table !== undefined));
      },
    };
  }

  run(query: Node, reads: readonly TableName[]): Uses {
    const outermost = this.query(query, frame([], undefined, new Set()));
    const found = this.tables.map((relation) => relation.table as TableName);
    if (keys(found) !== keys(reads)) throw new UnknownNode("table");
    return outermost === undefined ? this.combined() : this.single(outermost);
  }

  /** The tables of a query, and the SELECT that it is if it is a single one. */
  private query(query: Node, outer: Frame, wanted?: Relation): Select | undefined {
    const { ctes, body: inside } = scopeCtes(query, outer.ctes, this.dialect);
    if (list(query["pipe_operators"]).length > 0) throw new UnknownNode("pipe_operators");
    for (const cte of ctes) {
      if (!isNode(cte.query)) throw new UnknownNode("WITH");
      this.query(cte.query, frame([], outer, cte.scope));
    }
    const { with: _with, body, ...tail } = query;
    const at = frame([], outer, inside);
    const select = field(body, "Select");
    if (isNode(select)) return new Select(select, tail, at, this.context).run(wanted);
    this.body(body, at);
    this.references.visit(tail, at, "elsewhere");
    return undefined;
  }

  private body(body: unknown, at: Frame): void {
    const [kind = "", node] = isNode(body) ? (Object.entries(body)[0] ?? []) : [];
    if (!isNode(node)) throw new UnknownNode(kind);
    switch (kind) {
      case "Select":
        new Select(node, {}, at, this.context).run(undefined);
        return;
      case "SetOperation":
        this.body(node["left"], at);
        this.body(node["right"], at);
        return;
      case "Query":
        this.query(node, at);
        return;
      case "Values":
        this.references.visit(node["rows"], at, "elsewhere");
        return;
      default:
        throw new UnknownNode(kind);
    }
  }

  private combined(): Uses {
    const place = (relation: Relation): number => this.tables.indexOf(relation);
    const uses = this.tables.map((relation) => useOf(relation, undefined, place));
    return {
      uses,
      outputs: new Map(),
      limited: true,
      skips: true,
      combined: true,
      groups: new Set(),
      repeatable: false,
    };
  }

  private single(select: Select): Uses {
    const { node, tail, grouped } = select;
    const combining = combiningOf(node, tail["order_by"], grouped, this.functions, this.dialect);
    const dropped: ReadonlySet<Place> = new Set(this.repeated(select));
    const kept = this.tables.filter((relation) => !dropped.has(relation));
    const place = (relation: Relation): number => kept.indexOf(relation);
    const added = select.added();
    const outputs = outputsOf(select, place, this.dialect);
    const groups = select.shownGroups;
    const known = { dialect: this.dialect, functions: this.functions };
    const parts = partsOfRows(select, known);
    const isGroup = ({ use, column }: OutputColumn): boolean =>
      groups.some((group) => place(group.relation) === use && group.name === column);
    return {
      uses: kept.map((relation) => ({
        ...useOf(relation, addedAs(relation, added.get(relation), place), place, dropped),
        deciding: select.from.relations.includes(relation) && !relation.whole ? relation.deciding : undefined,
        isPart: parts.includes(relation),
        isShown: isTold(relation) && select.showsAll(relation, added),
        joining: joiningOf(relation, (by) => (added.has(by) ? place(by) : undefined)),
      })),
      outputs,
      groups: new Set([...outputs].filter(([, output]) => isGroup(output)).map(([name]) => name)),
      limited: hasLimit(tail) || (node["top"] ?? null) !== null,
      skips: isSkipping(select),
      reach: reachOf(select, place, known),
      ...combining,
    };
  }

  /** Tables that do no more than repeat rows of which SELECT DISTINCT then takes one. */
  private repeated({ node, tail, from, inner }: Select): readonly Relation[] {
    const [only, another] = from.relations;
    if (node["distinct"] !== "Distinct" || another !== undefined || only === undefined) return [];
    if (!callsNothing([node["projection"], tail])) return [];
    return inner.get(only)?.unused() ?? [];
  }
}

function useOf(
  relation: Relation,
  added: AddedTable | undefined,
  place: (relation: Relation) => number,
  dropped: ReadonlySet<Place> = new Set(),
): TableUse {
  const { table, whole, opaque, columns, places, asked } = relation;
  if (table === undefined) throw new UnknownNode("table");
  const isIdle = (column: string): boolean =>
    [...(places.get(column) ?? [])].every((each) => dropped.has(each));
  return {
    table,
    columns: whole ? "all" : new Set([...columns].filter((column) => !isIdle(column))),
    ...(opaque ? NOTHING_ASKED : asked),
    told: toldOf(relation),
    deciding: undefined,
    isShown: false,
    isPart: false,
    joining: new Map(),
    equals: relation.equals
      .map(({ column, other }) => ({ column, use: place(other.relation), source: other.name }))
      .filter(({ use }) => use >= 0),
    added,
  };
}

function toldOf(relation: Relation): ReadonlySet<string> {
  const { told, asked } = relation;
  return new Set(
    mentionedOnly(relation, "told").filter((column) =>
      told.get(column)?.every((condition) => isAmong(condition, asked.conditions)),
    ),
  );
}

/** Whether its conditions are all that WHERE asks of it. */
function isTold({ told, asked }: Relation): boolean {
  return [...told.values()].flat().every((condition) => isAmong(condition, asked.conditions));
}

function isAmong(condition: Condition, conditions: Dnf): boolean {
  const text = JSON.stringify(condition);
  return conditions.every((conjunction) => conjunction.some((each) => JSON.stringify(each) === text));
}

/** `added`: the place of a table that a LEFT JOIN only adds. */
function joiningOf(
  relation: Relation,
  added: (by: Relation) => number | undefined,
): ReadonlyMap<string, readonly number[]> {
  const joining = new Map<string, readonly number[]>();
  for (const [column, places] of relation.places) {
    const by = [...places].map((place) => typeof place === "object" && place !== relation && added(place));
    if (by.every((each) => typeof each === "number")) joining.set(column, by);
  }
  return joining;
}

function addedAs(
  relation: Relation,
  sources: readonly { column: string; relation: Relation; source: string }[] | undefined,
  place: (relation: Relation) => number,
): AddedTable | undefined {
  if (sources === undefined) return undefined;
  const equalities = sources.map(({ column, relation: other, source }) => ({
    column,
    use: place(other),
    source,
  }));
  return { equalities, role: relation.selected ? "selected" : "unused" };
}

/** Operators of MySQL's whose precedence depends on settings, or that the parser gives another one. */
function bindsDifferently(token: Token): boolean {
  return isWord(token, "XOR") || ["||", "&&", "!", ":="].some((text) => isSymbol(token, text));
}

function keys(tables: readonly TableName[]): string {
  return JSON.stringify(tables.map((table) => [table.schema ?? "", table.name].join("\n")).sort());
}
