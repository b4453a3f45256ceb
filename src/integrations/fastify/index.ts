import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import { addressText, type Address } from "../http/node-request";
import { View } from "../http/view";
import type { ViewOptions } from "../http/view-options";
import type { ViewSamples } from "../http/view-samples";
import { ViewHooks } from "./hooks";

export type { Address } from "../http/node-request";
export type { VaryBy } from "../http/vary";
export type { ViewOptions } from "../http/view-options";
export type { ViewSamples } from "../http/view-samples";

/** A plugin for the scope that it is registered in: all routes of the scope, and of those within it, are cached. */
export interface ViewPlugin {
  (instance: FastifyInstance, options: unknown, done: (error?: Error) => void): void;
  /** For single routes, instead of the plugin: `app.get("/countries", { ...view.hooks }, handler)`. */
  readonly hooks: {
    preHandler(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void;
    onSend(
      request: FastifyRequest,
      reply: FastifyReply,
      payload: unknown,
      done: (error: Error | null, payload?: unknown) => void,
    ): void;
  };
  /**
   * What is stored of the address, absolute or only path and query, or of the request's, is not used any more:
   * for every host, whatever it varies by, and by whichever view with the same `extra`.
   */
  invalidate(urlOrRequest: Address): Promise<void>;
}

/**
 * Answers GET and HEAD from the cache with what the routes' handlers answered before: payload, status and the headers
 * that they set, but never `Set-Cookie`. Only time invalidates it, and `invalidate`.
 *
 * Responses are stored whose status is 200 to 299 (see `statuses`), that say neither `Cache-Control: no-store` nor
 * `private`, that differ by nothing but what `vary` names, and whose payload is no stream. HEAD is answered from what
 * GET stored. That a client asks for `Cache-Control: no-cache` changes nothing.
 *
 * It answers as the last `preHandler` hook of its scope that was added so far; hooks that check who asks have to come
 * before. Register it before plugins whose `onSend` hooks change payloads, such as compression.
 *
 * @example `app.register(async (scope) => { scope.register(cachedView({ timeout: "15m" })); scope.get(…) })`
 */
export function cachedView(options: ViewOptions<FastifyRequest> = {}): ViewPlugin {
  return plugin(new View<FastifyRequest>(null, options));
}

/**
 * As `cachedView`, and as soon as the samples change the handlers are asked again. What they answer while a sample
 * changes is not stored.
 *
 * @param samples As of `cachedAs`, or a function of the request that gives them.
 */
export function cachedViewAs(
  samples: ViewSamples<FastifyRequest>,
  options: ViewOptions<FastifyRequest> = {},
): ViewPlugin {
  return plugin(new View<FastifyRequest>(samples, options));
}

function plugin(view: View<FastifyRequest>): ViewPlugin {
  const { preHandler, onSend } = new ViewHooks(view);
  const register = (instance: FastifyInstance, _options: unknown, done: (error?: Error) => void): void => {
    instance.addHook("preHandler", preHandler).addHook("onSend", onSend);
    done();
  };
  return Object.assign(register, {
    // Its hooks are the scope's that registers it, not of a scope of its own.
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "typeorm-cacheops-view",
    hooks: { preHandler, onSend },
    invalidate: (address: Address) => view.invalidate(addressText(address)),
  });
}
