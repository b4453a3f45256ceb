import type { DataSource } from "typeorm";
import type { FunctionCall, Reliances } from "../core/function-calls";
import { statementHash } from "../core/statement-key";
import type { Installed } from "../typeorm/registry";
import { resolveSample } from "../typeorm/samples";
import type { Call, CallCache } from "./cached";
import { candidates, installationFor } from "./chosen-data-source";
import { samplesOf } from "./samples-of-call";
import type { Samples } from "./samples";

export interface StoredCallOptions {
  /** `undefined`: results depend on time alone. */
  readonly samples: Samples | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  /** Milliseconds. */
  readonly staleFor: number | undefined;
  readonly lock: boolean;
  /** 0: not at all. */
  readonly earlyRefresh: number;
  readonly dataSource: DataSource | undefined;
}

/** Results of functions in the store of whichever data source knows what they depend on, once they are called. */
export function callsOn(options: StoredCallOptions): CallCache {
  // What cannot be placed rejects, as everything else that goes wrong with a call.
  const on = async <T>(call: Call, use: (placed: Placed) => Promise<T>): Promise<T> =>
    use(placed(call, options));
  return {
    call: (call) => on(call, ({ calls, stored }) => calls.call(stored)),
    invalidate: (call) => on(call, ({ calls, stored }) => calls.invalidate(stored)),
    refresh: (call) => on(call, ({ calls, stored }) => calls.refresh(stored)),
    peek: (call) => on(call, ({ calls, stored }) => calls.peek(stored)),
    key: (call) => placed(call, options).stored.key,
  };
}

interface Placed {
  readonly calls: Installed["calls"];
  readonly stored: FunctionCall;
}

function placed(call: Call, { samples, dataSource, ...options }: StoredCallOptions): Placed {
  const { func, run } = call;
  const { installation, reliances, identity } = resolved(call, samples, dataSource);
  const key = identity.length > 0 ? `${call.key}:${statementHash(identity)}` : call.key;
  return { calls: installation.calls, stored: { func, key, reliances, run, ...options } };
}

interface Resolved {
  readonly installation: Installed;
  readonly reliances: Reliances;
  readonly identity: readonly string[];
}

function resolved(call: Call, samples: Samples | undefined, dataSource: DataSource | undefined): Resolved {
  if (samples === undefined || samples === "auto") {
    const installation = installationFor([], dataSource, call.func);
    return { installation, reliances: samples ?? "time", identity: [] };
  }
  const list = samplesOf(samples, call, candidates(dataSource));
  const installation = installationFor(list, dataSource, call.func);
  const all = list.map((each) => resolveSample(installation, each));
  const reliances = installation.samples.union(all.map(({ plan }) => plan));
  return {
    installation,
    reliances,
    identity: all.flatMap(({ identity }) => [String(identity.length), ...identity]),
  };
}
