import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { ViewRequest } from "./view-request";

/** A request of Node, with what Express and others add to it. */
export type NodeRequest = IncomingMessage & {
  readonly originalUrl?: string;
  readonly protocol?: unknown;
  readonly hostname?: unknown;
};

/** The host counts as the client named it, and as the framework understood it (behind proxies that it trusts). */
export function viewRequest<R extends NodeRequest>(request: R): ViewRequest<R> {
  const { method = "GET", headers, originalUrl, url = "/", protocol, hostname } = request;
  const scheme = (request.socket as TLSSocket).encrypted ? "https" : "http";
  return {
    native: request,
    method,
    url: originalUrl ?? url,
    origin: [
      typeof protocol === "string" ? protocol : scheme,
      (headers.host ?? headers[":authority"])?.toString().toLowerCase(),
      typeof hostname === "string" ? hostname.toLowerCase() : undefined,
    ],
    headers,
  };
}

/** What can be told to `invalidate`: an address, absolute or only path and query, or a request to it. */
export type Address = string | { readonly url?: string; readonly originalUrl?: string };

export function addressText(address: Address): string {
  const text = typeof address === "string" ? address : (address.originalUrl ?? address.url);
  if (typeof text === "string") return text;
  throw new TypeError('invalidate: give an address such as "/countries?page=2", or a request to it.');
}
