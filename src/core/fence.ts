import { claimOf } from "../dependencies/claims";
import { isEmpty, isWithin, NOTHING, union, type WriteSet } from "../dependencies/writes";
import type { Schema } from "../schema/schema";
import type { SqlDialect } from "../sql/analysis";
import type { Claim, RecordName, Registry } from "../stores/store";
import { type Namespaces, recordId, type WrittenRecord } from "./namespaces";
import type { Registries } from "./registries";
import type { StoreGuard } from "./store-guard";

export interface FenceContext {
  readonly store: StoreGuard;
  readonly namespaces: Namespaces;
  readonly registries: Registries;
  readonly schema: Schema;
  readonly dialect: SqlDialect;
  /** Milliseconds that a mark is valid unless renewed. */
  readonly lease: number;
  /** Relaxed consistency leaves out the marks and only replaces versions afterwards. */
  readonly marks: boolean;
  /** Told after each replacement. */
  replaced(writes: WriteSet, delivered: boolean): void;
}

/** What is covered in one epoch. */
interface Covered {
  readonly epoch: RecordName;
  /** To be replaced. */
  writes: WriteSet;
  marked: WriteSet;
}

// A mark whose end never comes (a driver that never answers) is not renewed for ever; an hour is
// longer than any statement that a pool would let run.
const RENEWALS = 3 * 360;

/**
 * One writer's marks: raised before the rows change, replaced by new versions after.
 *
 *   1. writer: mark          readers whom it concerns neither hit nor store from here on
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
  #renewing: NodeJS.Timeout | undefined;
  #renewal: Promise<unknown> | undefined;

  constructor(context: FenceContext, writer: string) {
    this.#context = context;
    this.#writer = writer;
  }

  /**
   * Marks what may be about to change. Rejects, with nothing left to be replaced by this call, if the store fails and
   * the policy is to throw.
   */
  async raise(writes: WriteSet): Promise<void> {
    const covered = this.#coveredBy(writes);
    if (!this.#context.marks || isWithin(writes, covered.marked)) return;
    // Before the await: of two marks on one record the later takes the place of the earlier.
    covered.marked = union(covered.marked, writes);
    await this.#mark(covered.epoch, covered.marked);
    this.#renew();
  }

  /** What has changed, or may have, and is to be replaced; it may be less than was marked, or not marked at all. */
  cover(writes: WriteSet): void {
    const covered = this.#coveredBy(writes);
    covered.writes = union(covered.writes, writes);
  }

  /** False if the store could not be reached. */
  async replace(): Promise<boolean> {
    clearInterval(this.#renewing);
    // Behind the replacement it would leave a mark that nobody removes.
    await this.#renewal;
    const all = [...this.#covered.values()];
    const writes = all.reduce((sum, each) => union(sum, each.writes), NOTHING);
    const deliveries = await Promise.all(all.map((each) => this.#replace(each)));
    const delivered = deliveries.every(Boolean);
    if (!isEmpty(writes)) this.#context.replaced(writes, delivered);
    return delivered;
  }

  async #replace({ epoch, writes, marked }: Covered): Promise<boolean> {
    const { namespaces, store } = this.#context;
    const replaced = namespaces.written(writes).records;
    const named = new Set(replaced.map(({ record }) => recordId(record)));
    const released = namespaces.markedBy(marked).filter((record) => !named.has(recordId(record)));
    const claims = [
      ...this.#claims(replaced),
      ...released.map((record): Claim => ({ record, unchanged: true })),
    ];
    if (claims.length === 0) return true;
    const known = await store.replace(this.#writer, epoch, claims);
    this.#learn(claims, known ?? []);
    return known !== undefined;
  }

  #coveredBy(writes: WriteSet): Covered {
    const { epoch } = this.#context.namespaces.written(writes);
    const key = recordId(epoch);
    const covered = this.#covered.get(key) ?? { epoch, writes: NOTHING, marked: NOTHING };
    this.#covered.set(key, covered);
    return covered;
  }

  async #mark(epoch: RecordName, writes: WriteSet): Promise<void> {
    const { store, namespaces } = this.#context;
    const claims = this.#claims(namespaces.written(writes).records);
    this.#learn(claims, await store.fence(this.#writer, epoch, claims));
  }

  #learn(claims: readonly Claim[], known: readonly (Registry | undefined)[]): void {
    known.forEach((registry, at) => {
      if (registry) this.#context.registries.learn((claims[at] as Claim).record, registry);
    });
  }

  #claims(records: readonly WrittenRecord[]): readonly Claim[] {
    const { registries, schema, dialect } = this.#context;
    return records.map(({ record, change, altered, path }) => {
      if (altered) return { record, altered };
      const facts = path === undefined ? undefined : schema.facts(path);
      return claimOf({ record, change, facts }, registries.known(record), { schema, dialect });
    });
  }

  #renew(): void {
    let left = RENEWALS;
    clearInterval(this.#renewing);
    this.#renewing = setInterval(() => {
      if (left-- === 0) return clearInterval(this.#renewing);
      this.#renewal = Promise.all(
        [...this.#covered.values()].map(({ epoch, marked }) => this.#mark(epoch, marked)),
      ).catch(() => undefined);
    }, this.#context.lease / 3);
    this.#renewing.unref();
  }
}
