import type { Call, CallCache } from "./cached";
import type { FileValues } from "./file-values";
import { type Load, SharedLoads } from "./shared-loads";

/** Results of functions in the files of one cache. */
export class FileCalls {
  readonly #values: FileValues;
  readonly #loads: SharedLoads;

  constructor(values: FileValues) {
    this.#values = values;
    this.#loads = new SharedLoads(values);
  }

  /** Those that are kept for this time, in milliseconds. */
  keptFor(timeout: number): CallCache {
    const load = ({ run }: Call): Load => ({ run, timeout });
    return {
      call: (call) => this.#loads.call(call.key, load(call)),
      refresh: (call) => this.#loads.refresh(call.key, load(call)),
      invalidate: async ({ key }) => {
        await this.#values.files.remove(key);
      },
      peek: async ({ key }) => (await this.#values.find(key))?.value,
      key: ({ key }) => key,
    };
  }
}
