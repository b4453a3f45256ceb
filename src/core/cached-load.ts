import { performance } from "node:perf_hooks";
import type { BypassReason } from "../events";
import type { Dependency, Lookup, RecordName } from "../stores/store";
import type { AlterationWatch } from "./alteration-watch";
import { DogPileGuard } from "./dog-pile-guard";
import { isDueEarly } from "./early-refresh";
import { Flights, type Landed } from "./flights";
import { answered, flightKey, type Found, outcomeOf, refusal, whyNotRelied } from "./found";
import type { Granularity } from "./granularity";
import type { Registries } from "./registries";
import { Staleness } from "./staleness";
import type { StoreGuard } from "./store-guard";
import type { Answer, Complete, EntryPlan, Loaded, Wanted } from "./wanted";

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
  /** Milliseconds that one waits for the loads of other processes. */
  readonly lockTimeout: number;
  warn(message: string): void;
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
  readonly #guard: DogPileGuard;

  constructor(context: LoadContext) {
    this.#context = context;
    this.#guard = new DogPileGuard(context.store.locks, context.lockTimeout);
  }

  /** From the store, else loaded and stored. */
  answer<T>(wanted: Wanted<T>): Promise<Answer<T>> {
    return this.#answer(wanted);
  }

  async #answer<T>(wanted: Wanted<T>, known?: string): Promise<Answer<T>> {
    const found = await this.#ask(wanted, known);
    if (typeof found === "string") return this.#bypass(wanted, found);
    if (wanted.anew || !found.entry) return this.#load(wanted, found);
    if (!found.entry.current) return this.#stale(wanted, found, found.entry.payload);
    const early = await this.#earlyRefreshed(wanted, found, found.entry);
    // What cannot be decoded is gone by then.
    return early ?? (await this.#hit(wanted, found)) ?? this.#load(wanted, { ...found, entry: undefined });
  }

  /** Loaded, and not stored: for who has to know the versions from before it. */
  async observe<T>(wanted: Wanted<T>): Promise<Answer<T>> {
    const found = await this.#ask(wanted);
    if (typeof found === "string") return this.#bypass(wanted, found);
    const loaded = await this.#run(wanted, found);
    return answered(loaded.value, found.snapshot, whyNotRelied(loaded, found));
  }

  /** What is stored and current. */
  async peek<T>(wanted: Pick<Wanted<T>, "plan" | "decode">): Promise<{ readonly value: T } | undefined> {
    const found = await this.#lookup(wanted.plan);
    if (!found?.entry?.current || found.snapshot.fenced) return undefined;
    return this.#decode(wanted, found.entry.payload);
  }

  /** Or why what is stored is not for this caller. */
  async #ask<T>(wanted: Wanted<T>, known?: string): Promise<Found | BypassReason> {
    const found = await this.#lookup(wanted.plan, known);
    return found ? (refusal(wanted, found) ?? found) : "store-error";
  }

  /** `known`: of an earlier look-up by the same plan. */
  async #lookup(plan: EntryPlan, known?: string): Promise<Found | undefined> {
    // Before the await: what is known now is what it was planned with.
    const seen = known ?? this.#context.alterations.seen(epochOf(plan));
    const asked = performance.now();
    try {
      const looking = this.#context.store.lookup(plan.entry, plan.dependencies, plan.timeout);
      const found = await this.#flights.looking(looking);
      if (!found.entry?.current) this.#note(plan, found);
      return { ...found, known: seen ?? found.altered, outdated: this.#isOutdated(plan, found, seen), asked };
    } catch {
      return undefined;
    }
  }

  async #bypass<T>(wanted: Wanted<T>, refused: BypassReason): Promise<Answer<T>> {
    const { value } = await wanted.load(false);
    wanted.tell({ outcome: "bypass", reason: refused });
    return { value, snapshot: undefined, reason: refused };
  }

  /** What is stored and current, if that is so. */
  async #hit<T>(wanted: Wanted<T>, { entry, snapshot, asked }: Found): Promise<Answer<T> | undefined> {
    const hit = entry?.current && (await this.#decode(wanted, entry.payload));
    if (!hit) return undefined;
    this.#staleness.sawCurrent(wanted.plan, asked);
    wanted.tell({ outcome: "hit", bytes: entry.payload.byteLength });
    return { value: hit.value, snapshot };
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
    const key = flightKey(wanted, found);
    // Looked for and taken in one turn of the event loop: an await in between would let two lead.
    const flight = this.#flights.join(key, connected);
    const payload = flight && (await flight.payload);
    const joined = payload && (await this.#decode(wanted, payload));
    if (joined) {
      wanted.tell({ outcome: outcomeOf(found), bytes: payload.byteLength });
      return { value: joined.value, snapshot: found.snapshot };
    }
    // Once, as after another process's load: what could not be shared may be stored all the same.
    if (flight && !wanted.again && (flight.stored || isGuarded(wanted)))
      return this.#answer({ ...wanted, lock: false, again: true }, found.known);
    return this.#flights.lead(key, connected, () =>
      isGuarded(wanted) ? this.#leadAlone(wanted, found) : this.#lead(wanted, found),
    );
  }

  /** While no other process loads the same. */
  async #leadAlone<T>(wanted: Wanted<T>, { known }: Found): Promise<Landed<Answer<T>>> {
    const stored = async (): Promise<Landed<Answer<T>> | undefined> => {
      const found = await this.#ask(wanted, known);
      return typeof found === "string" ? undefined : this.#landed(wanted, found);
    };
    const loaded = async (): Promise<Landed<Answer<T>>> => {
      const found = await this.#ask(wanted, known);
      if (typeof found === "string")
        return { result: await this.#bypass(wanted, found), payload: undefined, stored: false, told: false };
      return (await this.#landed(wanted, found)) ?? this.#lead(wanted, found);
    };
    return this.#guard.run(wanted.plan.entry, loaded, stored);
  }

  /**
   * What another process has stored. Where only the result tells what it relies on, it is not for those who wait for this
   * caller: who has looked after it may have come after a write that it does not show, and whose marks that look did not see.
   */
  async #landed<T>(wanted: Wanted<T>, found: Found): Promise<Landed<Answer<T>> | undefined> {
    const hit = await this.#hit(wanted, found);
    const payload = wanted.late ? undefined : found.entry?.payload;
    return hit && { result: hit, payload, stored: true, told: payload !== undefined };
  }

  /** Whoever else asks meanwhile gets what is stored, and so does this caller if the load fails. */
  async #earlyRefreshed<T>(
    wanted: Wanted<T>,
    found: Found,
    entry: NonNullable<Found["entry"]>,
  ): Promise<Answer<T> | undefined> {
    if (!isDueEarly(entry, wanted.earlyRefresh ?? 0, Math.random())) return undefined;
    const key = flightKey(wanted, found);
    if (this.#flights.has(key)) return undefined;
    const { connected } = wanted.session();
    const load = (): Promise<Answer<T>> =>
      this.#flights.lead(key, connected, () => this.#lead(wanted, found, "early-refresh"));
    try {
      if (!isGuarded(wanted)) return await load();
      return (await this.#guard.attempt(wanted.plan.entry, load))?.value;
    } catch {
      return undefined;
    }
  }

  async #lead<T>(wanted: Wanted<T>, found: Found, why?: BypassReason): Promise<Landed<Answer<T>>> {
    const started = performance.now();
    const loaded = await this.#run(wanted, found);
    const took = performance.now() - started;
    const { value } = loaded;
    const unrelied = whyNotRelied(loaded, found);
    const payload = unrelied ? undefined : this.#encode(wanted, value);
    const complete = payload && wanted.complete(value, found.snapshot);
    const stored =
      payload && complete ? await this.#store(wanted.plan, found, complete, payload, took) : false;
    if (stored) this.#staleness.sawCurrent(wanted.plan, found.asked);
    const reason = unrelied ?? (payload ? why : "value");
    const outcome = why ? "miss" : outcomeOf(found);
    const { coarser } = complete ?? {};
    wanted.tell({ outcome, bytes: payload?.byteLength ?? 0, stored, reason, detail: loaded.detail, coarser });
    const result = answered(value, found.snapshot, unrelied);
    const { late = false } = wanted;
    return { result, payload: late && !stored ? undefined : payload, stored, told: !late };
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
    took: number,
  ): Promise<boolean> {
    const { store, maxEntrySize } = this.#context;
    if (payload.byteLength > maxEntrySize || snapshot.refused.length > 0) return false;
    return store.store(entry, dependencies, versions, payload, timeout, took);
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

/** Who holds a connection waits for nobody: with a pool of one, the load that it waits for would wait for it. */
function isGuarded<T>({ lock, anew, session }: Wanted<T>): boolean {
  return lock === true && anew !== true && !session().connected;
}

function epochOf({ dependencies }: EntryPlan): RecordName {
  return (dependencies[0] as Dependency).record;
}
