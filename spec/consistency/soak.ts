import type { DeploymentName } from "./deployments";
import { drawMix } from "./mix";
import type { CheckedDatabase } from "./recorder";
import { describeViolation } from "./report";
import { runRound } from "./round";

export interface SoakOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly databases: readonly CheckedDatabase[];
  readonly on: DeploymentName;
  /** Told after each round. */
  progress(doneMs: number, counts: Readonly<Record<string, number>>, seed: number): void;
}

export interface SoakResult {
  readonly rounds: number;
  readonly counts: Readonly<Record<string, number>>;
  /** In words. */
  readonly violations: readonly string[];
}

/** Seconds of one round: long enough to be warm, and each is another family of tables. */
const ROUND_SECONDS = 20;

/** Round after round, each with the next seed, until the time is over. */
export async function soak({ seed, minutes, databases, on, progress }: SoakOptions): Promise<SoakResult> {
  const counts: Record<string, number> = {};
  const violations: string[] = [];
  const started = Date.now();
  let rounds = 0;
  for (; Date.now() - started < minutes * 60_000; rounds++) {
    for (const database of databases) {
      const own = seed + rounds;
      const round = {
        seed: own,
        database,
        on,
        seconds: ROUND_SECONDS,
        workers: 3,
        mix: drawMix(own),
        faults: own % 4 !== 0,
      };
      const result = await runRound(round);
      for (const [name, count] of Object.entries(result.counts)) counts[name] = (counts[name] ?? 0) + count;
      violations.push(...result.violations.map((each) => describeViolation(result, each)));
      progress(Date.now() - started, counts, own);
    }
  }
  return { rounds, counts, violations };
}
