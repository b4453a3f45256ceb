import type { Sample } from "../../index";

/** What responses depend on: a sample, several, a function of the request that gives them, or `"auto"`. */
export type ViewSamples<R> = Sample | readonly Sample[] | ((request: R) => Sample | readonly Sample[]);

/** Those of one request. */
export function samplesFor<R>(samples: ViewSamples<R>, request: R): readonly Sample[] {
  const given = isSamplesFunction(samples) ? samples(request) : samples;
  return (Array.isArray(given) ? given : [given]) as readonly Sample[];
}

/** Entity classes are functions, too. */
function isSamplesFunction<R>(
  samples: ViewSamples<R>,
): samples is (request: R) => Sample | readonly Sample[] {
  if (typeof samples !== "function") return false;
  return !/^class\b/.test(Function.prototype.toString.call(samples));
}
