import type { Installed } from "../typeorm/registry";
import { isTarget, unknownSample } from "../typeorm/samples";
import type { Call } from "./cached";
import type { Sample, Samples } from "./samples";

/** A class is written like one, if it is not compiled to an age before classes. */
const CLASS = /^class\b/;

/**
 * The samples of one call. A function is asked for them, unless one of the data sources knows it as an entity.
 *
 * @throws CacheopsConfigError for a class that is no entity.
 */
export function samplesOf(
  samples: Exclude<Samples, "auto">,
  { self, args }: Pick<Call, "self" | "args">,
  known: readonly Installed[],
): readonly Sample[] {
  if (Array.isArray(samples)) return samples as readonly Sample[];
  if (typeof samples !== "function" || known.some((each) => isTarget(each, samples))) return [samples];
  if (CLASS.test(Function.prototype.toString.call(samples))) throw unknownSample(samples);
  const given: unknown = (samples as (...all: readonly unknown[]) => unknown).apply(self, [...args]);
  return Array.isArray(given) ? (given as Sample[]) : [given as Sample];
}
