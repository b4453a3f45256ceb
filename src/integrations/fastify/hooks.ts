import type { FastifyReply, FastifyRequest } from "fastify";
import { withoutPreconditions } from "../http/conditional";
import { varyWith } from "../http/vary";
import { Unshared, type View } from "../http/view";
import { isReading, type ViewRequest } from "../http/view-request";
import type { Draft } from "../http/view-response";
import { HeldReply, type SendOn, setReply } from "./held-reply";

type Done = (error?: Error) => void;

/** The two ends of a route's handler: what decides whether it is asked, and what sees its reply. */
export class ViewHooks {
  readonly #view: View<FastifyRequest>;
  readonly #replies = new WeakMap<FastifyRequest, HeldReply>();

  constructor(view: View<FastifyRequest>) {
    this.#view = view;
  }

  readonly preHandler = (native: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const request = viewRequest(native);
    if (!isReading(request)) return done();
    const vary = varyWith(reply.getHeader("vary"), this.#view.settings.vary.names);
    if (vary !== "") reply.header("vary", vary);
    if (this.#view.concerns(request)) void this.#answer(request, reply, done);
    else done();
  };

  readonly onSend = (
    native: FastifyRequest,
    _reply: FastifyReply,
    payload: unknown,
    sendOn: SendOn,
  ): void => {
    const held = this.#replies.get(native);
    if (held) held.hold(payload, sendOn);
    else sendOn(null, payload);
  };

  async #answer(request: ViewRequest<FastifyRequest>, reply: FastifyReply, done: Done): Promise<void> {
    let held: HeldReply | undefined;
    const draft = async (): Promise<Draft> => {
      if (held) throw new Unshared("The handler has answered already.");
      held = new HeldReply(reply);
      this.#replies.set(request.native, held);
      const restore = withoutPreconditions(request.headers);
      done();
      return held.draft.finally(restore);
    };
    try {
      const verdict = await this.#view.answer(request, draft);
      if (held?.isHeld) held.release(verdict.kind === "send" ? verdict.outgoing : undefined);
      else if (held)
        return; // it went through as a stream
      else if (verdict.kind === "pass") done();
      else {
        const { body } = verdict.outgoing;
        setReply(reply, verdict.outgoing);
        void reply.send(body?.byteLength ? body : undefined);
      }
    } catch (error) {
      if (held?.isHeld) held.release();
      else if (!held) done(error as Error);
    }
  }
}

function viewRequest(native: FastifyRequest): ViewRequest<FastifyRequest> {
  const { method, originalUrl: url, protocol, hostname, headers } = native;
  const host = headers.host ?? headers[":authority"];
  return {
    native,
    method,
    url,
    origin: [protocol, host?.toString().toLowerCase(), hostname.toLowerCase()],
    headers,
  };
}
