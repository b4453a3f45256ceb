import type { QueryRunner } from "typeorm";
import { inScope } from "../core/scope";
import type { Schema } from "../schema/schema";
import type { SqlDialect } from "../sql/analysis";
import { columnName } from "../sql/identifiers";
import type { ColumnFacts, TableFacts } from "../schema/column";
import { loadCatalogue } from "./catalogue";

/** Milliseconds until the database is asked again after it did not answer. */
const RETRY = 1000;

/**
 * What the database says of the tables: asked for at install, and again when DDL may have changed it. As long as it is
 * not known, reads rely on whole tables, and writes change them as a whole.
 */
export class TableFactsLoader {
  readonly #schema: Schema;
  readonly #dialect: SqlDialect;
  readonly #searched: boolean;
  #loaded = false;
  #asked = -Infinity;
  #loading: Promise<void> | undefined;
  /** Rises when what is being loaded may be out of date by the time that it is there. */
  #generation = 0;

  /** `searched`: where tables without a schema are found differs from transaction to transaction. */
  constructor(schema: Schema, dialect: SqlDialect, searched = false) {
    this.#schema = schema;
    this.#dialect = dialect;
    this.#searched = searched;
  }

  /** To be awaited before a statement outside of transactions: in one, a query that fails would do harm. */
  ready(queryRunner: QueryRunner): Promise<void> | undefined {
    if (this.#loaded || performance.now() - this.#asked < RETRY) return undefined;
    // What it asks the catalogue is no read of the function that is running.
    this.#loading ??= inScope({ recording: undefined }, () => this.#load(queryRunner)).finally(
      () => (this.#loading = undefined),
    );
    return this.#loading;
  }

  /** Before a statement that changes tables, and again when it is committed: others may load the old facts until then. */
  outdate(): void {
    this.#generation++;
    this.#loaded = false;
    this.#asked = -Infinity;
    this.#schema.learn(new Map());
  }

  async #load(queryRunner: QueryRunner): Promise<void> {
    const generation = this.#generation;
    this.#asked = performance.now();
    try {
      const tables = this.#schema.tables.filter(
        ({ view, schema }) => !view && !(this.#searched && schema === undefined),
      );
      const facts = await loadCatalogue(queryRunner, this.#dialect, tables);
      if (generation !== this.#generation) return;
      this.#schema.learn(new Map([...facts].map(([path, each]) => [path, this.#folded(each)])));
      this.#loaded = true;
    } catch {
      // Reads are coarser until it can be asked again.
    }
  }

  /** Columns by their names as statements are compared with them. */
  #folded(facts: TableFacts): TableFacts {
    const fold = (name: string): string => columnName(name, this.#dialect);
    const columns = new Map<string, ColumnFacts>();
    for (const [name, column] of facts.columns) columns.set(fold(name), column);
    return {
      ...facts,
      columns,
      primaryKey: facts.primaryKey.map(fold),
      uniqueKeys: facts.uniqueKeys.map((key) => key.map(fold)),
      references: facts.references.map(({ to, column, referenced }) => {
        return { to, column: fold(column), referenced: fold(referenced) };
      }),
    };
  }
}
