import type { DataSourceOptions } from "typeorm";

/** What a worker is told. */
export type Order =
  | {
      readonly kind: "open";
      readonly database: DataSourceOptions;
      readonly redis: string;
      readonly prefix: string;
    }
  | ({ readonly kind: "round" } & Round)
  | { readonly kind: "release" }
  | { readonly kind: "close" };

/** `find` of a repository, or a function with `cachedAs` around it. */
export type Call = "find" | "function";

export interface Round {
  /** Which rows are asked for: of each round others. */
  readonly key: string;
  readonly call: Call;
  /** Calls in each process, all at once. */
  readonly callers: number;
  readonly lock: boolean;
  /** Milliseconds that the statement takes longer than it would; `"until released"`: until the order comes. */
  readonly takes: number | "until released";
}

/** What a worker tells. */
export type Report =
  | { readonly kind: "open" }
  /** It loads, or waits for somebody who does. */
  | { readonly kind: "loading" | "waiting" }
  | ({ readonly kind: "done" } & Outcome);

export interface Outcome {
  /** That were sent to the database. */
  readonly statements: number;
  /** Reasons of reads that went past the cache. */
  readonly bypasses: readonly string[];
  /** Milliseconds of the longest of them; 0 if there was none. */
  readonly load: number;
  /** When the last of them ended, and when the last caller was answered: milliseconds of a clock that processes share. */
  readonly ended: number;
  readonly answered: number;
  /** Milliseconds from each call to its answer. */
  readonly latencies: readonly number[];
  readonly answers: number;
}
