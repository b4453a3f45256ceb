import type { IncomingMessage, ServerResponse } from "node:http";
import { type Observable, of } from "rxjs";
import { HeldResponse } from "../http/held-response";
import { exchange } from "../http/node-exchange";
import { type Address, type NodeRequest, viewRequest } from "../http/node-request";
import type { Outgoing } from "../http/outgoing";
import { varyWith } from "../http/vary";
import type { View } from "../http/view";
import { isReading } from "../http/view-request";
import { headerText } from "../http/vary";
import type { Headers } from "../http/view-response";

/** What is used of Nest's own. */
export interface ExecutionContext {
  getType(): string;
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown };
}

export interface CallHandler {
  handle(): Observable<unknown>;
}

export interface ViewInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>>;
  /**
   * What is stored of the address, absolute or only path and query, or of the request's, is not used any more:
   * for every host, whatever it varies by, and by whichever view with the same `extra`.
   */
  invalidate(urlOrRequest: Address): Promise<void>;
}

/** The framework's response: Express's is Node's own, Fastify's has that in `raw`. */
type Reply = ServerResponse & {
  readonly raw?: ServerResponse;
  header?: (name: string, value: string) => unknown;
};

export function interceptor<R extends object>(view: View<R>): Pick<ViewInterceptor, "intercept"> {
  return {
    intercept(context, next) {
      if (context.getType() !== "http") return next.handle();
      const http = context.switchToHttp();
      const native = http.getRequest() as NodeRequest & { readonly raw?: IncomingMessage };
      const reply = http.getResponse() as Reply;
      const request = { ...viewRequest(native), native: native as unknown as R };
      if (!isReading(request)) return next.handle();
      const vary = varyWith(reply.getHeader("vary"), view.settings.vary.names);
      if (vary !== "") setHeader(reply, "vary", vary);
      if (!view.concerns(request)) return next.handle();
      const response = reply.raw ?? reply;
      const before = { ...(reply.getHeaders() as Headers) };
      return new Promise((resolve, reject) => {
        void exchange(
          view,
          request,
          { raw: native.raw ?? native, response, before },
          {
            proceed: () => resolve(next.handle()),
            fail: reject,
            send: (outgoing) => {
              new HeldResponse(response, before).replace(outgoing);
              resolve(of(valueOf(outgoing)));
            },
          },
        );
      });
    },
  };
}

function setHeader(reply: Reply, name: string, value: string): void {
  if (reply.raw) reply.header?.(name, value);
  else reply.setHeader(name, value);
}

/** What outer interceptors are given in the place of the handler's result: what they made of it, as far as it is JSON. */
function valueOf({ headers, body = Buffer.alloc(0) }: Outgoing): unknown {
  const text = body.toString("utf8");
  if (!headerText(headers["content-type"]).includes("json")) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
