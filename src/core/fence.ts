import { NOTHING, union, type WriteSet } from "../dependencies/writes";
import type { Dependency } from "../stores/store";
import { dependencyKey, type Namespaces, type Written } from "./namespaces";
import type { StoreGuard } from "./store-guard";

export interface FenceContext {
  readonly store: StoreGuard;
  readonly namespaces: Namespaces;
  /** Milliseconds that a mark is valid unless renewed. */
  readonly lease: number;
  /** Relaxed consistency leaves out the marks and only replaces versions afterwards. */
  readonly marks: boolean;
  /** Told after each replacement. */
  replaced(writes: WriteSet, delivered: boolean): void;
}

interface Covered {
  readonly epoch: Dependency;
  readonly records: Map<string, Dependency>;
}

// A mark whose end never comes (a driver that never answers) is not renewed for ever; an hour is
// longer than any statement that a pool would let run.
const RENEWALS = 3 * 360;

/**
 * One writer's marks: raised before the rows change, replaced by new versions after.
 *
 *   1. writer: mark          readers from here on neither hit nor store
 *   2. writer: COMMIT        the new rows become visible at some moment in here
 *   3. writer: replace       what was read before 2 can no longer be current; the mark is gone
 *
 * If the process dies between 1 and 3, the lease runs out and counts as 3.
 */
export class Fence {
  readonly #context: FenceContext;
  readonly #writer: string;
  // By their epochs: a prefix function may give several, and another one when it is asked again.
  readonly #covered = new Map<string, Covered>();
  /** What is covered alone (invalidated by hand before rows of it changed) has no mark yet. */
  readonly #marked = new Set<string>();
  #writes: WriteSet = NOTHING;
  #renewing: NodeJS.Timeout | undefined;
  #renewal: Promise<unknown> | undefined;

  constructor(context: FenceContext, writer: string) {
    this.#context = context;
    this.#writer = writer;
  }

  /** Rejects, with nothing left marked by this call, if the store fails and the policy is to throw. */
  async raise(writes: WriteSet): Promise<void> {
    const written = this.#context.namespaces.written(writes);
    const fresh = written.records.filter((each) => !this.#marked.has(dependencyKey(each)));
    if (fresh.length === 0) return;
    if (this.#context.marks) await this.#context.store.fence(this.#writer, written.epoch, fresh);
    this.#cover(writes, written);
    for (const each of fresh) this.#marked.add(dependencyKey(each));
    if (this.#context.marks) this.#renew();
  }

  /** To be replaced without having been marked: the rows have changed already. */
  cover(writes: WriteSet): void {
    this.#cover(writes, this.#context.namespaces.written(writes));
  }

  /** False if the store could not be reached. */
  async replace(): Promise<boolean> {
    clearInterval(this.#renewing);
    if (this.#covered.size === 0) return true;
    // Behind the replacement it would leave a mark that nobody removes.
    await this.#renewal;
    const deliveries = await this.#each((epoch, records) =>
      this.#context.store.replace(this.#writer, epoch, records),
    );
    const delivered = deliveries.every(Boolean);
    this.#context.replaced(this.#writes, delivered);
    return delivered;
  }

  #cover(writes: WriteSet, { epoch, records }: Written): void {
    const key = dependencyKey(epoch);
    const covered = this.#covered.get(key) ?? { epoch, records: new Map<string, Dependency>() };
    this.#covered.set(key, covered);
    for (const each of records) covered.records.set(dependencyKey(each), each);
    this.#writes = union(this.#writes, writes);
  }

  #each<T>(work: (epoch: Dependency, records: readonly Dependency[]) => Promise<T>): Promise<T[]> {
    return Promise.all(
      [...this.#covered.values()].map(({ epoch, records }) => work(epoch, [...records.values()])),
    );
  }

  #renew(): void {
    let left = RENEWALS;
    clearInterval(this.#renewing);
    this.#renewing = setInterval(() => {
      if (left-- === 0) return clearInterval(this.#renewing);
      this.#renewal = this.#each((epoch, records) =>
        this.#context.store.fence(this.#writer, epoch, records),
      ).catch(() => undefined);
    }, this.#context.lease / 3);
    this.#renewing.unref();
  }
}
