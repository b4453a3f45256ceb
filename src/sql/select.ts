import type { SqlDialect } from "./analysis";
import type { Column, Frame, Place, Relation } from "./relations";
import { addedTables, type Source, unusedTables } from "./added-tables";
import { callsNothing, foldsRows } from "./combining";
import type { DerivedTable, FromClause } from "./from-clause";
import { fromClause } from "./from-clause";
import { groupColumns, isGrouped } from "./group-by";
import type { Operand } from "./condition";
import { Narrowing } from "./narrowing";
import type { Operands } from "./operands";
import { namesPlaces } from "./ordinals";
import type { PredicateContext } from "./predicates";
import { conjuncts, Predicates } from "./predicates";
import { columnPath, References } from "./references";
import { frame, isEnclosed, isSystemColumn, noteWhole, sameName } from "./relations";
import type { SelectItem } from "./select-list";
import { selectItem } from "./select-list";
import type { Node } from "./tree";
import { field, list, UnknownNode } from "./tree";

/** What a SELECT needs to know of where it stands. */
export interface SelectContext {
  readonly dialect: SqlDialect;
  readonly operands: Operands;
  /** The tree's LIKE or BETWEEN is what the text says. */
  readonly like: boolean;
  readonly between: boolean;
  /** AND and OR bind as the parser thinks. */
  readonly predicates: boolean;
  /** Looks into a query: for a derived table's, only some of its columns are wanted. */
  readonly query: (query: Node, outer: Frame, wanted?: Relation) => Select | undefined;
  /** Gives each table its place. */
  readonly register: (relations: readonly Relation[]) => void;
}

/** One SELECT with the clauses of its query that see its columns. */
export class Select {
  readonly from: FromClause;
  readonly items: readonly SelectItem[];
  readonly frame: Frame;
  /** Queries of the FROM that are single SELECTs. */
  readonly inner = new Map<Relation, Select>();
  private readonly references: References;
  private isUntold = false;

  constructor(
    readonly node: Node,
    /** ORDER BY, LIMIT and what else of the query is not its body. */
    readonly tail: Node,
    outer: Frame,
    private readonly context: SelectContext,
  ) {
    for (const clause of ["into", "connect_by", "lateral_views", "value_table_mode", "prewhere"]) {
      const value = node[clause] ?? null;
      if (value !== null && !(Array.isArray(value) && value.length === 0)) throw new UnknownNode(clause);
    }
    this.from = fromClause(list(node["from"]), outer.ctes, context.dialect);
    this.items = list(node["projection"]).map((item) => selectItem(item, context.dialect));
    this.frame = frame(this.from.relations, outer, outer.ctes);
    this.references = new References(context.dialect, (query, at) => void context.query(query, at));
  }

  /** Notes which columns are looked at and which rows matter. `wanted`: the derived table that this is. */
  run(wanted: Relation | undefined): this {
    this.context.register(this.from.relations);
    this.visitFrom();
    const { projection: _projection, from: _from, selection, having, ...rest } = this.node;
    this.visitWhere(selection);
    this.visit([having, rest], "elsewhere");
    this.visitOrder();
    this.visitItems(wanted);
    this.narrow();
    for (const derived of [...this.from.derived].reverse()) this.visitDerived(derived);
    return this;
  }

  /** The tables that LEFT JOINs only add, and where they come from. */
  added(): ReadonlyMap<Relation, readonly Source[]> {
    return this.context.predicates ? addedTables(this.from, this.predicateContext()) : new Map();
  }

  /** The tables that this SELECT would not miss, were it not for the rows that they repeat. */
  unused(): readonly Relation[] {
    const { tail } = this;
    const single = (this.node["distinct"] ?? null) === null && !this.grouped && !hasLimit(tail);
    if (!single || !callsNothing([this.node["projection"], this.node["having"], tail])) return [];
    return [...unusedTables(this.added()).keys()].filter((relation) => relation.table !== undefined);
  }

  /**
   * The columns by which rows are grouped, where each group is a row of the result: nothing drops one behind GROUP BY.
   * None where that is not certain.
   */
  get shownGroups(): readonly Column[] {
    return this.showsGroups() ? groupColumns(this.node["group_by"], (node) => this.column(node)) : [];
  }

