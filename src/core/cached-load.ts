import { performance } from "node:perf_hooks";
import type { BypassReason, Outcome, ReadEvent } from "../events";
import type { Dependency, EntryKey, Lookup, RecordName, Snapshot } from "../stores/store";
import type { AlterationWatch } from "./alteration-watch";
import { Flights } from "./flights";
import type { Granularity } from "./granularity";
import type { Relied } from "./merged-dependencies";
import type { Registries } from "./registries";
import { Staleness } from "./staleness";
import type { StoreGuard } from "./store-guard";

export interface LoadContext {
  readonly store: StoreGuard;
  readonly granularity: Granularity;
  readonly registries: Registries;
  readonly alterations: AlterationWatch;
  /** Somebody else may have changed the tables. */
  readonly altered: () => void;
  /** Bytes. */
  readonly maxEntrySize: number;
  /** Milliseconds. */
  readonly replicaLag: number;
  /** Where to read what was written within `replicaLag`. */
  readonly readAfterWrite: "replica" | "master";
  warn(message: string): void;
}

/** Where a result is kept, and what it depends on as far as that is known before it is there. */
export interface EntryPlan {
  readonly entry: EntryKey;
  /** The first is the epoch. */
  readonly dependencies: readonly Dependency[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds that it may be given after it went stale, while somebody loads it anew. */
  readonly staleFor: number | undefined;
}

export interface Loaded<T> {
  readonly value: T;
  /** False if it may hold rows that others must not get. */
  readonly shareable: boolean;
  /** A replica gave it, which may lag behind what has been committed. */
  readonly replica: boolean;
  /** Why it is not shareable, if that is to be told. */
  readonly reason?: BypassReason | undefined;
  readonly detail?: string | undefined;
}

export interface Complete extends Relied {
  /** Milliseconds. */
  readonly timeout: number;
  /** Bounds that the result went past, so that it relies on more, in words. */
  readonly coarser?: readonly string[];
}

export type Told = Pick<ReadEvent, "outcome"> &
  Partial<Pick<ReadEvent, "reason" | "detail" | "bytes" | "stored" | "coarser">>;

/** A result that may be answered from the store, and all that it takes to get it otherwise. */
export interface Wanted<T> {
  readonly plan: EntryPlan;
  /** What it is, for warnings. */
  readonly what: string;
  /** What is known of the connection that it is read on. */
  readonly session: () => { readonly unshareable: BypassReason | undefined; readonly connected: boolean };
  load(master: boolean): Promise<Loaded<T>>;
  readonly encode: (value: T) => Buffer;
  readonly decode: (payload: Buffer) => T;
  /** What the result relies on, now that it is there, as it was before it was read. */
  complete(value: T, snapshot: Snapshot): Complete;
  /** Loads whatever is stored. */
  readonly anew?: boolean;
  /** It relies on more than the look-up asked for, so others may have it only once it was stored. */
  readonly late?: boolean;
  tell(told: Told): void;
}

/** `snapshot` is from before it was read; without one nothing can be built on the value, and `reason` says why. */
export type Answer<T> =
  | { readonly value: T; readonly snapshot: Snapshot; readonly reason?: undefined }
  | { readonly value: T; readonly snapshot: undefined; readonly reason: BypassReason };

interface Found extends Lookup {
  /** Read with what was known of tables that have been altered since. */
  readonly outdated: boolean;
  /** Before the look-up, on `performance.now()`. */
  readonly asked: number;
}

/**
 * The flow of everything that is cached:
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
export class CachedLoads {
  readonly #context: LoadContext;
  readonly #flights = new Flights();
  readonly #staleness = new Staleness();

  constructor(context: LoadContext) {
    this.#context = context;
  }

  /** From the store, else loaded and stored. */
  async answer<T>(wanted: Wanted<T>): Promise<Answer<T>> {
    const found = await this.#ask(wanted);
    if (typeof found === "string") return this.#bypass(wanted, found);
    const { entry } = found;
    if (!entry?.current || wanted.anew) this.#note(wanted.plan, found);
    if (!entry || wanted.anew) return this.#load(wanted, found);
    if (!entry.current) return this.#stale(wanted, found, entry.payload);
    const hit = await this.#decode(wanted, entry.payload);
    // What cannot be decoded is gone by now.
    if (!hit) return this.#load(wanted, { ...found, entry: undefined });
    this.#staleness.sawCurrent(wanted.plan, found.asked);
    wanted.tell({ outcome: "hit", bytes: entry.payload.byteLength });
    return { value: hit.value, snapshot: found.snapshot };
  }

