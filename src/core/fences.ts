import { isEmpty, NOTHING, type WriteSet } from "../dependencies/writes";
import { CacheopsStoreError } from "../errors";
import { Fence, type FenceContext } from "./fence";
import type { Ending, Pending } from "./pending";
import type { Raised } from "./postponement";
import { currentScope } from "./scope";

const UNRAISED: Raised = Object.freeze({ settle: async () => undefined });

/** Makes fences for the writes of one data source, in the scope that they are started in. */
export class Fences {
  readonly #context: FenceContext;
  readonly #id: string;
  #count = 0;

  constructor(context: FenceContext, id: string) {
    this.#context = context;
    this.#id = id;
  }

  /** Rejects if the write is refused. */
  async raise(writes: WriteSet): Promise<Raised> {
    if (isEmpty(writes)) return UNRAISED;
    const fence = this.#fence();
    const { postponement } = currentScope();
    if (postponement?.isOpen) return postponement.raise(this, fence, writes);
    await fence.raise(writes);
    return {
      settle: (written) => {
        fence.cover(written);
        return fence.replace();
      },
    };
  }

  /**
   * A statement or a COMMIT that failed may have happened all the same (connection lost, a table
   * without transactions, the first rows of several): it counts as one that succeeded. `written`: what was, as far as
   * that is known better at the end.
   */
  async around(
    writes: WriteSet,
    ended: (ending: Ending) => unknown,
    written: (ending: Ending) => WriteSet | Promise<WriteSet> = () => writes,
  ): Promise<Pending> {
    const raised = await this.raise(writes);
    return {
      settle: async (ending) => {
        try {
          await raised.settle(await written(ending));
        } finally {
          await ended(ending);
        }
      },
    };
  }

  /** For rows that have changed, unmarked. False if the store could not be reached. */
  async replace(writes: WriteSet): Promise<boolean> {
    if (isEmpty(writes)) return true;
    const fence = this.#fence();
    fence.cover(writes);
    return fence.replace();
  }

  /** By hand. Rejects with `CacheopsStoreError` if the store cannot be reached. */
  async invalidate(writes: WriteSet): Promise<void> {
    const { postponement } = currentScope();
    if (postponement?.isOpen) return postponement.cover(this, this.#fence(), writes);
    // Without a fence, which would tell, what reads of late rely on would be dropped as a whole.
    const { namespaces, registries } = this.#context;
    const byRows = [...writes.tables].filter(([, change]) => change !== "all");
    if (byRows.length > 0) await registries.refresh(byRows.map(([path]) => namespaces.table(path)));
    // The caller may be a script that ends now, and what is remembered would end with it.
    if (!(await this.replace(writes)))
      throw new CacheopsStoreError("The store could not be reached: nothing was invalidated.");
  }

  #fence(): Fence {
    return new Fence(this.#context, `${this.#id}:${++this.#count}`);
  }
}

/** What the scope that a write is started in lets it invalidate. */
export function unlessSuppressed(writes: WriteSet): WriteSet {
  return currentScope().noInvalidation ? NOTHING : writes;
}
