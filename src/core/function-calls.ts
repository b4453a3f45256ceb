import { performance } from "node:perf_hooks";
import { identified, type WriteSet } from "../dependencies/writes";
import { CacheopsStoreError } from "../errors";
import type { BypassReason, CacheopsEmitter } from "../events";
import type { Snapshot } from "../stores/store";
import type { CachedLoads } from "./cached-load";
import type { Codec } from "./codec";
import { decodeValue, encodeValue, type FunctionReads, type FunctionValue } from "./function-value";
import { MergedDependencies } from "./merged-dependencies";
import type { Namespaces } from "./namespaces";
import { Recording, type Refusal } from "./recording";
import type { SamplePlan } from "./samples-plan";
import { currentScope, inScope, type Scope } from "./scope";
import type { Session } from "./session";
import { statementHash } from "./statement-key";
import type { Answer, Complete, EntryPlan, Loaded, Told, Wanted } from "./wanted";

/**
 * What results of a function rely on beside their key: samples, what the function reads, or nothing but time. Of each
 * kind results of a key are kept apart.
 */
export type Reliances = SamplePlan | "auto" | "time";

/** One call of a cached function. */
export interface FunctionCall {
  /** The function's name, for events. */
  readonly func: string;
  /** Tells the result apart from all others. */
  readonly key: string;
  readonly reliances: Reliances;
  /** Milliseconds; `undefined`: that of what it relies on. */
  readonly timeout: number | undefined;
  /** Milliseconds; `undefined`: it is never given once it is stale. */
  readonly staleFor: number | undefined;
  readonly lock: boolean;
  /** 0: not at all. */
  readonly earlyRefresh: number;
  readonly run: () => Promise<unknown>;
}

export interface FunctionContext {
  readonly loads: CachedLoads;
  readonly codec: Codec;
  readonly namespaces: Namespaces;
  readonly events: CacheopsEmitter;
  /** Milliseconds that results are kept of which nothing tells it. */
  readonly timeout: number;
  /** Some reads go to replicas. */
  readonly replicated: boolean;
  readonly owner: object;
  readonly name: string;
  /** Differs where the same values would arrive differently, or entities would have other columns. */
  readonly stamp: string;
  readonly enabled: () => boolean;
  readonly invalidate: (writes: WriteSet) => Promise<void>;
}

const NO_SESSION = { unshareable: undefined, connected: false, generation: 0 };

/** The calls of cached functions whose results the store of one data source keeps. */
export class FunctionCalls {
  readonly #context: FunctionContext;

  constructor(context: FunctionContext) {
    this.#context = context;
  }

  /** `anew`: it runs whatever is stored. */
  async call(call: FunctionCall, anew = false): Promise<unknown> {
    const scope = currentScope();
    const tell = this.#teller(call);
    const refusal = this.#refusal(call, scope);
    const plan = refusal ?? this.#plan(call);
    if ("reason" in plan) {
      // Its reads are those of the function that surrounds it.
      const value = await call.run();
      tell({ outcome: "bypass", ...plan });
      return value;
    }
    const answer = await this.#context.loads.answer({ ...this.#wanted(call, plan, scope, tell), anew });
    if (scope.recording) this.#record(scope.recording, call, plan, answer);
    return answer.value.value;
  }

  /** Whoever calls from now on computes anew; inside a transaction of the data source, after its commit. */
  async invalidate(call: FunctionCall): Promise<void> {
    await this.#context.invalidate(identified([call.key]));
  }

  /** Without a store it only runs: what other results were stored are of no use after the outage. */
  async refresh(call: FunctionCall): Promise<unknown> {
    await this.invalidate(call).catch((error: unknown) => {
      if (call.reliances === "time" || !(error instanceof CacheopsStoreError)) throw error;
    });
    return this.call(call, true);
  }

  async peek(call: FunctionCall): Promise<unknown> {
    const plan = this.#plan(call);
    if ("reason" in plan) return undefined;
    const { loads, codec } = this.#context;
    const found = await loads.peek({ plan, decode: (payload) => decodeValue(payload, codec) });
    return found?.value.value;
  }

  #refusal({ reliances }: FunctionCall, scope: Scope): Refusal | undefined {
    if (scope.bypass) return { reason: scope.bypass, detail: undefined };
    if (!this.#context.enabled()) return { reason: "disabled", detail: undefined };
    if (typeof reliances === "object" && "reason" in reliances) return reliances;
    const { unshareable } = this.#sessionIn(scope);
    return unshareable && { reason: unshareable, detail: undefined };
  }

