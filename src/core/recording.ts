import type { BypassReason } from "../events";
import { MergedDependencies, type Relied } from "./merged-dependencies";

/** Why a result cannot be kept. */
export interface Refusal {
  readonly reason: BypassReason;
  readonly detail: string | undefined;
}

/**
 * What a function that is being cached reads while it runs: the reader, and whoever runs statements past it, tell it
 * of every statement that is started in its scope.
 *
 * `everything`: its result relies on what was read. `uncommitted`: it relies on something else, but rows that only
 * its own transaction sees must not get into the cache with it.
 */
export class Recording {
  readonly #owner: object;
  readonly #watches: "everything" | "uncommitted";
  readonly #merged = new MergedDependencies();
  #refusal: Refusal | undefined;
  #timeout: number | undefined;
  #limit: number | undefined;

  /** @param owner Identifies the data source whose store will keep the result. */
  constructor(owner: object, watches: "everything" | "uncommitted") {
    this.#owner = owner;
    this.#watches = watches;
  }

  /** Whether the dependencies of a read have to be found out. */
  get wantsEverything(): boolean {
    return this.#watches === "everything";
  }

  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** The shortest of all that was read, in milliseconds. */
  get timeout(): number | undefined {
    return this.#timeout;
  }

  /** The shortest of what may be out of date in its time: what is made of it must not be kept for longer. */
  get limit(): number | undefined {
    return this.#limit;
  }

  get relied(): Relied {
    return this.#merged.relied;
  }

  /** What is relied on more coarsely than it was read, in words. */
  get coarser(): readonly string[] {
    return this.#merged.coarser;
  }

  /** Whether another data source's statement is being read, whose versions are in another store: it cannot be kept. */
  isForeign(owner: object, name: string | undefined): boolean {
    if (owner === this.#owner) return false;
    if (this.wantsEverything) this.refuse("data-source", name);
    return true;
  }

  add(relied: Relied, timeout: number, limit?: number): void {
    if (!this.wantsEverything) return;
    this.#merged.addAll(relied);
    this.#timeout = Math.min(this.#timeout ?? timeout, timeout);
    if (limit !== undefined) this.#limit = Math.min(this.#limit ?? limit, limit);
  }

  refuse(reason: BypassReason, detail?: string): void {
    if (!this.wantsEverything && reason !== "dirty-transaction") return;
    this.#refusal ??= { reason, detail };
  }
}
