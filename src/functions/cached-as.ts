import { CacheopsUnsupportedError } from "../errors";
import type { CachedAsOptions, CachedOptions, FunctionCaching } from "./cached-function";
import type { Samples } from "./samples";

export function cachedAs(_samples: Samples, _options: CachedAsOptions = {}): FunctionCaching {
  throw new CacheopsUnsupportedError("cachedAs is being built.");
}

export function cached(_options: CachedOptions = {}): FunctionCaching {
  throw new CacheopsUnsupportedError("cached is being built.");
}
