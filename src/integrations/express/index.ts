import type { ServerResponse } from "node:http";
import { exchange } from "../http/node-exchange";
import { addressText, type Address, type NodeRequest, viewRequest } from "../http/node-request";
import { setHeaders } from "../http/outgoing";
import { sinkOf } from "../http/held-response";
import { varyWith } from "../http/vary";
import { View } from "../http/view";
import type { ViewOptions } from "../http/view-options";
import { isReading } from "../http/view-request";
import type { Headers } from "../http/view-response";
import type { ViewSamples } from "../http/view-samples";

export type { Address, NodeRequest } from "../http/node-request";
export type { VaryBy } from "../http/vary";
export type { ViewOptions } from "../http/view-options";
export type { ViewSamples } from "../http/view-samples";

/** Middleware for Express, Connect and whatever takes the same. */
export interface ViewMiddleware<R extends NodeRequest = NodeRequest> {
  (request: R, response: ServerResponse, next: (error?: unknown) => void): void;
  /**
   * What is stored of the address, absolute or only path and query, or of the request's, is not used any more:
   * for every host, whatever it varies by, and by whichever view with the same `extra`.
   */
  invalidate(urlOrRequest: Address): Promise<void>;
}

/**
 * Answers GET and HEAD from the cache with what the handlers behind it answered before: body, status and the headers
 * that they set, but never `Set-Cookie`. Only time invalidates it, and `invalidate`.
 *
 * Responses are stored whose status is 200 to 299 (see `statuses`), that say neither `Cache-Control: no-store` nor
 * `private`, that differ by nothing but what `vary` names, and that are sent whole: what is written in pieces or
 * piped goes straight to the client. HEAD is answered from what GET stored. That a client asks for
 * `Cache-Control: no-cache` changes nothing: the cache is the server's, and not for clients to switch off.
 *
 * @example `app.get("/countries", cachedView({ timeout: "15m" }), handler)`
 */
export function cachedView<R extends NodeRequest = NodeRequest>(
  options: ViewOptions<R> = {},
): ViewMiddleware<R> {
  return middleware(new View<R>(null, options));
}

/**
 * As `cachedView`, and as soon as the samples change the handlers are asked again. What they answer while a sample
 * changes is not stored.
 *
 * @param samples As of `cachedAs`, or a function of the request that gives them.
 * @example `app.get("/countries/:code", cachedViewAs([Country, City], { etag: true }), handler)`
 */
export function cachedViewAs<R extends NodeRequest = NodeRequest>(
  samples: ViewSamples<R>,
  options: ViewOptions<R> = {},
): ViewMiddleware<R> {
  return middleware(new View<R>(samples, options));
}

function middleware<R extends NodeRequest>(view: View<R>): ViewMiddleware<R> {
  const handle = (native: R, response: ServerResponse, next: (error?: unknown) => void): void => {
    const request = viewRequest(native);
    if (!isReading(request)) return next();
    const vary = varyWith(response.getHeader("vary"), view.settings.vary.names);
    if (vary !== "") response.setHeader("vary", vary);
    if (!view.concerns(request)) return next();
    const place = { raw: native, response, before: response.getHeaders() as Headers };
    void exchange(view, request, place, {
      proceed: () => next(),
      fail: next,
      send: (outgoing) => {
        response.statusCode = outgoing.status;
        setHeaders(sinkOf(response), outgoing);
        response.end(outgoing.body);
      },
    });
  };
  return Object.assign(handle, { invalidate: (address: Address) => view.invalidate(addressText(address)) });
}