  /** Whether every row of the relation that satisfies its conditions is in the result: nothing else filters or cuts them. */
  showsAll(relation: Relation, added: ReadonlyMap<Relation, unknown>): boolean {
    if (this.isUntold || this.picks() || this.grouped || (this.node["having"] ?? null) !== null) return false;
    return this.from.relations.every(
      (each) => each === relation || (added.has(each) && each.told.size === 0),
    );
  }

  get grouped(): boolean {
    return isGrouped(this.node["group_by"]);
  }

  /** The column of the FROM's own that an expression is, if there is no doubt of it. */
  column(node: unknown): Column | undefined {
    const path = columnPath(node, this.context.dialect);
    const name = path?.[path.length - 1];
    if (path === undefined || name === undefined || path.length > 2 || isSystemColumn(name)) return undefined;
    const [found, another] =
      path.length === 2 ? this.references.named(this.frame, path[0] ?? "") : this.alone(node, name);
    if (found?.table === undefined || found.opaque || another !== undefined) return undefined;
    return { relation: found, name };
  }

  /** Whose a name without a qualifier is: the only table's, unless it may be an alias, a string, or from outside. */
  private alone(node: unknown, name: string): readonly Relation[] {
    const { dialect } = this.context;
    if (isEnclosed(this.frame) || this.frame.relations.length > 1) return [];
    const same = sameName(name, dialect);
    const alias = this.items.some((item) => item.alias !== undefined && (item.name ?? same) === same);
    const string = dialect === "sqlite" && field(field(node, "Identifier"), "quote_style") === '"';
    return alias || string ? [] : this.frame.relations;
  }

  /** The constant that an expression is. */
  operand(node: unknown): Operand | undefined {
    return this.context.operands.of(node);
  }

  /** The query of the FROM that a qualifier names, if it is a single SELECT. */
  derivedAs(qualifier: string): { readonly relation: Relation; readonly select: Select } | undefined {
    const [relation, another] = this.references.named(this.frame, qualifier);
    const select = relation && !another && !relation.opaque ? this.inner.get(relation) : undefined;
    return relation && select && { relation, select };
  }

  private visit(value: unknown, place: Place): void {
    this.references.visit(value, this.frame, place);
  }

  private visitFrom(): void {
    const { joins, rest, natural, relations } = this.from;
    for (const { kind, relation, on } of joins) this.visit(on, kind === "left" ? relation : "elsewhere");
    this.visit(rest, "elsewhere");
    if (natural) relations.forEach(noteWhole);
  }

  private visitWhere(where: unknown): void {
    const all = this.isNarrowing() ? conjuncts(where) : [];
    if (all.length === 0) this.visit(where, "elsewhere");
    this.isUntold = all.length === 0 && (where ?? null) !== null;
    const predicates = new Predicates(this.predicateContext());
    for (const conjunct of all) {
      const told = predicates.told(conjunct);
      this.visit(conjunct, told.length > 0 ? "told" : "elsewhere");
      this.isUntold ||= told.length === 0;
      for (const { of, condition } of told)
        of.told.set(condition.column, [...(of.told.get(condition.column) ?? []), condition]);
    }
  }

  /** A name alone in ORDER BY is that of an item, a number its place. */
  private visitOrder(): void {
    const { order_by: order, ...rest } = this.tail;
    this.visit(rest, "elsewhere");
    const terms = field(field(order, "kind"), "Expressions");
    if (terms === undefined) this.visit(order, "elsewhere");
    for (const term of list(terms)) {
      const items = this.itemsNamed(field(term, "expr"));
      const plain = columnPath(field(term, "expr"), this.context.dialect) !== undefined;
      // What sorts all rows of a result, and picks none of them, matters of those rows alone.
      const sorting = this.picks() ? "ordered" : "selected";
      const place = plain ? sorting : "elsewhere";
      if (items.length === 0) this.visit(term, place);
      this.visitAgain(items, place);
    }
    if (namesPlaces(this.node, this.tail)) this.visitAgain(this.items, "elsewhere");
  }

