import { LRUCache } from "lru-cache";
import type { Reliance } from "../dependencies/reliance";
import type { Schema } from "../schema/schema";
import type { Granularity } from "./granularity";

/** What a statement relies on with its parameters. */
export interface Relied {
  /** Of each table. */
  readonly reliances: readonly Reliance[];
  /** What bounds have made coarser than the statement says, in words. */
  readonly coarser: readonly string[];
}

const MOST = 1000;

/** What has been reckoned of late: for a small SELECT that takes three times as long as TypeORM takes to build it. */
export class RecentReliances {
  readonly #schema: Schema;
  readonly #granularity: Granularity;
  readonly #recent = new LRUCache<string, { readonly edition: string; readonly relied: Relied }>({
    max: MOST,
  });

  constructor(schema: Schema, granularity: Granularity) {
    this.#schema = schema;
    this.#granularity = granularity;
  }

  /** The same as long as neither the tables nor the bounds are others. */
  of(key: string, reckon: () => Relied): Relied {
    const known = this.#recent.get(key);
    if (known?.edition === this.#edition) return known.relied;
    const relied = reckon();
    // Bounds that made it coarser may give way with time.
    if (relied.coarser.length === 0) this.#recent.set(key, { edition: this.#edition, relied });
    return relied;
  }

  get #edition(): string {
    return `${this.#schema.edition} ${this.#granularity.edition}`;
  }
}
