import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import {
  DataSource,
  type DataSourceOptions,
  type EntitySubscriberInterface,
  type QueryRunner,
} from "typeorm";
import { cacheops, cacheopsOf, createRedisStore } from "../../src";
import { Random } from "../unit/sql/random";
import { ChaosStore, pause } from "./chaos-store";
import { entitiesOf, generateFamily } from "./family";
import { LEASE_MS } from "./lease";
import type { Command, HistoryLine, WorkerOptions } from "./messages";
import { type CheckedDatabase, openRecorder, type Recorder } from "./recorder";
import { CHECKED } from "./recorder/postgres";
import { Reading } from "./reading";
import { Writing } from "./writing";

const TALLY_INTERVAL_MS = 200;

class Worker {
  #counts: Record<string, number> = {};
  readonly #readOnly = new WeakSet<QueryRunner>();
  #stopping = false;
  #degraded = false;
  #writing: Writing | undefined;

  private constructor(
    private readonly options: WorkerOptions,
    private readonly dataSource: DataSource,
    private readonly recorder: Recorder,
    private readonly chaos: ChaosStore,
  ) {}

  static async start(options: WorkerOptions): Promise<Worker> {
    const { redis, onStoreError, database, databaseUrl } = options;
    const recorder = await openRecorder(database, databaseUrl);
    const family = generateFamily(options.family, database);
    const store = createRedisStore({ redis, operationTimeout: LEASE_MS / 2 });
    const chaos = new ChaosStore(store, new Random(options.seed));
    const dataSource = new DataSource({
      type: database,
      url: databaseUrl,
      entities: entitiesOf(family),
      ...poolOf(database, options.mix.writers + options.mix.readers),
      cache: cacheops({
        store: chaos.store,
        onStoreError,
        prefix: "check",
        lease: LEASE_MS,
        defaults: { ops: "all", timeout: "10m" },
        // The recorder's own, which change none of these.
        triggers: Object.fromEntries(
          [...family.tables.map(({ name }) => name), family.junction.table].map((table) => [table, []]),
        ),
        profiles: {
          "*": {},
          ...(family.coarse === undefined ? {} : { [family.coarse]: { granularity: "table" } }),
        },
      }),
    } as DataSourceOptions);
    await dataSource.initialize();
    return new Worker(options, dataSource, recorder, chaos);
  }

  async work(): Promise<void> {
    const { seed, mix, number, family } = this.options;
    const { dataSource, recorder } = this;
    process.on("message", (command: Command) => this.#obey(command));
    process.once("disconnect", () => process.exit(1));
    cacheopsOf(dataSource).on("degrade", () => (this.#degraded = true));
    cacheopsOf(dataSource).on("recover", () => (this.#degraded = false));
    cacheopsOf(dataSource).on("invalidate", ({ delivered }) =>
      this.#count(delivered ? "invalidations" : "undelivered"),
    );
    // What is not told by rows puts little to the test.
    this.chaos.replaced = (claims) => {
      for (const { record, changes, unchanged } of claims)
        if (record.kind === "table" && !unchanged)
          this.#count(changes ? "replaced: rows" : "replaced: tables");
    };
    dataSource.subscribers.push(this.#subscriber());
    const parts = {
      dataSource,
      recorder,
      family: generateFamily(family, this.options.database),
      mix,
      readOnly: this.#readOnly,
      stopping: () => this.#stopping,
      count: (name: string) => this.#count(name),
      write: (line: HistoryLine) => this.#write(line),
    };
    const reading = new Reading(parts, family);
    const writing = new Writing(parts, reading, number);
    this.#writing = writing;
    const lanes = [
      ...Array.from({ length: mix.writers }, (_, index) => writing.loop(new Random(seed + 1000 + index))),
      ...Array.from({ length: mix.readers }, (_, index) => reading.loop(new Random(seed + 2000 + index))),
    ];
    const tallies = setInterval(() => this.#tally(), TALLY_INTERVAL_MS);
    process.send?.("working");
    await Promise.all(lanes);
    clearInterval(tallies);
    this.#tally();
    await Promise.all([dataSource.destroy(), recorder.close()]);
  }

  /** Records what a transaction did before its COMMIT, and takes its time now and then. */
  #subscriber(): EntitySubscriberInterface {
    const random = new Random(this.options.seed + 3000);
    return {
      beforeQuery: async ({ query, queryRunner }) => {
        if (query === "COMMIT" && !this.#readOnly.has(queryRunner))
          await this.recorder.beforeCommit(queryRunner);
        if (random.chance(0.1)) await pause(random);
      },
    };
  }

  #obey(command: Command): void {
    switch (command.kind) {
      case "stop":
        this.#stopping = true;
        return;
      case "rest":
        return void this.#writing?.rest().then(() => process.send?.("resting"));
      case "recover":
        if (this.#degraded) cacheopsOf(this.dataSource).once("recover", () => process.send?.("recovered"));
        else process.send?.("recovered");
        return;
      case "go on":
        return this.#writing?.goOn();
      case "die":
        return this.chaos.dieAt(command.at);
      case "clock":
        return shiftClock(command.by);
      default:
        return command satisfies never;
    }
  }

  #tally(): void {
    this.#write({ kind: "tally", counts: this.#counts });
    this.#counts = {};
  }

  #count(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  /** At once, as this process may be killed at any moment. */
  #write(line: HistoryLine): void {
    appendFileSync(this.options.file, `${JSON.stringify(line)}\n`);
  }
}

/**
 * TypeORM listens for errors of a connection only a moment after it has got it, and not at all within initialize(). With or
 * without a cache the process ends if
 *   1. the server says that the connection is ready, and pg's pool takes its own listener off and hands it over
 *   2. the server ends it, and that is read along with 1
 *   3. TypeORM's promise resolves, and it begins to listen
 */
class ListeningClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    this.on("error", () => undefined);
  }
}

/** Each lane may hold one connection, and ask for another one for a moment. */
function poolOf(database: CheckedDatabase, lanes: number): Partial<DataSourceOptions> {
  const size = lanes + 2;
  return database === "postgres"
    ? { applicationName: CHECKED, extra: { max: size, Client: ListeningClient } }
    : { extra: { connectionLimit: size } };
}

const now = Date.now;

function shiftClock(by: number): void {
  Date.now = () => now() + by;
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? "") as WorkerOptions;
  if (options.mutant !== undefined) await import(join(__dirname, "mutants", `${options.mutant}.js`));
  const worker = await Worker.start(options);
  await worker.work();
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
