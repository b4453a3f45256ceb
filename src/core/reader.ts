import { performance } from "node:perf_hooks";
import type { Analysis, SqlDialect } from "../sql/analysis";
import type { CacheopsEmitter, ReadEvent } from "../events";
import type { Snapshot } from "../stores/store";
import type { CachedLoads } from "./cached-load";
import {
  type Bypass,
  type CachingPlan,
  completeDependencies,
  planCaching,
  type PlanContext,
  planRecorded,
} from "./caching-plan";
import type { Codec } from "./codec";
import { inKeyOrder, keptOfPage } from "./page-keys";
import type { Load, ReadRequest, Rows } from "./read-request";
import type { Recording } from "./recording";
import { currentScope, inScope } from "./scope";
import type { Answer, Complete, Told, Wanted } from "./wanted";

export interface ReaderContext {
  readonly analyse: (sql: string) => Analysis;
  readonly plan: PlanContext;
  readonly dialect: SqlDialect;
  readonly loads: CachedLoads;
  readonly codec: Codec;
  readonly events: CacheopsEmitter;
  readonly enabled: () => boolean;
  /** Identifies the data source, and names it. */
  readonly owner: object;
  readonly name: string;
}

/** The reads of one data source: what of them is cached, and what they mean to the function that is running. */
export class Reader {
  readonly #context: ReaderContext;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  async read(request: ReadRequest, load: Load): Promise<Rows> {
    const rows = await this.#read(request, load);
    return request.page ? inKeyOrder(rows, request.page) : rows;
  }

  async #read(request: ReadRequest, load: Load): Promise<Rows> {
    const started = performance.now();
    const { analyse, plan: context, enabled } = this.#context;
    const scope = currentScope();
    const plan = planCaching(request, analyse(request.sql), enabled(), scope, context);
    const tell = (told: Told): void => this.#tell(request, plan, told, started);
    // What it loads is its own read, not another one of the function that is running.
    const alone: Load = (master) => inScope({ recording: undefined }, () => load(master));
    const recording = this.#recordingOf(scope.recording);
    if ("entry" in plan) {
      const answer = await this.#context.loads.answer(this.#wanted(request, plan, alone, tell));
      if (recording && request.settings !== "") recording.refuse("session");
      else if (recording) this.#record(recording, plan, answer);
      return answer.value;
    }
    const rows = await (recording ? this.#recorded(request, alone, recording) : loaded(alone));
    tell({ outcome: "bypass", reason: plan.reason, detail: plan.detail });
    return rows;
  }

  /**
   * A statement that no builder sends and nobody caches. The function that is running relies on what it reads; if it
   * writes, on more than anybody can tell.
   */
  async observe(request: ReadRequest, load: Load): Promise<Rows> {
    const recording = this.#recordingOf(currentScope().recording);
    const alone: Load = () => inScope({ recording: undefined }, load);
    const { statements } = this.#context.analyse(request.sql);
    // A boundary or a setting gives no rows. What it means to those that follow, the session knows.
    if (!recording || statements.every(({ control }) => control)) return loaded(alone);
    return this.#recorded(request, alone, recording, false);
  }

  #recordingOf(recording: Recording | undefined): Recording | undefined {
    const { owner, name } = this.#context;
    return recording?.isForeign(owner, name) ? undefined : recording;
  }

  /** Of what is not answered from the cache, the function that reads it still relies on. */
  async #recorded(request: ReadRequest, load: Load, recording: Recording, late = true): Promise<Rows> {
    const { analyse, plan: context, loads } = this.#context;
    if (!recording.wantsEverything) return watched(request, load, recording);
    const plan = planRecorded(request, analyse(request.sql), late, context);
    if (!("entry" in plan)) {
      recording.refuse(plan.reason, plan.detail);
      return loaded(load);
    }
    const answer = await loads.observe(this.#wanted(request, plan, load, () => undefined));
    this.#record(recording, plan, answer);
    return answer.value;
  }

  #record(recording: Recording, plan: CachingPlan, { value, snapshot, reason }: Answer<Rows>): void {
    if (!recording.wantsEverything) return reason && recording.refuse(reason);
    if (!snapshot) return recording.refuse(reason);
    recording.add(this.#complete(plan, value, snapshot), plan.timeout);
  }

  #wanted(request: ReadRequest, plan: CachingPlan, load: Load, tell: (told: Told) => void): Wanted<Rows> {
    const { codec } = this.#context;
    return {
      plan,
      what: plan.tables.join(", "),
      session: () => {
        const session = request.session();
        return {
          connected: session.connected,
          unshareable: session.unshareableUnder(request.settings),
        };
      },
      load: async (master) => {
        const { rows, ...rest } = await load(master);
        return { value: rows, ...rest };
      },
      encode: (rows) => codec.encode(request.page ? keptOfPage(rows, request.page, plan) : rows),
      decode: (payload) => codec.decode(payload),
      complete: (rows, snapshot) => this.#complete(plan, rows, snapshot),
      late: plan.reliances.some(({ late }) => late.length > 0),
      lock: plan.lock,
      earlyRefresh: plan.earlyRefresh,
      tell,
    };
  }

  #complete(plan: CachingPlan, rows: Rows, { versions }: Snapshot): Complete {
    const { dialect, plan: context } = this.#context;
    const { dependencies, untold } = completeDependencies(plan, rows, dialect);
    // The next time it will be planned without them.
    const coarser = new Set(untold.map((scheme) => context.granularity.untold(plan.entry.hash, scheme)));
    return { dependencies, versions, timeout: plan.timeout, coarser: [...coarser] };
  }

  #tell(request: ReadRequest, plan: CachingPlan | Bypass, told: Told, started: number): void {
    const { events } = this.#context;
    if (events.listenerCount("read") === 0) return;
    events.emit("read", {
      op: plan.op,
      func: undefined,
      entity: request.entity,
      tables: plan.tables,
      coarser: [...("coarser" in plan ? plan.coarser : []), ...(told.coarser ?? [])],
      outcome: told.outcome,
      reason: told.reason,
      detail: told.detail,
      sql: request.sql,
      duration: performance.now() - started,
      bytes: told.bytes ?? 0,
      stored: told.stored ?? false,
    } satisfies ReadEvent);
  }
}

/** A transaction of its own may show the function rows that are never committed. */
async function watched({ session }: ReadRequest, load: Load, recording: Recording): Promise<Rows> {
  const before = session().unshareable;
  const rows = await loaded(load);
  const reason = before ?? session().unshareable;
  if (reason) recording.refuse(reason);
  return rows;
}

async function loaded(load: Load): Promise<Rows> {
  return (await load()).rows;
}
