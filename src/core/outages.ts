import { CacheopsStoreError } from "../errors";

/** What is healed. */
export interface Healing {
  /** False before there is anything that could be outdated; its first user asks for the healing. */
  readonly inUse: () => boolean;
  /** Makes everything older unusable. */
  readonly renew: () => Promise<void>;
}

export interface OutageListener {
  degraded(cause: unknown): void;
  recovered(): void;
}

// Milliseconds between attempts to come back. In between nobody asks a store that is down.
const FIRST_RETRY = 50;
const LONGEST_RETRY = 2000;

/**
 * What is known of a store that has failed. Once an operation failed, or the connection was lost, an invalidation may have
 * been swallowed, ours or another process's: until it is healed the store is suspect. Healing is tried at once where
 * somebody asks, and in the background at growing intervals: a process that only writes would otherwise leave the others
 * with its old rows.
 *
 * Those attempts are the probes of a circuit breaker: once one has failed, nothing else is asked of the store until one
 * succeeds, so that a store which hangs costs no read and no write the time of an operation. Not one of the libraries for
 * that: theirs closes as soon as a probe is answered, and counts no failures that come in while it is under way.
 */
export class Outages {
  readonly #store: string;
  readonly #what: Healing;
  readonly #listener: OutageListener;
  // Two counters instead of a flag: an outage during the healing of an earlier one is not lost.
  #outages = 0;
  #healed = 0;
  #healing: Promise<void> | undefined;
  #retryDelay = FIRST_RETRY;
  #retry: NodeJS.Timeout | undefined;
  #failed: CacheopsStoreError | undefined;
  #closed = false;

  /** @param store Its name, for messages. */
  constructor(store: string, what: Healing, listener: OutageListener) {
    this.#store = store;
    this.#what = what;
    this.#listener = listener;
  }

  /** Goes up with each of them. */
  get count(): number {
    return this.#outages;
  }

  note(cause: unknown): CacheopsStoreError {
    const first = !this.#isSuspect;
    this.#outages++;
    this.#failed =
      cause instanceof CacheopsStoreError
        ? cause
        : new CacheopsStoreError(`The ${this.#store} store failed: ${messageOf(cause)}`, { cause });
    if (first) this.#listener.degraded(cause);
    // One that waits already is not put off: who writes all the time would put it off for ever.
    if (!this.#healing && !this.#retry) this.#retryLater();
    return this.#failed;
  }

  /** Throws once a probe has failed, until one succeeds. */
  refuseIfOpen(): void {
    if (this.#isSuspect && this.#retryDelay > FIRST_RETRY && this.#failed) throw this.#failed;
  }

  /** Resolves once nothing from before an outage can be used; rejects if the store fails again. */
  async heal(): Promise<void> {
    if (this.#isSuspect) await (this.#healing ??= this.#probe());
  }

  close(): void {
    this.#closed = true;
    this.#retryNoLonger();
  }

  get #isSuspect(): boolean {
    return this.#healed < this.#outages;
  }

  async #probe(): Promise<void> {
    const outages = this.#outages;
    this.#retryNoLonger();
    try {
      await this.#what.renew();
      this.#healed = outages;
      this.#retryDelay = FIRST_RETRY;
    } catch (error) {
      this.#retryDelay = Math.min(this.#retryDelay * 2, LONGEST_RETRY);
      throw this.note(error);
    } finally {
      this.#healing = undefined;
      if (this.#isSuspect) this.#retryLater();
      else this.#listener.recovered();
    }
  }

  #retryLater(): void {
    this.#retryNoLonger();
    if (this.#closed || !this.#what.inUse()) return;
    this.#retry = setTimeout(() => void this.heal().catch(() => undefined), this.#retryDelay);
    this.#retry.unref();
  }

  #retryNoLonger(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
