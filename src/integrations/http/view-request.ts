import type { IncomingHttpHeaders } from "node:http";

/** What decides about the response to a request, as every framework can tell it. */
export interface ViewRequest<R> {
  /** The framework's own request, which options and samples are told. */
  readonly native: R;
  readonly method: string;
  /** Path and query, as they were received. */
  readonly url: string;
  /** Scheme and hosts, as far as the framework tells them: responses may hold absolute addresses. */
  readonly origin: readonly (string | undefined)[];
  readonly headers: IncomingHttpHeaders;
}

/** Other methods are never answered from the cache. */
export function isReading({ method }: ViewRequest<unknown>): boolean {
  return method === "GET" || method === "HEAD";
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * Path and query of an address that may be absolute. With `sortQuery`, parameters are in the order of their
 * names; those of one name stay in their own, which may count.
 */
export function pathOf(url: string, sortQuery: boolean): string {
  const [local = ""] = url.replace(ORIGIN, "").split("#");
  const at = local.indexOf("?");
  const path = (at < 0 ? local : local.slice(0, at)) || "/";
  if (at < 0) return path;
  const query = local.slice(at + 1);
  return `${path}?${sortQuery ? sorted(query.split("&")).join("&") : query}`;
}

function sorted(parameters: string[]): string[] {
  const nameOf = (parameter: string): string => parameter.split("=", 1)[0] as string;
  return parameters.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}
