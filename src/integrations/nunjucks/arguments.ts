import { CacheopsConfigError, type Duration, type Samples } from "../../index";

export type Extra = readonly unknown[];

/** @throws CacheopsConfigError */
export function fragmentName(name: unknown): string {
  const text = plain(name);
  if (typeof text === "string" && text !== "") return text;
  throw wrong("cached", `the name of the fragment is ${shown(name)}. Give a text, then a timeout and extras`);
}

/** @throws CacheopsConfigError */
export function timeoutOf(tag: string, timeout: unknown): Duration | undefined {
  const value = plain(timeout) ?? undefined;
  if (value === undefined || typeof value === "string" || typeof value === "number") return value;
  throw wrong(tag, `the timeout is ${shown(timeout)}. Give milliseconds, a text such as "15m", or none`);
}

/**
 * A variable that the template does not have is undefined: taken for "depends on nothing" it would never be renewed.
 *
 * @throws CacheopsConfigError
 */
export function checkedSamples(samples: unknown): Samples {
  const list: readonly unknown[] = Array.isArray(samples) ? samples : [samples];
  const missing =
    list.length === 0 || list.some((each) => each === undefined || each === null || each === "");
  if (!missing && list.every((each) => ["string", "object", "function"].includes(typeof each)))
    return samples as Samples;
  const what = missing ? "are missing: does the template get the variable?" : `are ${shown(samples)}.`;
  throw wrong(
    "cachedAs",
    `the samples ${what} Give entities, instances, query builders, tables, or a list of them`,
  );
}

export function extraOf(extra: readonly unknown[]): Extra {
  return extra.map(plain);
}

/** Text that is marked as safe is text. */
function plain(value: unknown): unknown {
  return value instanceof String ? value.toString() : value;
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value)
    : value === null
      ? "none"
      : `of type ${typeof value}`;
}

function wrong(tag: string, message: string): CacheopsConfigError {
  return new CacheopsConfigError(`{% ${tag} %}: ${message}.`);
}
