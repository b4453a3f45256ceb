import { randomUUID } from "node:crypto";
import { cached, cachedAs, type CachedFunction } from "../../index";
import type { ViewOptions } from "./view-options";
import type { ViewResponse } from "./view-response";
import type { ViewSamples } from "./view-samples";

/** A response as it is stored. */
export interface Stored extends ViewResponse {
  /** Of its path when the handler was asked. */
  readonly generation: string;
  readonly etag: string | undefined;
}

/** What a request wants of the store. */
export interface Wanted {
  readonly key: readonly unknown[];
  /** Of its path, asked for at the same time. */
  readonly generation: Promise<string>;
  load(): Promise<Stored>;
}

/** It only has to outlive the responses. */
const GENERATION_TIMEOUT = "90d";

/** The responses of one view. */
export class ViewStore<R extends object> {
  readonly #responses: CachedFunction<(native: R, wanted: Wanted) => Promise<Stored>>;
  readonly #generations: CachedFunction<(path: string) => Promise<string>>;

  constructor(samples: ViewSamples<R> | null, viewOptions: ViewOptions<R>) {
    const { timeout, staleFor, extra, dataSource, lock, earlyRefresh } = viewOptions;
    const options = { extra: ["view", extra], ...(dataSource ? { dataSource } : {}) };
    const caching = { ...options, timeout, lock, earlyRefresh, key: (_native: R, { key }: Wanted) => key };
    const wrap = samples === null ? cached(caching) : cachedAs(samples, { ...caching, staleFor });
    this.#responses = wrap(async function viewResponse(_native: R, wanted: Wanted) {
      return wanted.load();
    });
    this.#generations = cached({ ...options, timeout: GENERATION_TIMEOUT })(async function viewGeneration(
      _path: string,
    ) {
      return randomUUID();
    });
  }

  /**
   * A name for all that was stored of a path since it was last invalidated by hand: whatever it varies by, and
   * whatever host it was asked of, goes with it. A response of another generation is not used.
   */
  generation(path: string): Promise<string> {
    return this.#generations(path);
  }

  async invalidate(path: string): Promise<void> {
    await this.#generations.invalidate(path);
  }

  /** Tells the response apart from those of other views, too. */
  identity(native: R, wanted: Wanted): string {
    return this.#responses.key(native, wanted);
  }

  async get(native: R, wanted: Wanted): Promise<Stored | undefined> {
    const stored = await this.#responses(native, wanted);
    if (stored.generation === (await wanted.generation)) return stored;
    const renewed = await this.#responses.refresh(native, wanted);
    return renewed.generation === (await wanted.generation) ? renewed : undefined;
  }

  async peek(native: R, wanted: Wanted): Promise<Stored | undefined> {
    const stored = await this.#responses.peek(native, wanted);
    return stored?.generation === (await wanted.generation) ? stored : undefined;
  }
}
