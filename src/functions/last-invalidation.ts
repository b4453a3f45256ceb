import { CacheopsUnsupportedError } from "../errors";
import type { InvalidateOptions } from "../invalidation";
import type { Sample } from "./samples";

/** A token that is another one whenever the samples have changed. */
export async function lastInvalidation(
  ..._samples: [...Sample[], Sample | InvalidateOptions]
): Promise<string> {
  throw new CacheopsUnsupportedError("lastInvalidation is being built.");
}
