import { isDeepStrictEqual } from "node:util";
import type { Violation } from "./checker";
import type { RoundResult } from "./round";
import type { State } from "./state";

const MOST_COMMITS = 10;

/** All that is known of a violation, and how to look for it again. */
export function describeViolation(result: RoundResult, { what, reads, fits }: Violation): string {
  const { seed, database, on = "single" } = result.options;
  const { low = 0, high = 0 } = reads[0] ?? {};
  return [
    `${what} (seed ${seed}, ${database}, ${on})`,
    ...reads.map(
      ({ read, answer, outcomes }) =>
        `  ${JSON.stringify(read)} [${outcomes.join(", ")}]\n    -> ${JSON.stringify(answer)}`,
    ),
    `  commits visible before the call: ${low}, after the answer: ${high}`,
    fits === undefined
      ? "  it fits no state before that"
      : `  it fits the state after commit ${fits}, not later`,
    ...changes(result.states, Math.max(fits ?? low, high - MOST_COMMITS), high),
    `  family: ${JSON.stringify(result.family)}`,
    `  again: npm run soak -- --seed ${seed} --database ${database} --minutes 1${on === "single" ? "" : ` --${on}`}`,
  ].join("\n");
}

function changes(states: readonly State[], from: number, to: number): string[] {
  const lines: string[] = [];
  for (let n = from + 1; n <= to; n++) {
    const before = states[n - 1];
    const after = states[n];
    if (before && after) lines.push(`  commit ${n}: ${difference(before, after)}`);
  }
  return lines;
}

function difference(before: State, after: State): string {
  const tables = Object.keys(after.tables).flatMap((name) =>
    parts(name, before.tables[name], after.tables[name]),
  );
  return [...tables, ...parts("links", before.links, after.links)].join("; ") || "nothing";
}

function parts(name: string, before: readonly unknown[] = [], after: readonly unknown[] = []): string[] {
  const lacking = (rows: readonly unknown[], others: readonly unknown[]): string =>
    JSON.stringify(rows.filter((row) => !others.some((other) => isDeepStrictEqual(row, other))));
  if (isDeepStrictEqual(before, after)) return [];
  return [`${name} -${lacking(before, after)} +${lacking(after, before)}`];
}
