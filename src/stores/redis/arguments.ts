import { randomBytes } from "node:crypto";

/** Ten years: PEXPIRE refuses what overflows, and Lua prints numbers above 10^17 in a way that it refuses too. */
const LONGEST = 10 * 365 * 24 * 3600 * 1000;

/** New for each call: a version made of it has never been one before, on whatever host. */
export function nonce(): string {
  return randomBytes(12).toString("base64url");
}

export function duration(ms: number): string {
  return String(Math.min(Math.max(Math.ceil(ms), 1), LONGEST));
}

/** Marks are separated by blanks, and a name with a bare percent sign is the scripts' own. */
export function nameInMarks(writer: string): string {
  return encodeURI(writer);
}
