import { Granularity } from "../../../src/core/granularity";
import { claimOf } from "../../../src/dependencies/claims";
import { latePartsOf } from "../../../src/dependencies/late-parts";
import { reliancesOn, tablesReadBy } from "../../../src/dependencies/reads";
import type { Reliance } from "../../../src/dependencies/reliance";
import type { KeysOf, RelianceContext } from "../../../src/dependencies/reliance-context";
import type { RowChange, TableChange } from "../../../src/dependencies/row-change";
import {
  changedBy,
  changedRows,
  type DescribedWrite,
  describedRows,
  describedWrite,
} from "../../../src/dependencies/writes";
import type { TableFacts } from "../../../src/schema/column";
import { hasSingleKey } from "../../../src/dependencies/single-key";
import { Schema } from "../../../src/schema/schema";
import type { Table } from "../../../src/schema/table";
import type { Analysis, SqlDialect, StatementAnalysis } from "../../../src/sql/analysis";
import { createAnalyser } from "../../../src/sql/analyser";
import type { Claim, Part, RecordName } from "../../../src/stores/store";
import { foreignKey, references, table } from "../schema/tables";
import { blogFacts } from "./facts";

/** A statement with its parameters. */
export type Statement = string | readonly [sql: string, ...parameters: readonly unknown[]];

/** A read, and the rows that it gave: some of what it relies on, only they tell. */
export interface Read {
  readonly sql: Statement;
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly page?: Page | undefined;
}

/** Of its rows nobody looks at more than the keys of a table. */
export interface Page {
  readonly keysOf: KeysOf;
  /** The same without order and LIMIT, if OFFSET leaves out none. */
  readonly uncut: string | undefined;
}

const TABLES: readonly Table[] = [
  table("category", references("category", onParent())),
  table("post", references("category", { onDelete: "SET NULL" })),
  table("comment", references("post", { onDelete: "CASCADE" })),
  table("tag"),
  table("post_tag", {
    foreignKeys: [foreignKey("post", { onDelete: "CASCADE" }), foreignKey("tag", { onDelete: "CASCADE" })],
  }),
];

function onParent() {
  return { onDelete: "CASCADE" as const, columns: [{ own: "parent_id", referenced: "id" }] };
}

export interface BlogOptions {
  readonly facts?: Readonly<Record<string, TableFacts>>;
  readonly tables?: readonly Table[];
  readonly maxInList?: number;
}

/** The way from texts to what reads rely on, and to what writes concern, with nothing in between left out. */
export class Blog {
  readonly schema: Schema;
  readonly analyse: (sql: string) => Analysis;
  /** What was made coarser, in words. */
  readonly coarser: string[] = [];
  readonly granularity: Granularity;
  readonly #told: { readonly dialect: SqlDialect; readonly coarser: (why: string) => void };

  constructor(
    readonly dialect: SqlDialect,
    { facts = {}, tables = TABLES, maxInList = 20 }: BlogOptions = {},
  ) {
    this.analyse = createAnalyser(dialect, { stableFunctions: [], volatileFunctions: [] });
    this.schema = new Schema(tables, ["public"], this.analyse);
    this.schema.learn(new Map([...blogFacts(dialect), ...Object.entries(facts)]));
    this.#told = { dialect, coarser: (why) => void this.coarser.push(why) };
    this.granularity = new Granularity({ dialect, maxInList, isGranular: () => true });
  }

  reliances(read: Statement, page?: Page): readonly Reliance[] {
    const { statement, tables, context } = this.#read(read);
    const uncut = page?.uncut === undefined ? undefined : this.#read(page.uncut);
    const { reads } = uncut?.statement ?? {};
    if (
      page &&
      uncut &&
      reads?.kind === "exact" &&
      reads.uses &&
      hasSingleKey(reads.uses, page.keysOf, uncut.context)
    )
      return reliancesOn(uncut.statement, uncut.tables, { ...uncut.context, tells: () => false });
    return reliancesOn(statement, tables, { ...context, keysOf: page?.keysOf });
  }

  #read(read: Statement): {
    readonly statement: StatementAnalysis;
    readonly tables: readonly string[];
    readonly context: RelianceContext;
  } {
    const [sql, ...parameters] = typeof read === "string" ? [read] : read;
    const { statements, bindings } = this.analyse(sql);
    const [statement] = statements as readonly [StatementAnalysis];
    const reads = tablesReadBy(statement, this.schema);
    if (reads.kind !== "tables" || !bindings) throw new Error(`cannot be cached: ${sql}`);
    const context = this.granularity.contextOf(
      sql,
      { schema: this.schema, bindings, parameters },
      this.#told.coarser,
    );
    return { statement, tables: reads.tables, context: { ...context, companions: true } };
  }

  described(write: Statement): DescribedWrite | undefined {
    const [sql, ...parameters] = typeof write === "string" ? [write] : write;
    const { statements, bindings } = this.analyse(sql);
    const [statement] = statements as readonly [StatementAnalysis];
    return bindings && describedWrite(statement.writes, this.schema, { bindings, parameters }, this.#told);
  }

  /** By tables; `exactly`: what is known of the rows once they are written. */
  changes(
    write: Statement,
    exactly?: (described: DescribedWrite) => readonly RowChange[] | undefined,
  ): ReadonlyMap<string, TableChange> {
    const described = this.described(write);
    if (described) {
      const changes = exactly?.(described) ?? describedRows(described);
      return changedRows(described, changes, this.schema).tables;
    }
    const [statement] = this.analyse(typeof write === "string" ? write : write[0]).statements;
    const { everything, tables } = changedBy((statement as StatementAnalysis).writes, this.schema);
    if (everything !== undefined) throw new Error(everything);
    return tables;
  }

  /** Whether a result of the read would be dropped for these changes. */
  concerns({ sql, rows = [], page }: Read, changes: ReadonlyMap<string, TableChange>): boolean {
    return this.reliances(sql, page).some((reliance) => {
      const change = changes.get(reliance.path);
      return change !== undefined && this.#touches(this.#claim(reliance, change), reliance, rows);
    });
  }

  #claim({ path, schemes }: Reliance, change: TableChange): Claim {
    const record: RecordName = { namespace: { prefix: "", database: "" }, kind: "table", name: path };
    const facts = this.schema.facts(path);
    return claimOf(
      { record, change, facts },
      { stamp: "all", schemes },
      { ...this.#told, schema: this.schema },
    );
  }

  #touches({ changes }: Claim, { parts, schemes, late }: Reliance, rows: Read["rows"]): boolean {
    if (!changes || !parts) return !changes || changes.schemes.length + changes.parts.length > 0 || !parts;
    if (schemes.some(({ id }) => changes.schemes.includes(id))) return true;
    const told = late.flatMap((each) => latePartsOf(each, rows, this.dialect) ?? everyPart(each.scheme.id));
    const same = (a: Part, b: Part): boolean => a.scheme === b.scheme && (a.key === b.key || b.key === "*");
    return [...parts, ...told].some((part) => changes.parts.some((each) => same(each, part)));
  }
}

/** Where the result does not tell them it is not kept; here it counts as all of them. */
function everyPart(scheme: string): readonly Part[] {
  return [{ scheme, key: "*" }];
}
