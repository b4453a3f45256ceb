import type { IncomingMessage } from "node:http";
import { addressText, type Address } from "../http/node-request";
import { View } from "../http/view";
import type { ViewOptions } from "../http/view-options";
import type { ViewSamples } from "../http/view-samples";
import { type ViewInterceptor, interceptor } from "./interceptor";

export type { Address } from "../http/node-request";
export type { VaryBy } from "../http/vary";
export type { ViewOptions } from "../http/view-options";
export type { ViewSamples } from "../http/view-samples";
export type { CallHandler, ExecutionContext, ViewInterceptor } from "./interceptor";

/**
 * An interceptor that answers GET and HEAD from the cache with what the routes answered before: body, status and the
 * headers that they set, but never `Set-Cookie`. Only time invalidates it, and `invalidate`.
 *
 * What is stored is the response as it goes to the client, behind serialisers, outer interceptors and filters. Those
 * run for a stored response, too, after the guards, and what they make of it is not sent. Responses are stored whose
 * status is 200 to 299 (see `statuses`), that say neither `Cache-Control: no-store` nor `private`, that differ by
 * nothing but what `vary` names, and that are sent whole: `StreamableFile` and `@Sse()` go straight to the client.
 * HEAD is answered from what GET stored. That a client asks for `Cache-Control: no-cache` changes nothing.
 *
 * @example `@UseInterceptors(cachedView({ timeout: "15m" }))`
 */
export function cachedView<R extends object = IncomingMessage>(
  options: ViewOptions<R> = {},
): ViewInterceptor {
  return withInvalidate(new View<R>(null, options));
}

/**
 * As `cachedView`, and as soon as the samples change the routes are asked again. What they answer while a sample
 * changes is not stored.
 *
 * @param samples As of `cachedAs`, or a function of the request that gives them.
 */
export function cachedViewAs<R extends object = IncomingMessage>(
  samples: ViewSamples<R>,
  options: ViewOptions<R> = {},
): ViewInterceptor {
  return withInvalidate(new View<R>(samples, options));
}

function withInvalidate<R extends object>(view: View<R>): ViewInterceptor {
  return { ...interceptor(view), invalidate: (address: Address) => view.invalidate(addressText(address)) };
}
