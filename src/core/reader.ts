import { performance } from "node:perf_hooks";
import type { Analysis, SqlDialect } from "../sql/analysis";
import type { BypassReason, CacheopsEmitter, Outcome, ReadEvent } from "../events";
import type { Dependency, Lookup, RecordName, Snapshot } from "../stores/store";
import {
  type Bypass,
  type CachingPlan,
  completeDependencies,
  planCaching,
  type PlanContext,
} from "./caching-plan";
import type { AlterationWatch } from "./alteration-watch";
import type { Codec } from "./codec";
import { Flights } from "./flights";
import type { Load, ReadRequest, Rows } from "./read-request";
import type { Registries } from "./registries";
import { currentScope } from "./scope";
import type { StoreGuard } from "./store-guard";

export interface ReaderContext {
  readonly analyse: (sql: string) => Analysis;
  readonly plan: PlanContext;
  readonly dialect: SqlDialect;
  readonly registries: Registries;
  readonly alterations: AlterationWatch;
  /** Somebody else may have changed the tables. */
  readonly altered: () => void;
  readonly store: StoreGuard;
  readonly codec: Codec;
  /** Bytes. */
  readonly maxEntrySize: number;
  /** Milliseconds. */
  readonly replicaLag: number;
  /** Where to read what was written within `replicaLag`. */
  readonly readAfterWrite: "replica" | "master";
  readonly events: CacheopsEmitter;
  readonly enabled: () => boolean;
  warn(message: string): void;
}

type Told = Pick<ReadEvent, "outcome"> & Partial<Pick<ReadEvent, "reason" | "detail" | "bytes" | "stored">>;

/** `outdated`: read with what was known of tables that have been altered since. */
type Found = Lookup & { readonly outdated?: boolean };

/**
 * The read flow:
 *
 *   1. look up the entry and the versions of all that it relies on, in one round trip
 *   2. all equal: a hit
 *   3. else load, and store the result with the versions of 1, which the store refuses if one of
 *      them has been replaced since or is marked
 *
 * A write that commits before 1 is in the loaded rows; one that commits after 1 has marked or
 * replaced a version by the time it is visible, so either 3 is refused or the next 2 fails. The first
 * half does not hold for a replica: what it gave within `replicaLag` of a replacement is not stored.
 */
export class Reader {
  readonly #context: ReaderContext;
  readonly #flights = new Flights();

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  async read(request: ReadRequest, load: Load): Promise<Rows> {
    const started = performance.now();
    const { analyse, plan: context, enabled } = this.#context;
    const plan = planCaching(request, analyse(request.sql), enabled(), currentScope(), context);
    const tell = (told: Told): void => this.#tell(request, plan, told, started);
    if (!("entry" in plan)) {
      const { rows } = await load();
      tell({ outcome: "bypass", reason: plan.reason, detail: plan.detail });
      return rows;
    }
    return this.#readPlanned(request, plan, load, tell);
  }

