import type { DataSource, QueryRunner } from "typeorm";
import type { Cacheops } from "../cacheops";
import type { Reader } from "../core/reader";
import type { Pending } from "../core/pending";
import type { WriteSet } from "../dependencies/writes";
import type { Schema } from "../schema/schema";
import type { SqlDialect } from "../sql/analysis";
import type { Sessions } from "./sessions";
import type { FunctionParts } from "./function-parts";
import type { TableFactsLoader } from "./table-facts";

/** What a call of the runner's `query()` was given. */
export interface QueryCall {
  readonly query: string;
  readonly parameters: unknown;
}

/** What the patched methods need of one data source. */
export interface Installed extends FunctionParts {
  readonly dataSource: DataSource;
  /** For messages. */
  readonly name: string;
  readonly cacheops: Cacheops;
  readonly reader: Reader;
  readonly sessions: Sessions;
  readonly dialect: SqlDialect;
  /** It reads another data source's database, of which it may be a replica. */
  readonly shares: boolean;
  readonly schema: Schema;
  /** Identifies the data source in a scope's transaction. */
  readonly owner: object;
  /** For a statement that TypeORM sends without events. */
  before(queryRunner: QueryRunner, query: string): Promise<Pending> | undefined;
  /** For a change that no statement makes. */
  during<T>(writes: WriteSet, work: () => Promise<T>): Promise<T>;
  readonly facts: TableFactsLoader;
  /** Asks the database what its tables are, unless that is known. */
  learnTables(): Promise<void>;
  /** A call of the runner's `query()`, to the end of all that follows from its statement. */
  complete<T>(queryRunner: QueryRunner, statement: QueryCall, call: () => Promise<T>): Promise<T>;
  /** A statement that a subscriber has refused will not be sent. */
  refused(queryRunner: QueryRunner, query: string, parameters: unknown): Promise<void>;
}

const installed = new Map<DataSource, Installed>();

export function register(installation: Installed): void {
  installed.set(installation.dataSource, installation);
}

export function unregister(dataSource: DataSource): void {
  installed.delete(dataSource);
}

export function installedOn(dataSource: unknown): Installed | undefined {
  return installed.get(dataSource as DataSource);
}

/** For a builder, manager or runner of TypeORM's: 0.3 calls their data source `connection`. */
export function installedFor(owned: unknown): Installed | undefined {
  const { dataSource, connection } = owned as { dataSource?: DataSource; connection?: DataSource };
  return installedOn(dataSource ?? connection);
}

export function everyInstalled(): readonly Installed[] {
  return [...installed.values()];
}
