import { columnsWanted, referencedColumns } from "../dependencies/probing";
import type { RowChange, RowImage } from "../dependencies/row-change";
import { insertedRows } from "../dependencies/inserted-rows";
import {
  alsoReturned,
  deletedRows,
  givesBack,
  updatesReturned,
  valueOfColumn,
} from "../dependencies/returned-rows";
import { changesOfRead, computedColumns, type ReadRow } from "../dependencies/written-rows";
import {
  changedRows,
  type DescribedWrite,
  describedRows,
  describedWrite,
  type WriteSet,
} from "../dependencies/writes";
import type { Schema } from "../schema/schema";
import type { Analysis, SqlDialect } from "../sql/analysis";
import type { RecordName, Scheme } from "../stores/store";
import { meansMoment } from "../sql/moments";
import { computedName, isComputedName, probeOf } from "../sql/probe";
import type { Namespaces } from "./namespaces";
import type { StatementResult } from "./pending";
import type { Ask } from "./own-transaction";
import type { Registries } from "./registries";

export interface RowWriteContext {
  readonly schema: Schema;
  readonly namespaces: Namespaces;
  readonly registries: Registries;
  readonly dialect: SqlDialect;
  /** Told in words what bounds have left out. */
  readonly coarser?: (why: string) => void;
}

/** Two statements have two moments. */
function mayMeanMoment(parameter: unknown, dialect: SqlDialect): boolean {
  return typeof parameter === "string" && meansMoment(parameter, dialect);
}

/** More rows than this are not asked for before they are written. */
export const MOST_PROBED = 100;

/** A write whose rows are known by its text and parameters, and as far as those do not tell them, by asking. */
export class RowWrite {
  readonly #write: DescribedWrite;
  readonly #context: RowWriteContext;
  readonly #described: readonly RowChange[];
  #probed: readonly ReadRow[] | undefined;

  private constructor(write: DescribedWrite, context: RowWriteContext) {
    this.#write = write;
    this.#context = context;
    this.#described = describedRows(write);
  }

  /** `undefined` where the text is not one statement that says which rows it writes. */
  static describe(
    { statements, bindings }: Analysis,
    parameters: readonly unknown[],
    context: RowWriteContext,
  ): RowWrite | undefined {
    const [only, another] = statements;
    if (!only || another || !bindings || only.control) return undefined;
    const described = describedWrite(only.writes, context.schema, { bindings, parameters }, context);
    return described && new RowWrite(described, context);
  }

  /** Before anything is known of its result. */
  get writes(): WriteSet {
    return changedRows(this.#write, this.#described, this.#context.schema);
  }

  /** Asks the store which schemes are in use, where this process has never heard of them. */
  learnSchemes(): Promise<void> | undefined {
    return this.#isAskable ? this.#context.registries.discover(this.#records()) : undefined;
  }

  /** Columns of the rows to be written that would make it exact, if they can be asked for. */
  wanted(): ReadonlySet<string> {
    const { path, context } = this.#write;
    if (!this.#isAskable) return new Set();
    const { schema, registries, namespaces, dialect } = this.#context;
    const schemesOf = (table: string): readonly Scheme[] => registries.inUse(namespaces.table(table));
    const wanted = columnsWanted(schemesOf(path), this.#described, context.facts, dialect);
    const referenced = referencedColumns(
      path,
      this.#described,
      schema,
      (child) => schemesOf(child).length > 0,
    );
    const columns = new Set([...wanted, ...referenced]);
    const { rows } = this.#write;
    return rows.kind !== "insert" && givesBack(rows, columns, this.#described) ? new Set() : columns;
  }

  /**
   * Reads the rows that are about to be written, under lock. To be called in a transaction: the rows stay as they were
   * read until the write, unless another one of this connection changes them, and no other row can come to be written,
   * or their number would not agree with the result.
   */
  async probe(columns: ReadonlySet<string>, sql: string, ask: Ask): Promise<void> {
    const { rows, context } = this.#write;
    if (rows.kind === "insert") return;
    const { dialect } = this.#context;
    const assigned = rows.kind === "update" ? [...rows.assignments.keys()] : [];
    // By which they are found among the rows that the statement gives back.
    const keys = rows.returning ? context.facts.primaryKey : [];
    const asked = [...new Set([...columns, ...assigned, ...keys])].filter((each) =>
      context.facts.columns.has(each),
    );
    const nameOf = (column: string): string => context.facts.columns.get(column)?.name ?? column;
    const columnNames = asked.map(nameOf);
    // A column of such a name would be taken for what is computed.
    const computed = columnNames.some(isComputedName) ? [] : computedColumns(rows, context);
    const names = { columns: columnNames, computed: computed.map(nameOf) };
    const probe = probeOf(sql, dialect, names, rows.kind, MOST_PROBED + 1);
    if (!probe || probe.parameters.some((index) => mayMeanMoment(context.parameters[index], dialect))) return;
    const answer = await ask(
      probe.sql,
      probe.parameters.map((index) => context.parameters[index]),
    );
    if (!Array.isArray(answer) || answer.length > MOST_PROBED) return;
    this.#probed = (answer as Record<string, unknown>[]).map((row) => ({
      before: this.#imageOf(row, asked, names.columns),
      computed: this.#imageOf(
        row,
        computed,
        computed.map((_, at) => computedName(at)),
      ),
    }));
  }

  /** What it wrote, now that the database has answered; `met`: what was read before may not be what it found. */
  written(result: StatementResult | undefined, met: boolean): WriteSet {
    if (!result || (result.affected !== 0 && result.changed !== 0)) {
      const changes =
        (met ? undefined : this.#probedRows(result)) ?? this.#givenBack(result) ?? this.#described;
      return changedRows(this.#write, changes, this.#context.schema);
    }
    return changedRows(this.#write, [], this.#context.schema);
  }

  get #isAskable(): boolean {
    const { rows } = this.#write;
    return rows.kind !== "insert" && rows.askable && this.#described.length > 0;
  }

  /** Of the table, and of those to which the database carries its changes on by values that are not known. */
  #records(): readonly RecordName[] {
    const { schema, namespaces } = this.#context;
    const { path } = this.#write;
    const follows = referencedColumns(path, this.#described, schema, () => true).size > 0;
    const children = follows ? schema.referencing(path).map(({ child }) => child) : [];
    return [...new Set([this.#write.path, ...children])].map((path) => namespaces.table(path));
  }

  /** What the database tells of rows that it has written. */
  #givenBack(result: StatementResult | undefined): readonly RowChange[] | undefined {
    const { rows, context } = this.#write;
    if (!result) return undefined;
    switch (rows.kind) {
      case "insert":
        return insertedRows(rows, result, context);
      case "update":
        return updatesReturned(rows, this.#described, result, context);
      case "delete":
        return deletedRows(rows, result, context);
    }
  }

  #probedRows(result: StatementResult | undefined): readonly RowChange[] | undefined {
    const { rows, context } = this.#write;
    if (rows.kind === "insert" || !this.#probed || result?.affected !== this.#probed.length) return undefined;
    const changes = changesOfRead(rows, this.#probed, context);
    return rows.kind === "update" ? alsoReturned(changes, rows, result, context) : changes;
  }

  #imageOf(row: Record<string, unknown>, columns: readonly string[], names: readonly string[]): RowImage {
    const { context } = this.#write;
    return new Map(
      columns.map((column, at) => [column, valueOfColumn(column, row[names[at] ?? column], context)]),
    );
  }
}
