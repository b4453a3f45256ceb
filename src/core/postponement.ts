import { whole, type WriteSet } from "../dependencies/writes";
import type { Fence } from "./fence";

/** Marks that stand; `settle` says what has been written, and replaces it. */
export interface Raised {
  settle(written: WriteSet): Promise<unknown>;
}

interface Collected {
  readonly fence: Fence;
  /** Writes that have started and not ended. */
  running: number;
}

/**
 * The fences of the writes inside `postponeInvalidation`, one for each data source. A table is
 * marked as a whole at its first write and stays marked to the end, so that readers go to the database
 * meanwhile: postponing saves round trips without showing rows that are no longer there.
 */
export class Postponement {
  readonly #collected = new Map<object, Collected>();
  /** False once the function has ended; what it left running (timers, writes not awaited) goes on in its scope. */
  isOpen = true;

  /** `fence` serves `owner` if it is the first of it. */
  async raise(owner: object, fence: Fence, writes: WriteSet): Promise<Raised> {
    const collected = this.#of(owner, fence);
    collected.running++;
    try {
      await collected.fence.raise(wholly(writes));
    } catch (error) {
      await this.#ended(collected);
      throw error;
    }
    return {
      settle: (written) => {
        collected.fence.cover(written);
        return this.#ended(collected);
      },
    };
  }

  /** For rows that have changed already. */
  cover(owner: object, fence: Fence, writes: WriteSet): void {
    this.#of(owner, fence).fence.cover(writes);
  }

  async finish(): Promise<void> {
    this.isOpen = false;
    const idle = [...this.#collected.values()].filter(({ running }) => running === 0);
    await Promise.all(idle.map(({ fence }) => fence.replace()));
  }

  async #ended(collected: Collected): Promise<void> {
    collected.running--;
    if (!this.isOpen && collected.running === 0) await collected.fence.replace();
  }

  #of(owner: object, fence: Fence): Collected {
    const known = this.#collected.get(owner);
    if (known) return known;
    const collected = { fence, running: 0 };
    this.#collected.set(owner, collected);
    return collected;
  }
}

function wholly({ everything, tables }: WriteSet): WriteSet {
  return { ...whole(tables.keys()), everything };
}