  /** What a name alone in ORDER BY may mean. */
  itemsNamed(expression: unknown): readonly SelectItem[] {
    const [name, another] = columnPath(expression, this.context.dialect) ?? [];
    if (name === undefined || another !== undefined) return [];
    const { dialect } = this.context;
    const same = sameName(name, dialect);
    if (!this.items.some((item) => item.name === same)) return [];
    // Beside the alias a plain column may have the name, too: MySQL takes the first.
    const own = ({ alias, expression }: SelectItem): string | undefined =>
      alias === undefined ? columnPath(expression, dialect)?.at(-1) : undefined;
    return this.items.filter((item) => item.name === same || sameName(own(item) ?? "", dialect) === same);
  }

  /** Only plain columns can be looked at in the select list alone. */
  private visitAgain(items: readonly SelectItem[], place: Place): void {
    for (const { name, plain, expression } of items) {
      if (name !== undefined) this.frame.bare.add(name);
      if (plain) this.visit(expression, place);
    }
  }

  private visitItems(wanted: Relation | undefined): void {
    const pruning = wanted !== undefined && this.prunable(wanted) ? wanted : undefined;
    const prunable = (item: SelectItem): boolean =>
      pruning !== undefined && item.plain && item.name !== undefined;
    for (const item of this.items) if (!prunable(item)) this.visitItem(item);
    const { bare } = this.frame;
    const names = new Set([...(pruning?.columns ?? [])].map((name) => sameName(name, this.context.dialect)));
    for (const item of this.items) {
      const kept = item.name === undefined || names.has(item.name) || bare.has(item.name);
      if (prunable(item) && kept) this.visitItem(item);
    }
  }

  private visitItem(item: SelectItem): void {
    this.visit(item.expression, item.plain || this.showsGroups() ? "selected" : "elsewhere");
  }

  /** Whether only some of the rows may be in the result: which ones, the order may decide. */
  private picks(): boolean {
    const { node, tail } = this;
    const clauses = [node["top"], node["distinct"], node["qualify"]];
    return hasLimit(tail) || clauses.some((clause) => (clause ?? null) !== null);
  }

  private showsGroups(): boolean {
    const { node, tail } = this;
    if (!this.grouped || this.picks() || (node["having"] ?? null) !== null) return false;
    return this.items.every(({ expression }) => foldsRows(expression)) && foldsRows(tail["order_by"]);
  }

  /** Whether columns that nobody asks for may be left out. */
  private prunable(wanted: Relation): boolean {
    if (wanted.whole || (this.node["distinct"] ?? null) !== null || namesPlaces(this.node, this.tail))
      return false;
    return !this.grouped && (this.node["having"] ?? null) === null;
  }

  private visitDerived({ relation, query, lateral }: DerivedTable): void {
    const outer = lateral ? this.frame : (this.frame.outer ?? this.frame);
    const select = this.context.query(query, outer, relation);
    if (select !== undefined) this.inner.set(relation, select);
  }

  private isNarrowing(): boolean {
    return this.context.predicates && !this.from.irregular && !this.from.natural;
  }

  private narrow(): void {
    if (!this.isNarrowing()) return;
    const predicates = new Predicates(this.predicateContext());
    const where = conjuncts(this.node["selection"]).map((conjunct) => predicates.whenTrue(conjunct));
    const having = conjuncts(this.node["having"]).map((conjunct) => this.ofGroups().whenTrue(conjunct));
    new Narrowing(this.context.dialect).apply(this.from, [...where, ...having], predicates);
  }

  private predicateContext(): PredicateContext {
    const { operands, dialect, like, between } = this.context;
    return {
      column: (node) => this.column(node),
      operand: (node) => operands.of(node),
      booleans: dialect === "postgres",
      like,
      between,
    };
  }

  /** HAVING speaks of rows only where it speaks of what they are grouped by; LIKE tells rows of a group apart. */
  private ofGroups(): Predicates {
    const { dialect } = this.context;
    const columns = groupColumns(this.node["group_by"], (node) => this.column(node));
    const column = (node: unknown): Column | undefined => {
      const found = this.column(node);
      const same = (each: Column): boolean =>
        each.relation === found?.relation && sameName(each.name, dialect) === sameName(found.name, dialect);
      return columns.some(same) ? found : undefined;
    };
    return new Predicates({ ...this.predicateContext(), column, like: false });
  }
}

export function hasLimit(tail: Node): boolean {
  return (tail["limit_clause"] ?? null) !== null || (tail["fetch"] ?? null) !== null;
}
