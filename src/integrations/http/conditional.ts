import type { IncomingHttpHeaders } from "node:http";
import { headerText } from "./vary";
import type { Headers } from "./view-response";

/** Headers that make a request conditional, or ask for a part: the handler must answer as if they were missing. */
const PRECONDITIONS = [
  "if-none-match",
  "if-modified-since",
  "if-match",
  "if-unmodified-since",
  "if-range",
  "range",
] as const;

/** What a 304 may say of the representation that the client has. */
const OF_UNCHANGED = ["cache-control", "content-location", "etag", "expires", "last-modified", "vary"];

/** Whether `If-None-Match` lists this ETag. Compared weakly, as GET and HEAD do. `*` is not asked here. */
function listsEtag(headers: IncomingHttpHeaders, etag: string): boolean {
  const wanted = opaque(etag);
  const listed = headers["if-none-match"]?.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return listed.some((each) => opaque(each) === wanted);
}

/** Whether a client that sent these headers has the response with those already. */
export function isUnchanged(request: IncomingHttpHeaders, response: Headers): boolean {
  const ifNoneMatch = request["if-none-match"];
  if (ifNoneMatch !== undefined) {
    const etag = headerText(response.etag);
    return ifNoneMatch.trim() === "*" || (etag !== "" && listsEtag(request, etag));
  }
  const since = Date.parse(request["if-modified-since"] ?? "");
  return Date.parse(headerText(response["last-modified"])) <= since;
}

export function ofUnchanged(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => OF_UNCHANGED.includes(name)));
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, "");
}

/** Takes them away until what is returned is called: what is stored has to be the whole response, whatever its first client has already. */
export function withoutPreconditions(headers: IncomingHttpHeaders): () => void {
  const removed = PRECONDITIONS.filter((name) => headers[name] !== undefined).map(
    (name) => [name, headers[name]] as const,
  );
  for (const [name] of removed) delete headers[name];
  return () => Object.assign(headers, Object.fromEntries(removed));
}
