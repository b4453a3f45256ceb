import { inspect } from "node:util";
import { CacheopsConfigError } from "./errors";

/** `right` completes "Give …". */
export function wrongOption(option: string, value: unknown, right: string): CacheopsConfigError {
  return new CacheopsConfigError(`${option}: ${shown(value)} is not valid. Give ${right}.`);
}

/** One short line of any value; JSON would throw for a bigint and call NaN null. */
export function shown(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  return inspect(value, { depth: 0, breakLength: Infinity, maxArrayLength: 3 });
}