  /** Of the transaction that the caller is in: its rows may be others than everybody's. */
  #sessionIn({ transaction }: Scope): Pick<Session, "unshareable" | "connected" | "generation"> {
    return transaction?.owner === this.#context.owner ? transaction.session : NO_SESSION;
  }

  #plan({ key, reliances, timeout, staleFor }: FunctionCall): EntryPlan | Refusal {
    if (typeof reliances === "object" && "reason" in reliances) return reliances;
    const { namespaces } = this.#context;
    const planned = typeof reliances === "object" ? reliances : undefined;
    try {
      const [first] = planned?.tables ?? [];
      return {
        entry: {
          namespace: namespaces.of(planned?.tables ?? []),
          hash: functionHash(key, reliances, this.#context),
          home: first === undefined ? namespaces.everything() : namespaces.table(first),
        },
        dependencies: namespaces.dependencies(planned?.reliances ?? [], key),
        timeout: timeout ?? planned?.timeout ?? this.#context.timeout,
        staleFor,
      };
    } catch (error) {
      // A prefix function may refuse (no tenant known).
      return { reason: "prefix", detail: error instanceof Error ? error.message : String(error) };
    }
  }

  #wanted(
    call: FunctionCall,
    plan: EntryPlan,
    scope: Scope,
    tell: (told: Told) => void,
  ): Wanted<FunctionValue> {
    const { codec } = this.#context;
    return {
      plan,
      what: call.func,
      session: () => this.#sessionIn(scope),
      load: () => this.#run(call, plan, scope),
      encode: (value) => encodeValue(value, codec),
      decode: (payload) => decodeValue(payload, codec),
      complete: (value, snapshot) => completed(plan, value, snapshot),
      late: call.reliances === "auto",
      lock: call.lock,
      earlyRefresh: call.earlyRefresh,
      tell,
    };
  }

  async #run(call: FunctionCall, plan: EntryPlan, scope: Scope): Promise<Loaded<FunctionValue>> {
    const auto = call.reliances === "auto";
    const recording = new Recording(this.#context.owner, auto ? "everything" : "uncommitted");
    const { generation } = this.#sessionIn(scope);
    const value = await inScope({ recording }, () => call.run());
    const session = this.#sessionIn(scope);
    const changed = session.generation === generation ? undefined : ("dirty-transaction" as const);
    const reason: BypassReason | undefined = recording.refusal?.reason ?? session.unshareable ?? changed;
    return {
      value: { value, read: auto ? readsOf(recording, call.timeout, plan.timeout) : undefined },
      shareable: reason === undefined,
      reason,
      detail: recording.refusal?.detail,
      // What the samples do not tell: where the function's rows came from.
      replica: call.reliances !== "time" && !auto && this.#context.replicated,
    };
  }

  /** The function that called it relies on what it relies on. */
  #record(
    recording: Recording,
    { reliances }: FunctionCall,
    plan: EntryPlan,
    { value, snapshot, reason }: Answer<FunctionValue>,
  ): void {
    const { owner, name } = this.#context;
    if (recording.isForeign(owner, name)) return;
    if (!snapshot) return recording.refuse(reason);
    const { timeout, ...relied } = completed(plan, value, snapshot);
    recording.add(relied, timeout, reliances === "time" ? timeout : value.read?.limit);
  }

  #teller({ func, reliances }: FunctionCall): (told: Told) => void {
    const { events } = this.#context;
    if (events.listenerCount("read") === 0) return () => undefined;
    const started = performance.now();
    const planned = typeof reliances === "object" && "timeout" in reliances ? reliances : undefined;
    return ({ outcome, reason, detail, bytes = 0, stored = false, coarser = [] }) => {
      events.emit("read", {
        op: "function",
        func,
        entity: undefined,
        tables: planned?.tables ?? [],
        coarser: [...(planned?.coarser ?? []), ...coarser],
        outcome,
        reason,
        detail,
        sql: "",
        duration: performance.now() - started,
        bytes,
        stored,
      });
    };
  }
}

function readsOf(recording: Recording, own: number | undefined, fallback: number): FunctionReads {
  const { relied, limit } = recording;
  const timeout = own ?? recording.timeout ?? fallback;
  const coarser = recording.coarser.length > 0 ? recording.coarser : undefined;
  return { ...relied, timeout: Math.min(timeout, limit ?? timeout), limit, coarser };
}

/** What a time-invalidated function keeps is what `simpleCache` knows by the same key. */
function functionHash(
  key: string,
  reliances: Reliances,
  { stamp, namespaces }: Pick<FunctionContext, "stamp" | "namespaces">,
): string {
  if (reliances === "time") return valueHash(key, namespaces);
  const kind = reliances === "auto" ? "auto" : "samples";
  return statementHash(["function", kind, key, stamp]);
}

export function valueHash(key: string, { own }: Pick<Namespaces, "own">): string {
  return statementHash(own === "" ? ["value", key] : ["value", key, own]);
}

/** With what only the function's reads told, under the versions from before them. */
function completed(
  { dependencies, timeout }: EntryPlan,
  { read }: FunctionValue,
  { versions }: Snapshot,
): Complete {
  if (!read) return { dependencies, versions, timeout };
  const merged = new MergedDependencies();
  merged.addAll({ dependencies, versions });
  merged.addAll(read);
  return {
    ...merged.relied,
    timeout: read.timeout,
    coarser: [...new Set([...merged.coarser, ...(read.coarser ?? [])])],
  };
}
