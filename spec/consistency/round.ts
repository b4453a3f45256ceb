import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DataSource, type DataSourceOptions } from "typeorm";
import { freshDatabase } from "../support/databases";
import { Random } from "../unit/sql/random";
import { Checker, type Violation } from "./checker";
import { entitiesOf, type Family, generateFamily } from "./family";
import { type Deployment, type DeploymentName, type FaultName, startDeployment } from "./deployments";
import { type Fault, type Stage, WORKER_FAULTS } from "./faults";
import { fill } from "./filling";
import { HistoryFile } from "./history";
import type { HistoryLine, Mix } from "./messages";
import { type CheckedDatabase, openRecorder, type Recorder } from "./recorder";
import { parseState, type State } from "./state";
import { WorkerProcess } from "./worker-process";

export interface RoundOptions {
  readonly seed: number;
  readonly database: CheckedDatabase;
  readonly seconds: number;
  readonly workers: number;
  readonly mix: Mix;
  /** Where the results are kept. Default: one Redis. */
  readonly on?: DeploymentName;
  /** `true`: drawn; a list: these in turn; `false`: none. */
  readonly faults: boolean | readonly FaultName[];
  readonly mutant?: string;
  /** `onStoreError` of the workers. Default: drawn. */
  readonly policy?: "bypass" | "throw";
}

export interface RoundResult {
  readonly options: RoundOptions;
  readonly family: Family;
  readonly states: readonly State[];
  readonly violations: readonly Violation[];
  /** How often what happened, over all workers that ended by themselves; faults by their names. */
  readonly counts: Readonly<Record<string, number>>;
}

const CHECK_INTERVAL_MS = 250;

/** On average. After most faults readers keep out for a lease, and nothing is put to the test. */
const FAULT_INTERVAL_MS = 1500;

/** Workers at work on a database and a Redis, faults, and the check of all that they were answered. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const database = await freshDatabase(options.database);
  const folder = mkdtempSync(join(tmpdir(), "cacheops-check-"));
  const deployment = await startDeployment(options.on ?? "single", options.workers);
  try {
    const { url } = database.options as { url: string };
    const family = generateFamily(options.seed, options.database);
    await prepare(database.options, family);
    const recorder = await openRecorder(options.database, url);
    try {
      await recorder.install(family);
      return await new Round(options, { family, recorder, deployment, url, folder }).run();
    } finally {
      await recorder.close();
    }
  } finally {
    await deployment.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly family: Family;
  readonly recorder: Recorder;
  readonly deployment: Deployment;
  /** Of the database. */
  readonly url: string;
  readonly folder: string;
}

class Round {
  readonly #options: RoundOptions;
  readonly #parts: Parts;
  readonly #random: Random;
  readonly #policy: "bypass" | "throw";
  readonly #states: State[] = [];
  readonly #checker: Checker;
  readonly #histories: HistoryFile[] = [];
  readonly #violations: Violation[] = [];
  readonly #counts: Record<string, number> = {};
  readonly #workers: WorkerProcess[] = [];
  #started = 0;
  #over = false;

  constructor(options: RoundOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#random = new Random(options.seed + 77);
    this.#policy = options.policy ?? (this.#random.chance(0.5) ? "throw" : "bypass");
    this.#checker = new Checker(parts.family, this.#states);
  }

  async run(): Promise<RoundResult> {
    const { workers, seconds } = this.#options;
    const indices = Array.from({ length: workers }, (_, index) => index);
    try {
      await Promise.all(indices.map((index) => this.#start(index)));
      const end = Date.now() + seconds * 1000;
      await Promise.all([this.#faults(end), this.#checks(end)]);
      await Promise.all(this.#workers.map((worker) => worker.stop()));
      await this.#check();
    } finally {
      await Promise.all(this.#workers.map((worker) => worker.kill()));
    }
    const { family } = this.#parts;
    return {
      options: this.#options,
      family,
      states: this.#states,
      violations: this.#violations,
      counts: { ...this.#counts, commits: this.#states.length - 1 },
    };
  }

  async #start(index: number): Promise<void> {
    const { seed, database, mix, mutant } = this.#options;
    const { deployment, url, folder } = this.#parts;
    const number = ++this.#started;
    const file = join(folder, `${number}.jsonl`);
    this.#histories.push(new HistoryFile(file));
    this.#workers[index] = await WorkerProcess.start({
      seed: seed + 10_000 * number,
      family: seed,
      number,
      database,
      databaseUrl: url,
      redis: deployment.redisOf(index),
      onStoreError: this.#policy,
      mix,
      file,
      mutant,
    });
  }

  async #faults(end: number): Promise<void> {
    const { faults } = this.#options;
    if (faults === false) return;
    const all: Record<string, Fault> = { ...WORKER_FAULTS, ...this.#parts.deployment.faults };
    const names = Array.isArray(faults) ? (faults as readonly string[]) : this.#possible(all);
    const stage = this.#stage();
    for (let turn = 0; !this.#over && Date.now() < end - 1000; turn++) {
      await wait(FAULT_INTERVAL_MS * (0.5 + this.#random.next()));
      const name = (faults === true ? this.#random.pick(names) : names[turn % names.length]) as string;
      await (all[name] as Fault).strike(stage);
      this.#count(`fault: ${name}`, 1);
    }
  }

  #possible(all: Readonly<Record<string, Fault>>): readonly string[] {
    return Object.keys(all).filter((name) => this.#policy === "throw" || !all[name]?.throwOnly);
  }

  #stage(): Stage {
    return {
      random: this.#random,
      recorder: this.#parts.recorder,
      size: this.#options.workers,
      worker: (index) => this.#workers[index] as WorkerProcess,
      revive: (index) => this.#start(index),
    };
  }

  /** Ends early at the first violation. */
  async #checks(end: number): Promise<void> {
    while (Date.now() < end && this.#violations.length === 0) {
      await wait(CHECK_INTERVAL_MS);
      await this.#check();
    }
    this.#over = true;
  }

  async #check(): Promise<void> {
    const lines = this.#histories.flatMap((history) => history.readNew());
    // After the lines were read: so every commit that they saw is there.
    const fresh = await this.#parts.recorder.statesFrom(this.#states.length);
    for (const json of fresh) this.#states.push(parseState(this.#parts.family, json));
    for (const line of lines) this.#take(line);
  }

  #take(line: HistoryLine): void {
    if (line.kind === "tally")
      for (const [name, count] of Object.entries(line.counts)) this.#count(name, count);
    if (line.kind === "reads") this.#count("answers checked", line.reads.length);
    const violation = this.#checker.check(line);
    if (violation) this.#violations.push(violation);
  }

  #count(name: string, by: number): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + by;
  }
}

/** The tables, and a row of each id. */
async function prepare(options: DataSourceOptions, family: Family): Promise<void> {
  const dataSource = new DataSource({ ...options, entities: entitiesOf(family), synchronize: true });
  await dataSource.initialize();
  try {
    await fill(dataSource, family);
  } finally {
    await dataSource.destroy();
  }
}
