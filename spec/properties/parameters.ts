import type { Parameters } from "fast-check";

/**
 * `FC_RUNS` makes a run longer, by a seed of its own: what is run by default is the same each time, so that it fails for
 * what was changed. A failure prints a seed, a path and, of commands, a replayPath: as
 * `FC_SEED`, `FC_PATH` and `FC_REPLAY` they bring it back at once.
 */
const RUNS = numberFrom("FC_RUNS");
export const SEED = numberFrom("FC_SEED") ?? (RUNS === undefined ? 1 : Date.now() % 2 ** 31);

export const REPLAY = process.env["FC_REPLAY"];

/** Shrinking ends in time for mocha to print what was found. */
export const TIMEOUT = RUNS === undefined ? 120_000 : 0;

export function parametersOf<T>(runs: number): Parameters<T> {
  const path = process.env["FC_PATH"];
  const limit = TIMEOUT > 0 ? { interruptAfterTimeLimit: TIMEOUT / 2 } : {};
  return { numRuns: RUNS ?? runs, seed: SEED, ...(path !== undefined && { path }), ...limit };
}

function numberFrom(name: string): number | undefined {
  const value = process.env[name];
  return value === undefined ? undefined : Number(value);
}
