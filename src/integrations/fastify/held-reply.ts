import type { FastifyReply } from "fastify";
import { type HeaderSink, type Outgoing, setHeaders } from "../http/outgoing";
import { Unshared } from "../http/view";
import type { Draft, Headers, HeaderValue } from "../http/view-response";

/** Goes on with what is sent. */
export type SendOn = (error: Error | null, payload?: unknown) => void;

interface Held {
  readonly payload: unknown;
  readonly sendOn: SendOn;
}

/** A reply on its way from the handler to the client, whose payload is held back until it is released. */
export class HeldReply {
  readonly draft: Promise<Draft>;
  readonly #reply: FastifyReply;
  readonly #before: Headers;
  #settle!: { resolve: (draft: Draft) => void; reject: (error: Error) => void };
  #held: Held | undefined;
  #isOpen = false;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
    this.#before = headersOf(reply);
    this.draft = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.draft.catch(() => undefined);
    // A reply that was hijacked passes no hook.
    reply.raw.once("close", () => this.#letThrough());
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  hold(payload: unknown, sendOn: SendOn): void {
    const body = this.#isOpen || this.#held ? undefined : bytesOf(payload);
    if (!body) {
      this.#letThrough();
      return sendOn(null, payload);
    }
    this.#held = { payload, sendOn };
    const { statusCode: status } = this.#reply;
    this.#settle.resolve({ status, headers: headersOf(this.#reply), before: this.#before, body });
  }

  /** Sends what was held back: as it is, or as `outgoing` says. */
  release(outgoing?: Outgoing): void {
    const { payload, sendOn } = this.#held as Held;
    this.#isOpen = true;
    this.#held = undefined;
    if (!outgoing) return sendOn(null, payload);
    setReply(this.#reply, outgoing);
    sendOn(null, outgoing.body ? payload : null);
  }

  #letThrough(): void {
    if (this.#held) return;
    this.#isOpen = true;
    this.#settle.reject(new Unshared("The reply was sent as a stream, or never."));
  }
}

/** Status and headers of a reply. */
export function setReply(reply: FastifyReply, outgoing: Outgoing): void {
  const sink: HeaderSink = {
    names: () => Object.keys(reply.getHeaders()),
    get: (name) => reply.getHeader(name),
    set: (name, value: HeaderValue) => void reply.header(name, value),
    remove: (name) => void reply.removeHeader(name),
  };
  reply.code(outgoing.status);
  setHeaders(sink, outgoing);
}

function headersOf(reply: FastifyReply): Headers {
  return { ...(reply.getHeaders() as Headers) };
}

/** Undefined for a stream. */
function bytesOf(payload: unknown): Buffer | undefined {
  if (payload === undefined || payload === null) return Buffer.alloc(0);
  if (typeof payload === "string") return Buffer.from(payload);
  return payload instanceof Uint8Array ? Buffer.from(payload) : undefined;
}
