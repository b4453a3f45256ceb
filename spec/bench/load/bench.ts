import { Fleet } from "./fleet";
import type { Call, Outcome } from "./messages";

export interface LoadOptions {
  readonly processes: number;
  /** Of all processes together. */
  readonly callers: number;
  readonly rounds: number;
  /** Milliseconds that the statement takes. */
  readonly takes: number;
  progress(done: number, total: number): void;
}

export interface LoadRow {
  readonly call: Call;
  readonly lock: boolean;
  readonly wrong: number;
  /** Of the rounds: how many statements reached the database. */
  readonly statements: readonly number[];
  /** Of the rounds, milliseconds: what the slowest caller of all processes waited longer than the load took. */
  readonly waits: readonly number[];
  /** Of the rounds, milliseconds: from the end of the last load to the last answer. */
  readonly after: readonly number[];
  /** The slowest of as many callers at one time that get what is stored: so long the machine takes for a thousand answers. */
  readonly hits: readonly number[];
}

const CALLS: readonly Call[] = ["find", "function"];
const ROWS = CALLS.flatMap((call) => [false, true].map((lock) => [call, lock] as const));

/** Everybody asks for the same at one time, of which nothing is stored. */
export async function benchLoad(options: LoadOptions): Promise<readonly LoadRow[]> {
  const { processes, rounds, takes, progress } = options;
  const callers = options.callers / processes;
  const fleet = await Fleet.start(processes);
  const rows: LoadRow[] = [];
  try {
    // Code that runs for the first time is not what is measured.
    for (let i = 0; i < 3; i++)
      for (const call of CALLS) await fleet.misses({ call, callers, lock: true, takes: 1 });
    for (const [call, lock] of ROWS) {
      const row = {
        ...{ call, lock, wrong: 0 },
        ...{ statements: [] as number[], waits: [] as number[] },
        ...{ after: [] as number[], hits: [] as number[] },
      };
      for (let round = 0; round < rounds; round++) {
        const misses = await fleet.misses({ call, callers, lock, takes });
        const hits = await fleet.hits({ call, callers, lock });
        row.wrong += [...misses, ...hits].reduce((sum, { answers }) => sum + callers - answers, 0);
        row.statements.push(misses.reduce((sum, { statements }) => sum + statements, 0));
        row.waits.push(slowest(misses) - Math.max(...misses.map(({ load }) => load)));
        row.after.push(latest(misses, "answered") - latest(misses, "ended"));
        row.hits.push(slowest(hits));
        progress(rows.length * rounds + round + 1, ROWS.length * rounds);
      }
      rows.push(row);
    }
  } finally {
    await fleet.stop();
  }
  return rows;
}

function slowest(outcomes: readonly Outcome[]): number {
  return Math.max(...outcomes.flatMap(({ latencies }) => latencies));
}

function latest(outcomes: readonly Outcome[], moment: "answered" | "ended"): number {
  return Math.max(...outcomes.map((outcome) => outcome[moment]));
}

export function tableOf(rows: readonly LoadRow[]): string {
  const lines = rows.map(({ call, lock, statements, waits, after, hits }) => {
    const extra = waits.map((wait, round) => wait - (hits[round] as number));
    const [fewest, most] = [Math.min(...statements), Math.max(...statements)];
    const counts = fewest === most ? `${most}` : `${fewest} to ${most}`;
    const spreads = [waits, after, hits, extra].map(spread);
    return `| ${[call, lock ? "yes" : "no", counts, ...spreads].join(" | ")} |`;
  });
  return [
    "| call | lock | statements | longest wait beyond the load | after its end | as many hits | wait - hits |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
  ].join("\n");
}

/** The median round and the worst. */
function spread(all: readonly number[]): string {
  const sorted = [...all].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${median.toFixed(0)} ms, at most ${(sorted[sorted.length - 1] ?? 0).toFixed(0)} ms`;
}
