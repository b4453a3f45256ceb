import { expect } from "chai";
import {
  DataSource,
  type DataSourceOptions,
  type EntitySchema,
  type EntityTarget,
  type Logger,
  type ObjectLiteral,
  type Repository,
} from "typeorm";
import {
  type Cacheops,
  cacheops,
  cacheopsOf,
  type CacheopsOptions,
  invalidateAll,
  type InvalidateEvent,
  type ReadEvent,
} from "../../src";
import { DATABASES, type DatabaseName, type FreshDatabase, freshDatabase } from "./databases";
import { freshStore, type StoreName, type StoreOptions, STORES } from "./stores";

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- as TypeORM types entity classes
type EntityClass = Function | EntitySchema<ObjectLiteral>;

export interface LabOptions {
  readonly database: DatabaseName;
  readonly store: StoreName;
  readonly entities: readonly EntityClass[];
  readonly cache?: CacheopsOptions;
  readonly dataSource?: Partial<DataSourceOptions>;
}

/**
 * A data source with a cache on real services, which writes down what reaches the database
 * (`statements`) and what became of each read (`reads`) and write (`invalidations`).
 */
export class Lab {
  readonly reads: ReadEvent[] = [];
  readonly invalidations: InvalidateEvent[] = [];
  readonly statements: string[] = [];
  readonly storeOptions: StoreOptions;
  readonly #database: FreshDatabase;
  #dataSource: DataSource | undefined;

  private constructor(database: FreshDatabase, storeOptions: StoreOptions) {
    this.#database = database;
    this.storeOptions = storeOptions;
  }

  static async open({ database, store, entities, cache, dataSource }: LabOptions): Promise<Lab> {
    const fresh = await freshDatabase(database);
    const storeOptions = freshStore(store);
    const lab = new Lab(fresh, storeOptions);
    const options = {
      ...fresh.options,
      entities: [...entities],
      synchronize: true,
      logging: true,
      logger: lab.#logger(),
      ...dataSource,
      cache: cacheops({ ...storeOptions, ...cache }),
    } as DataSourceOptions;
    try {
      lab.#dataSource = await new DataSource(options).initialize();
    } catch (error) {
      await fresh.drop();
      throw error;
    }
    lab.cache.on("read", (event) => lab.reads.push(event));
    lab.cache.on("invalidate", (event) => lab.invalidations.push(event));
    lab.forget();
    return lab;
  }

  get dataSource(): DataSource {
    if (!this.#dataSource) throw new Error("The lab is closed.");
    return this.#dataSource;
  }

  get prefix(): string {
    return this.storeOptions.prefix;
  }

  get cache(): Cacheops {
    return cacheopsOf(this.dataSource);
  }

  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.dataSource.getRepository(entity);
  }

  /** Another data source on the same database and store, as another process would have it. */
  async sibling(
    cache: CacheopsOptions = {},
    dataSource: Partial<DataSourceOptions> = {},
  ): Promise<DataSource> {
    const options = { ...this.dataSource.options, synchronize: false, ...dataSource } as DataSourceOptions;
    const store = cache.store ? { prefix: this.prefix } : this.storeOptions;
    return new DataSource({ ...options, cache: cacheops({ ...store, ...cache }) }).initialize();
  }

  /** What became of the reads inside `fn`: `"hit"`, `"miss"`, `"stale"`, `"bypass: profile"`, … */
  async outcomes(fn: () => Promise<unknown>): Promise<string[]> {
    const from = this.reads.length;
    await fn();
    return this.reads.slice(from).map(({ outcome, reason }) => (reason ? `${outcome}: ${reason}` : outcome));
  }

  /** Fails unless exactly `count` statements reach the database inside `fn`; says which did. */
  async expectStatements<T>(count: number, fn: () => Promise<T>): Promise<T> {
    const from = this.statements.length;
    const result = await fn();
    const ran = this.statements.slice(from);
    expect(ran.length, `statements:\n${ran.join("\n")}\n`).to.equal(count);
    return result;
  }

