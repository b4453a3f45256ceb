import { varyNames, headerText } from "./vary";
import type { ViewSettings } from "./view-options";

export type HeaderValue = string | number | readonly string[];

/** By names in lower case; null for a header that earlier middleware set and the handler took away. */
export type Headers = Readonly<Record<string, HeaderValue | null | undefined>>;

/** A handler's whole response, before anything of it was sent. */
export interface Draft {
  readonly status: number;
  readonly headers: Headers;
  /** Those that were set before the handler was asked, by middleware that will set them again. */
  readonly before: Headers;
  readonly body: Buffer;
}

/** What is kept of a response. */
export interface ViewResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** They concern one connection, or one client. `Date` and `Content-Length` are made anew. */
const NEVER_STORED = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "set-cookie2",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What others may get of it: that which the handler said, and of the headers those that concern everybody. */
export function storable({ status, headers, before, body }: Draft): ViewResponse {
  const named = headerText(headers.connection)
    .toLowerCase()
    .split(/\s*,\s*/);
  const kept: Record<string, HeaderValue | null> = {};
  for (const name of new Set([...Object.keys(headers), ...Object.keys(before)])) {
    if (NEVER_STORED.has(name) || named.includes(name) || !isChanged(name, headers, before)) continue;
    kept[name] = headers[name] ?? null;
  }
  return { status, headers: kept, body };
}

/** Whether others may get it at all. */
export function isShareable<R>(
  draft: Draft,
  settings: ViewSettings<R>,
  cacheControl: string | undefined,
): boolean {
  const { status, headers, before } = draft;
  const ok = status >= 200 && status < 300 && status !== 206;
  if (!ok && !settings.statuses.has(status)) return false;
  // What earlier middleware says to every browser gives way to the option, what the handler says does not.
  const decided = cacheControl !== undefined && !isChanged("cache-control", headers, before);
  if (!decided && forbidsSharing(headers["cache-control"])) return false;
  const told = [...varyNames(before.vary), ...settings.vary.names];
  return varyNames(headers.vary).every((name) => name !== "*" && told.includes(name));
}

function isChanged(name: string, headers: Headers, before: Headers): boolean {
  return headerText(headers[name]) !== headerText(before[name]);
}

function forbidsSharing(header: unknown): boolean {
  const directives = headerText(header).toLowerCase().split(",");
  return directives.some((directive) => /^\s*(no-store|private)\s*(=|$)/.test(directive));
}