  /** Loaded, and not stored: for who has to know the versions from before it. */
  async observe<T>(wanted: Wanted<T>): Promise<Answer<T>> {
    const found = await this.#ask(wanted);
    if (typeof found === "string") return this.#bypass(wanted, found);
    this.#note(wanted.plan, found);
    const loaded = await this.#run(wanted, found);
    return answered(loaded.value, found.snapshot, whyNotRelied(loaded, found));
  }

  /** What is stored and current. */
  async peek<T>(wanted: Pick<Wanted<T>, "plan" | "decode">): Promise<{ readonly value: T } | undefined> {
    const found = await this.#lookup(wanted.plan);
    if (!found?.entry?.current || found.snapshot.fenced) return undefined;
    return this.#decode(wanted, found.entry.payload);
  }

  /** What is stored and known now, or why that is not for this caller. */
  async #ask<T>(wanted: Wanted<T>): Promise<Found | BypassReason> {
    const found = await this.#lookup(wanted.plan);
    return found ? (refusal(wanted, found) ?? found) : "store-error";
  }

  async #lookup(plan: EntryPlan): Promise<Found | undefined> {
    // Before the await: what is known now is what it was planned with.
    const seen = this.#context.alterations.seen(epochOf(plan));
    const asked = performance.now();
    try {
      const found = await this.#context.store.lookup(plan.entry, plan.dependencies, plan.timeout);
      return { ...found, outdated: this.#isOutdated(plan, found, seen), asked };
    } catch {
      return undefined;
    }
  }

  async #bypass<T>(wanted: Wanted<T>, refused: BypassReason): Promise<Answer<T>> {
    const { value } = await wanted.load(false);
    wanted.tell({ outcome: "bypass", reason: refused });
    return { value, snapshot: undefined, reason: refused };
  }

  async #decode<T>(
    { plan, decode }: Pick<Wanted<T>, "plan" | "decode">,
    payload: Buffer,
  ): Promise<{ readonly value: T } | undefined> {
    try {
      return { value: decode(payload) };
    } catch {
      await this.#context.store.remove([plan.entry]);
      this.#context.warn("A stored value could not be decoded. It was removed and counts as a miss.");
      return undefined;
    }
  }

  async #stale<T>(wanted: Wanted<T>, found: Found, payload: Buffer): Promise<Answer<T>> {
    const old = this.#staleness.mayServe(wanted.plan) ? await this.#decode(wanted, payload) : undefined;
    if (!old) return this.#staleness.refreshing(wanted.plan, () => this.#load(wanted, found));
    wanted.tell({ outcome: "stale", reason: "stale-for", bytes: payload.byteLength });
    return { value: old.value, snapshot: undefined, reason: "stale-for" };
  }

  async #load<T>(wanted: Wanted<T>, found: Found): Promise<Answer<T>> {
    const { connected } = wanted.session();
    const outcome: Outcome = found.entry ? "stale" : "miss";
    const key = [wanted.plan.entry.hash, ...found.snapshot.versions].join(" ");
    // Looked for and taken in one turn of the event loop: an await in between would let two lead.
    const flight = this.#flights.join(key, connected);
    const payload = flight && (await flight);
    const joined = payload && (await this.#decode(wanted, payload));
    if (joined) {
      wanted.tell({ outcome, bytes: payload.byteLength });
      return { value: joined.value, snapshot: found.snapshot };
    }
    return this.#flights.lead(key, connected, () => this.#lead(wanted, found, outcome));
  }

  async #lead<T>(
    wanted: Wanted<T>,
    found: Found,
    outcome: Outcome,
  ): Promise<{ result: Answer<T>; payload: Buffer | undefined }> {
    const loaded = await this.#run(wanted, found);
    const { value } = loaded;
    const unrelied = whyNotRelied(loaded, found);
    const payload = unrelied ? undefined : this.#encode(wanted, value);
    const complete = payload && wanted.complete(value, found.snapshot);
    const stored = payload && complete ? await this.#store(wanted.plan, found, complete, payload) : false;
    if (stored) this.#staleness.sawCurrent(wanted.plan, found.asked);
    const reason = unrelied ?? (payload ? undefined : "value");
    const { coarser } = complete ?? {};
    wanted.tell({ outcome, bytes: payload?.byteLength ?? 0, stored, reason, detail: loaded.detail, coarser });
    const result = answered(value, found.snapshot, unrelied);
    return { result, payload: wanted.late && !stored ? undefined : payload };
  }

  async #run<T>(wanted: Wanted<T>, found: Found): Promise<Loaded<T> & { readonly behind: boolean }> {
    const { replicaLag, readAfterWrite } = this.#context;
    const recent = found.age < replicaLag;
    const loaded = await wanted.load(recent && readAfterWrite === "master");
    return { ...loaded, behind: recent && loaded.replica };
  }

  #encode<T>({ what, encode }: Wanted<T>, value: T): Buffer | undefined {
    try {
      return encode(value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#context.warn(`A result of ${what} cannot be cached: ${why}`);
      return undefined;
    }
  }

  async #store(
    { entry }: EntryPlan,
    { snapshot }: Found,
    { dependencies, versions, timeout }: Complete,
    payload: Buffer,
  ): Promise<boolean> {
    const { store, maxEntrySize } = this.#context;
    if (payload.byteLength > maxEntrySize || snapshot.refused.length > 0) return false;
    return store.store(entry, dependencies, versions, payload, timeout);
  }

  /** Its schemes may be new to their tables, and there may have been no room for them. */
  #note({ dependencies }: EntryPlan, { snapshot }: Lookup): void {
    this.#context.granularity.refuse(snapshot.refused);
    this.#context.registries.expect(dependencies);
  }

  /** The tables themselves may be others than the plan took them for: then nothing is stored. */
  #isOutdated(plan: EntryPlan, { altered }: Lookup, seen: string | undefined): boolean {
    const isOutdated = this.#context.alterations.changed(epochOf(plan), altered, seen);
    if (isOutdated) this.#context.altered();
    return isOutdated;
  }
}

function epochOf({ dependencies }: EntryPlan): RecordName {
  return (dependencies[0] as Dependency).record;
}

/** The runner may have begun to write while the store was asked: then the answer is not for it. */
function refusal<T>({ session }: Wanted<T>, found: Lookup): BypassReason | undefined {
  return found.snapshot.fenced ? "write-in-flight" : session().unshareable;
}

/** Why the answer cannot be relied on by others, and hence not be stored. */
function whyNotRelied<T>(
  { shareable, behind, reason }: Loaded<T> & { readonly behind: boolean },
  { outdated }: Found,
): BypassReason | undefined {
  if (!shareable) return reason ?? "dirty-transaction";
  if (behind) return "replica-lag";
  return outdated ? "altered" : undefined;
}

function answered<T>(value: T, snapshot: Snapshot, unrelied: BypassReason | undefined): Answer<T> {
  return unrelied ? { value, snapshot: undefined, reason: unrelied } : { value, snapshot };
}
