import type { CacheopsOptions, RedisOption } from "../../src";
import type { DeathPoint } from "./chaos-store";
import type { CheckedDatabase } from "./recorder";
import type { Read } from "./reads/read";

/** How much of what a worker does. */
export interface Mix {
  readonly writers: number;
  readonly readers: number;
  /** Milliseconds that a writer rests after a transaction, at most: without rest nothing would ever hit. */
  readonly rest: number;
  /** Shares, from 0 to 1, of the writers' work. */
  readonly autocommit: number;
  readonly rollback: number;
  readonly savepoint: number;
  /** Share of reads that stand in a transaction of their own. */
  readonly readTransaction: number;
  /** How many different reads there are, mostly: few, and they are asked again and again. */
  readonly pool: number;
  /** Of these kinds; none given: of all. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

/** What a worker is started with. */
export interface WorkerOptions {
  readonly seed: number;
  /** Seed of the family. */
  readonly family: number;
  /** No other worker of the round has it. */
  readonly number: number;
  readonly database: CheckedDatabase;
  readonly databaseUrl: string;
  readonly redis: RedisOption;
  readonly onStoreError: NonNullable<CacheopsOptions["onStoreError"]>;
  readonly mix: Mix;
  /** File that the history goes to. */
  readonly file: string;
  /** Name of a module of `mutants/`, which breaks the library in this process. */
  readonly mutant: string | undefined;
}

/** What a running worker is told. */
export type Command =
  | { readonly kind: "stop" }
  /** Writers begin nothing more, and say when what they had begun has ended, until they are told to go on. */
  | { readonly kind: "rest" }
  /** Says when the cache is not cut off from its store, or not any more. */
  | { readonly kind: "recover" }
  | { readonly kind: "go on" }
  | { readonly kind: "die"; readonly at: DeathPoint }
  /** Sets the clock of JavaScript off by this many milliseconds. */
  | { readonly kind: "clock"; readonly by: number };

/** One answer, with the commits that were visible before the call and after the answer. */
export interface Answered {
  readonly read: Read;
  readonly answer: unknown;
  readonly low: number;
  readonly high: number;
  /** `hit`, `miss` and so on, of each statement. */
  readonly outcomes: readonly string[];
}

/** A line of a worker's history. */
export type HistoryLine =
  /** More than one: a transaction whose reads all have one snapshot. */
  | { readonly kind: "reads"; readonly reads: readonly Answered[] }
  /** A transaction did not see what it had written itself. */
  | {
      readonly kind: "own write missed";
      readonly read: Read;
      readonly answer: unknown;
      readonly wrote: unknown;
    }
  | { readonly kind: "tally"; readonly counts: Readonly<Record<string, number>> };