  async #readPlanned(
    request: ReadRequest,
    plan: CachingPlan,
    load: Load,
    tell: (told: Told) => void,
  ): Promise<Rows> {
    const seen = this.#context.alterations.seen(epochOf(plan));
    const found = await this.#lookup(plan);
    const outdated = found !== undefined && this.#isOutdated(plan, found, seen);
    const refused = this.#refused(request, found);
    if (!found || refused) {
      const { rows } = await load();
      tell({ outcome: "bypass", reason: refused });
      return rows;
    }
    const { entry } = found;
    if (!entry?.current) {
      this.#note(plan, found);
      return this.#load(request, plan, { ...found, outdated }, load, tell);
    }
    const hit = await this.#decode(plan, entry.payload);
    // What cannot be decoded is gone by now.
    if (!hit) return this.#load(request, plan, { ...found, entry: undefined, outdated }, load, tell);
    tell({ outcome: "hit", bytes: hit.bytes });
    return hit.rows;
  }

  async #lookup(plan: CachingPlan): Promise<Lookup | undefined> {
    try {
      return await this.#context.store.lookup(plan.entry, plan.dependencies, plan.timeout);
    } catch {
      return undefined;
    }
  }

  /** The runner may have begun to write while the store was asked: then the answer is not for it. */
  #refused(request: ReadRequest, found: Lookup | undefined): BypassReason | undefined {
    if (!found) return "store-error";
    return found.snapshot.fenced ? "write-in-flight" : request.session().unshareable;
  }

  async #decode(plan: CachingPlan, payload: Buffer): Promise<{ rows: Rows; bytes: number } | undefined> {
    try {
      return { rows: this.#context.codec.decode(payload), bytes: payload.byteLength };
    } catch {
      await this.#context.store.remove([plan.entry]);
      this.#context.warn("A stored value could not be decoded. It was removed and counts as a miss.");
      return undefined;
    }
  }

  async #load(
    request: ReadRequest,
    plan: CachingPlan,
    found: Found,
    load: Load,
    tell: (told: Told) => void,
  ): Promise<Rows> {
    const outcome: Outcome = found.entry ? "stale" : "miss";
    const { versions } = found.snapshot;
    const key = [plan.entry.hash, ...versions].join(" ");
    // Looked for and taken in one turn of the event loop: an await in between would let two lead.
    const flight = this.#flights.join(key, request.session().connected);
    const joined = flight && (await this.#join(plan, flight));
    if (joined) {
      tell({ outcome, bytes: joined.bytes });
      return joined.rows;
    }
    return this.#flights.lead(key, request.session().connected, async () => {
      const { replicaLag, readAfterWrite } = this.#context;
      const recent = found.age < replicaLag;
      const { rows, shareable, replica } = await load(recent && readAfterWrite === "master");
      const behind = recent && replica;
      const payload = shareable && !behind && !found.outdated ? this.#encode(plan, rows) : undefined;
      const stored = payload !== undefined && (await this.#store(plan, found.snapshot, { rows, payload }));
      tell({ outcome, bytes: payload?.byteLength ?? 0, stored, reason: behind ? "replica-lag" : undefined });
      return { result: rows, payload: stored || !awaitsResult(plan) ? payload : undefined };
    });
  }

  async #join(plan: CachingPlan, flight: Promise<Buffer | undefined>) {
    const payload = await flight;
    return payload && this.#decode(plan, payload);
  }

  #encode(plan: CachingPlan, rows: Rows): Buffer | undefined {
    try {
      return this.#context.codec.encode(rows);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#context.warn(`A result of ${plan.tables.join(", ")} cannot be cached: ${why}`);
      return undefined;
    }
  }

  async #store(
    plan: CachingPlan,
    snapshot: Snapshot,
    { rows, payload }: { readonly rows: Rows; readonly payload: Buffer },
  ): Promise<boolean> {
    const { store, maxEntrySize, dialect } = this.#context;
    if (payload.byteLength > maxEntrySize || snapshot.refused.length > 0) return false;
    const { dependencies, untold } = completeDependencies(plan, rows, dialect);
    // The next time it will be planned without them.
    for (const scheme of untold) this.#context.plan.granularity.untold(plan.entry.hash, scheme);
    return store.store(plan.entry, dependencies, snapshot.versions, payload, plan.timeout);
  }

  /** Its schemes may be new to their tables, and there may have been no room for them. */
  #note({ dependencies }: CachingPlan, { snapshot }: Lookup): void {
    this.#context.plan.granularity.refuse(snapshot.refused);
    this.#context.registries.expect(dependencies);
  }

  /** The tables themselves may be others than the plan took them for: then nothing is stored. */
  #isOutdated(plan: CachingPlan, { altered }: Lookup, seen: string | undefined): boolean {
    const isOutdated = this.#context.alterations.changed(epochOf(plan), altered, seen);
    if (isOutdated) this.#context.altered();
    return isOutdated;
  }

  #tell(request: ReadRequest, plan: CachingPlan | Bypass, told: Told, started: number): void {
    const { events } = this.#context;
    if (events.listenerCount("read") === 0) return;
    events.emit("read", {
      op: plan.op,
      entity: request.entity,
      tables: plan.tables,
      coarser: "coarser" in plan ? plan.coarser : [],
      outcome: told.outcome,
      reason: told.reason,
      detail: told.detail,
      sql: request.sql,
      duration: performance.now() - started,
      bytes: told.bytes ?? 0,
      stored: told.stored ?? false,
    });
  }
}

/**
 * Rows that only the result tells are looked for when it is stored. Until then a write of them shows in nobody's look-up:
 * 1. leader: look-up, load. 2. writer of such a row: COMMIT. 3. a caller with the same versions, unfenced: joins.
 * 4. leader: its result is refused. 5. the caller must not be given it.
 */
function awaitsResult({ reliances }: CachingPlan): boolean {
  return reliances.some(({ late }) => late.length > 0);
}

function epochOf({ dependencies }: CachingPlan): RecordName {
  return (dependencies[0] as Dependency).record;
}
