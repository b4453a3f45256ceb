import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** What a response is told from others of its address by, in 27 characters. */
export function fingerprint(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest("base64url").slice(0, 27);
}

/** Weak: what it vouches for is what the response was made of, not its bytes. It tells its age, for timeouts. */
export function etagOf(print: string, now: number): string {
  return `W/"${print}.${now.toString(36)}"`;
}

/** The ETag in `If-None-Match` that has this fingerprint, unless it is older than the timeout in milliseconds. */
export function currentEtag(
  { "if-none-match": header = "" }: IncomingHttpHeaders,
  print: string,
  timeout: number,
  now: number,
): string | undefined {
  for (const [, , listed, since] of header.matchAll(/(W\/)?"([^".]*)\.([0-9a-z]+)"/g)) {
    if (listed !== print || since === undefined) continue;
    const age = now - parseInt(since, 36);
    if (age >= 0 && age < timeout) return `W/"${listed}.${since}"`;
  }
  return undefined;
}
