import * as schemes from "../../../src/dependencies/scheme";

const { schemeOf } = schemes;

/** A scheme leaves out one of the columns that are looked at. */
function withoutOne(spec: schemes.SchemeSpec): schemes.SchemeSpec {
  const uses = spec.uses === "all" ? "all" : spec.uses.filter((column) => column !== "value");
  return { ...spec, uses };
}

Object.assign(schemes, { schemeOf: (spec: schemes.SchemeSpec) => schemeOf(withoutOne(spec)) });
