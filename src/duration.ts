import ms, { type StringValue } from "ms";
import { CacheopsConfigError } from "./errors";
import { shown } from "./wrong-option";

/** Milliseconds, or a string that the `ms` package reads: `"15m"`, `"2 hours"`. */
export type Duration = number | string;

/** `option` names the value in the error message. */
export function milliseconds(duration: Duration, option: string): number {
  const value = typeof duration === "string" ? parse(duration) : duration;
  if (typeof value === "number" && Number.isFinite(value) && value >= 1) return Math.floor(value);
  throw new CacheopsConfigError(
    `${option}: ${shown(duration)} is not a duration. ` +
      `Give milliseconds (a number of at least 1) or a string such as "30s", "15m" or "1h".`,
  );
}

/** The same of what may be left out. */
export function optionalMilliseconds(duration: Duration | undefined, option: string): number | undefined {
  return duration === undefined ? undefined : milliseconds(duration, option);
}

function parse(text: string): number | undefined {
  // ms() throws on an empty string and on one of over 100 characters.
  return text.length > 0 && text.length <= 100 ? ms(text as StringValue) : undefined;
}
