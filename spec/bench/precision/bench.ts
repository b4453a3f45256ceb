import type { ProfileOptions } from "../../../src";
import { blog } from "./blog/blog";
import { type Figures, figuresOf } from "./figures";
import { geo } from "./geo/geo";
import { type Granularity, profilesByGranularity } from "./granularity";
import { type BenchDatabase, type CachedRun, countWriteStatements, runCached, type Setting } from "./run";
import { operationsOf } from "./stream";
import type { Tally } from "./tally";
import type { Size } from "./workload";

export interface BenchOptions {
  readonly seed: number;
  /** Reads and writes of one run together; a read is a whole page. */
  readonly operations: number;
  /** Of all operations, from 0 to 1; each has runs of its own. */
  readonly writeShares: readonly number[];
  readonly size: Size;
  readonly database: BenchDatabase;
  /** Finds out what dropped entries needlessly, by rows. */
  readonly why?: boolean;
  /** Told after each run. */
  progress?(done: number, total: number): void;
}

export interface BenchRow {
  readonly workload: string;
  readonly writeShare: number;
  /** `oracle`: as if exactly the entries whose result has changed were dropped. */
  readonly cache: Granularity | "oracle";
  readonly writes: number;
  readonly figures: Figures;
  readonly tally: Tally;
  readonly pages?: Readonly<Record<string, Tally>>;
  /** How often an entry was dropped needlessly, by its page, its statement and what claimed it. */
  readonly needless?: Readonly<Record<string, number>>;
}

export interface BenchResult {
  readonly rows: readonly BenchRow[];
  /** Wrong answers, in words, with the run that gave them. */
  readonly violations: readonly string[];
}

/** The same stream of reads and writes for each way of invalidating, on databases with the same rows. */
export async function benchPrecision(options: BenchOptions): Promise<BenchResult> {
  const { database, size, writeShares } = options;
  const profiles = await profilesByGranularity();
  const workloads = [geo(size), blog(size)];
  const rows: BenchRow[] = [];
  const violations: string[] = [];
  const total = workloads.length * writeShares.length * (profiles.size + 1);
  let done = 0;
  const runEnded = (): void => options.progress?.(++done, total);
  for (const workload of workloads) {
    for (const writeShare of writeShares) {
      const operations = operationsOf(workload, { ...options, writeShare });
      const result = await compare({ database, workload, operations }, profiles, runEnded, options.why);
      rows.push(...result.rows.map((row) => ({ workload: workload.name, writeShare, ...row })));
      violations.push(...result.violations.map((each) => `${workload.name}, ${each}`));
    }
  }
  return { rows, violations };
}

/** One stream, by every granularity. */
async function compare(
  setting: Setting,
  profiles: ReadonlyMap<Granularity, ProfileOptions>,
  runEnded: () => void,
  why = false,
) {
  const plain = await countWriteStatements(setting);
  runEnded();
  const runs: (CachedRun & { granularity: Granularity })[] = [];
  for (const [granularity, profile] of profiles) {
    runs.push({ granularity, ...(await runCached(setting, profile, why && granularity === "row")) });
    runEnded();
  }
  const writes = setting.operations.filter(({ kind }) => kind === "write").length;
  const row = (cache: BenchRow["cache"], tally: Tally, extraStatements: number) => {
    return { cache, writes, tally, figures: figuresOf(tally, writes, extraStatements) };
  };
  const rows = runs.map(({ granularity, tally, pages, needless, writeStatements }) => ({
    ...row(granularity, tally, writeStatements - plain),
    pages: Object.fromEntries(pages),
    needless: Object.fromEntries([...needless].sort(([, a], [, b]) => b - a)),
  }));
  // Every run has seen the same answers of the database, so it does not matter whose oracle it is.
  const oracles = runs.slice(0, 1).map(({ oracle }) => row("oracle", oracle, 0));
  const violations = runs.flatMap((run) => run.violations.map((each) => `${run.granularity}: ${each}`));
  return { rows: [...rows, ...oracles], violations };
}
