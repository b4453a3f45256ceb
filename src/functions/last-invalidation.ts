import type { InvalidateOptions } from "../invalidation";
import { splitOptions } from "../invalidate-options";
import { resolveSample } from "../typeorm/samples";
import { candidates, installationFor } from "./chosen-data-source";
import { samplesOf } from "./samples-of-call";
import type { Sample } from "./samples";

const NO_CALL = { self: undefined, args: [] };

/**
 * A token, opaque and of up to 43 characters, that is another one whenever the samples have changed: for ETags, and for
 * keys of your own. As long as nobody can know that they have not (a write to them is in flight, the caller's
 * transaction has written, the store fails), each call has a token of its own.
 *
 * Rejects with `CacheopsConfigError` if no data source knows the samples, or several do and the last argument,
 * `{ dataSource }`, does not say which.
 *
 * @example `response.setHeader("ETag", await lastInvalidation(Article, { entity: Comment, where: { articleId } }))`
 */
export async function lastInvalidation(
  ...samples: [...Sample[], Sample | InvalidateOptions]
): Promise<string> {
  const { targets, options } = splitOptions<Sample>(samples);
  const known = candidates(options.dataSource);
  const list = targets.flatMap((each) => [...samplesOf(each, NO_CALL, known)]);
  const installation = installationFor(list, options.dataSource, "lastInvalidation");
  const plans = list.map((each) => resolveSample(installation, each).plan);
  return installation.lastChange.of(installation.samples.union(plans));
}
