import { isDeepStrictEqual } from "node:util";
import type { Family } from "./family";
import type { Answered, HistoryLine } from "./messages";
import { expectedAnswer, statementsOf } from "./reads";
import type { State } from "./state";

/** Answers that the database could not have given. */
export interface Violation {
  readonly what: string;
  readonly reads: readonly Answered[];
  /** The latest commit after which the answers would have been right; none: they never were. */
  readonly fits: number | undefined;
}

/**
 * An answer is right if it is what the model gives for the state after some commit that lies between
 * the last one visible before the call and the last one visible after the answer. A read of several
 * statements may see a state for each, in order; reads of one snapshot see the same.
 */
export class Checker {
  readonly #family: Family;
  readonly #states: State[];

  /** `states` grows as commits are recorded. */
  constructor(family: Family, states: State[]) {
    this.#family = family;
    this.#states = states;
  }

  check(line: HistoryLine): Violation | undefined {
    switch (line.kind) {
      case "reads":
        return this.#checkReads(line.reads);
      case "own write missed": {
        const what = `a transaction that wrote ${String(line.wrote)} did not read it back`;
        const { read, answer } = line;
        return { what, reads: [{ read, answer, low: 0, high: 0, outcomes: [] }], fits: undefined };
      }
      case "tally":
        return undefined;
      default:
        return line satisfies never;
    }
  }

  #checkReads(reads: readonly Answered[]): Violation | undefined {
    const { low, high } = reads[0] as Answered;
    if (this.#possible(reads, low, high)) return undefined;
    const what = reads.length > 1 ? "answers of one snapshot" : "an answer";
    return {
      what: `${what} that the database could not have given`,
      reads,
      fits: this.#latestFit(reads, low),
    };
  }

  #possible(reads: readonly Answered[], low: number, high: number): boolean {
    if (reads.length === 1) return this.#fits(reads[0] as Answered, [], low, high);
    for (let k = low; k <= high; k++) if (reads.every((each) => this.#fits(each, [], k, k))) return true;
    return false;
  }

  /** Whether there is a state for each of the statements to come. */
  #fits(answered: Answered, seen: State[], low: number, high: number): boolean {
    const { read, answer } = answered;
    if (seen.length === statementsOf(read))
      return isDeepStrictEqual(expectedAnswer(read, this.#family, seen), answer);
    for (let k = low; k <= high; k++) {
      const state = this.#states[k];
      if (!state) throw new Error(`Commit ${k} was seen, but not recorded.`);
      if (this.#fits(answered, [...seen, state], k, high)) return true;
    }
    return false;
  }

  #latestFit(reads: readonly Answered[], low: number): number | undefined {
    for (let k = low; k >= 0; k--) if (reads.every((each) => this.#fits(each, [], k, k))) return k;
    return undefined;
  }
}
