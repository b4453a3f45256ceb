import { DataSource, type DataSourceOptions } from "typeorm";
import { cacheops, type ProfileOptions, withoutCache } from "../../../src";
import { createMemoryStore } from "../../../src/stores/memory";
import { Random } from "../../unit/sql/random";
import { type DatabaseName, freshDatabase } from "../../support/databases";
import { freshStore } from "../../support/stores";
import { Causes } from "./causes";
import { Observer } from "./observer";
import { StatementLog } from "./statement-log";
import type { Operation, PageRead, Write } from "./stream";
import type { Tally } from "./tally";
import type { Workload } from "./workload";

/** Those whose rows outlive a data source. */
export type BenchDatabase = Exclude<DatabaseName, "sqljs">;

/** What a run works on; each has a database of its own, with the same rows. */
export interface Setting {
  readonly database: BenchDatabase;
  readonly workload: Workload;
  readonly operations: readonly Operation[];
}

export interface CachedRun {
  readonly tally: Tally;
  /** What a cache of no mistakes would have made of the same statements. */
  readonly oracle: Tally;
  readonly pages: ReadonlyMap<string, Tally>;
  readonly violations: readonly string[];
  /** Sent by all writes together. */
  readonly writeStatements: number;
  /** How often an entry was dropped needlessly, by its page, its statement and what claimed it. */
  readonly needless: ReadonlyMap<string, number>;
}

/** The statements that the writes send where there is no cache. Reads change nothing about them: they are left out. */
export async function countWriteStatements({ operations, ...setting }: Setting): Promise<number> {
  const log = new StatementLog();
  return withDataSource(setting, { logger: log.logger }, async (dataSource) => {
    let statements = 0;
    for (const operation of operations)
      if (operation.kind === "write") statements += await write(dataSource, operation, log);
    return statements;
  });
}

export async function runCached(
  { operations, ...setting }: Setting,
  defaults: ProfileOptions,
  why = false,
): Promise<CachedRun> {
  const log = new StatementLog();
  // Every store drops the same; the one in the process is quick to be watched.
  const causes = why ? new Causes(createMemoryStore({ maxEntries: 1e6, maxBytes: 1e9 })) : undefined;
  const cache = cacheops({ ...(causes ? { store: causes.store } : freshStore("redis")), defaults });
  return withDataSource(setting, { logger: log.logger, cache }, async (dataSource) => {
    log.watch(dataSource);
    const observer = new Observer(dataSource, log, causes);
    let writeStatements = 0;
    for (const operation of operations) {
      if (causes && operation.kind === "write") causes.writing = operation.change.name;
      if (operation.kind === "write") writeStatements += await write(dataSource, operation, log);
      else await visit(dataSource, operation, observer);
    }
    const { tally, oracle, pages, violations, needless } = observer;
    return { tally, oracle, pages, violations, needless, writeStatements };
  });
}

async function visit(
  dataSource: DataSource,
  { page, instance }: PageRead,
  observer: Observer,
): Promise<void> {
  await page.show({ dataSource, ask: (call) => observer.ask(page.name, call) }, instance);
}

/** What a write reads in order to write is read from the database, so that it can be compared between runs. */
async function write(dataSource: DataSource, { change, seed }: Write, log: StatementLog): Promise<number> {
  const before = log.count;
  await withoutCache(() => change.apply(dataSource, new Random(seed)));
  return log.count - before;
}

async function withDataSource<T>(
  { database, workload }: Omit<Setting, "operations">,
  options: Partial<DataSourceOptions>,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const fresh = await freshDatabase(database);
  const entities = [...workload.entities];
  const open = (more: Partial<DataSourceOptions>): Promise<DataSource> =>
    new DataSource({ ...fresh.options, entities, ...more } as DataSourceOptions).initialize();
  try {
    const seeding = await open({ synchronize: true });
    await workload.seed(seeding).finally(() => seeding.destroy());
    const dataSource = await open({ logging: true, ...options });
    return await work(dataSource).finally(() => dataSource.destroy());
  } finally {
    await fresh.drop();
  }
}