  /** Tables invalidated inside `fn`, `"*"` for everything, each event sorted on its own. */
  async invalidated(fn: () => Promise<unknown>): Promise<string[]> {
    const from = this.invalidations.length;
    await fn();
    return this.invalidations.slice(from).flatMap(({ everything, tables }) => (everything ? ["*"] : tables));
  }

  /** Empties every table, and nothing that was cached of them is left. */
  async wipe(): Promise<void> {
    const { dataSource } = this;
    const stored = dataSource.entityMetadatas.filter(({ tableType }) => tableType !== "view");
    const tables = [...new Set(stored.map(({ tablePath }) => tablePath))].map((path) => this.#escape(path));
    if (dataSource.options.type === "sqljs") wipeSqljs(dataSource, tables);
    else await wipeServer(dataSource, tables);
    await invalidateAll({ dataSource });
    this.forget();
  }

  /** Starts the records anew. */
  forget(): void {
    this.reads.length = this.invalidations.length = this.statements.length = 0;
  }

  async close(): Promise<void> {
    await this.#dataSource?.destroy();
    this.#dataSource = undefined;
    await this.#database.drop();
  }

  #escape(path: string): string {
    return path
      .split(".")
      .map((part) => this.dataSource.driver.escape(part))
      .join(".");
  }

  #logger(): Logger {
    const nothing = (): void => undefined;
    return {
      logQuery: (query) => void this.statements.push(query),
      logQueryError: nothing,
      logQuerySlow: nothing,
      logSchemaBuild: nothing,
      logMigration: nothing,
      log: nothing,
    };
  }
}

/** Behind TypeORM's back: its one query runner must not remember a PRAGMA for the rest of the specs. */
function wipeSqljs(dataSource: DataSource, tables: readonly string[]): void {
  const { databaseConnection } = dataSource.driver as unknown as {
    databaseConnection: { run(sql: string): void; exec(sql: string): unknown[] };
  };
  const counters = databaseConnection.exec("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'");
  const wiped = counters.length > 0 ? [...tables, "sqlite_sequence"] : tables;
  const deletes = wiped.map((table) => `DELETE FROM ${table};`).join("");
  databaseConnection.run(`PRAGMA foreign_keys = OFF; ${deletes} PRAGMA foreign_keys = ON;`);
}

async function wipeServer(dataSource: DataSource, tables: readonly string[]): Promise<void> {
  const statements =
    dataSource.options.type === "postgres"
      ? [`TRUNCATE ${tables.join(", ")} RESTART IDENTITY CASCADE`]
      : [
          "SET FOREIGN_KEY_CHECKS = 0",
          ...tables.map((table) => `TRUNCATE ${table}`),
          "SET FOREIGN_KEY_CHECKS = 1",
        ];
  const queryRunner = dataSource.createQueryRunner();
  try {
    for (const sql of statements) await queryRunner.query(sql);
  } finally {
    await queryRunner.release();
  }
}

/**
 * Describes the same behaviour on every database: with Redis on all, with the in-process store on one, as it knows nothing
 * of databases. `SPEC_DATABASES` narrows the matrix; stores that `SPEC_STORES` names are combined with every database.
 */
export function onEveryCombination(
  title: string,
  describeIt: (combination: { database: DatabaseName; store: StoreName }) => void,
): void {
  for (const database of chosen("SPEC_DATABASES", DATABASES)) {
    for (const store of storesWith(database)) {
      describe(`${title} [${database}, ${store}]`, () => describeIt({ database, store }));
    }
  }
}

function storesWith(database: DatabaseName): readonly StoreName[] {
  const all = process.env["SPEC_STORES"] !== undefined || database === "sqljs";
  return all ? STORES : STORES.filter((store) => store !== "memory");
}

function chosen<T extends string>(variable: string, all: readonly T[]): readonly T[] {
  const wanted = process.env[variable]?.split(",");
  return wanted ? all.filter((each) => wanted.includes(each)) : all;
}
