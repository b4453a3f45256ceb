import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { type HeaderSink, type Outgoing, setHeaders } from "./outgoing";
import { Unshared } from "./view";
import type { Draft, Headers } from "./view-response";

type End = ServerResponse["end"];

interface Held {
  readonly draft: Draft;
  /** What the handler wants to be told. */
  readonly ended: (() => void) | undefined;
}

/**
 * Stands between a handler and a response: what the handler ends in one piece is held back until it is
 * released. Once anything is written before the end, or piped, all goes through as if nobody stood there.
 *
 * The methods stay replaced, since others may have replaced them, too, in the meantime.
 */
export class HeldResponse {
  readonly draft: Promise<Draft>;
  readonly #response: ServerResponse;
  readonly #before: Headers;
  readonly #end: End;
  #state: "waiting" | "held" | "replaced" | "open" = "waiting";
  #held: Held | undefined;
  #settle!: { resolve: (draft: Draft) => void; reject: (error: Error) => void };
  #replacement: Outgoing | undefined;

  /** @param before The headers that are set already, which are not the handler's. */
  constructor(response: ServerResponse, before: Headers) {
    this.#response = response;
    this.#before = { ...before };
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the response
    this.#end = response.end;
    this.draft = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.draft.catch(() => undefined);
    this.#replaceMethods();
    response.once("pipe", () => this.#letThrough());
    response.once("close", () => this.#letThrough());
  }

  get isHeld(): boolean {
    return this.#state === "held";
  }

  /** Whatever the handler ends, this is sent instead. */
  replace(outgoing: Outgoing): void {
    this.#state = "replaced";
    this.#replacement = outgoing;
  }

  /** Sends what was held back: as it is, or as `outgoing` says. */
  release(outgoing?: Outgoing): void {
    const { draft, ended } = this.#held as Held;
    const response = this.#response;
    this.#state = "open";
    // Nothing that was done to it after its end counts.
    this.#reset(draft.headers);
    response.statusCode = draft.status;
    if (outgoing) this.#send(outgoing, ended);
    else this.#end.call(response, draft.body, "utf8", ended);
  }

  #reset(headers: Headers): void {
    const response = this.#response;
    for (const name of response.getHeaderNames()) if (!(name in headers)) response.removeHeader(name);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string);
  }

  #send(outgoing: Outgoing, ended?: () => void): void {
    const response = this.#response;
    this.#state = "open";
    response.statusCode = outgoing.status;
    setHeaders(sinkOf(response), outgoing);
    if (outgoing.body) this.#end.call(response, outgoing.body, "utf8", ended);
    else (this.#end as (ended?: () => void) => void).call(response, ended);
  }

  #letThrough(): void {
    if (this.#state !== "waiting") return;
    this.#state = "open";
    this.#settle.reject(new Unshared("The response was sent in pieces, or never."));
  }

  #replaceMethods(): void {
    const response = this.#response;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the response
    const { write, writeHead, flushHeaders } = response;
    response.write = ((...args: Parameters<typeof write>) => {
      this.#letThrough();
      return this.#state === "open" ? write.apply(response, args) : true;
    }) as typeof write;
    response.flushHeaders = () => {
      this.#letThrough();
      if (this.#state === "open") flushHeaders.call(response);
    };
    response.writeHead = ((status: number, ...rest: unknown[]) => {
      if (this.#state === "open")
        return (writeHead as (...all: unknown[]) => unknown).call(response, status, ...rest);
      if (this.#state === "waiting") keepHead(response, status, rest);
      return response;
    }) as typeof writeHead;
    response.end = ((...args: unknown[]) => this.#ended(args)) as typeof response.end;
  }

  #ended(args: unknown[]): ServerResponse {
    const response = this.#response;
    const ended = args.find((arg) => typeof arg === "function") as (() => void) | undefined;
    if (this.#state === "open")
      return (this.#end as (...all: unknown[]) => ServerResponse).apply(response, args);
    if (this.#state === "replaced") {
      this.#reset(this.#before);
      this.#send(this.#replacement as Outgoing, ended);
    }
    if (this.#state !== "waiting") return response;
    const draft: Draft = {
      status: response.statusCode,
      headers: { ...(response.getHeaders() as Headers) },
      before: this.#before,
      body: bytesOf(args),
    };
    this.#held = { draft, ended };
    this.#state = "held";
    this.#settle.resolve(draft);
    return response;
  }
}

export function sinkOf(response: ServerResponse): HeaderSink {
  return {
    names: () => response.getHeaderNames(),
    get: (name) => response.getHeader(name),
    set: (name, value) => void response.setHeader(name, value),
    remove: (name) => void response.removeHeader(name),
  };
}

/** As `writeHead` would, but nothing is final yet. */
function keepHead(response: ServerResponse, status: number, rest: unknown[]): void {
  response.statusCode = status;
  const [message, headers = message] = rest;
  if (typeof message === "string") response.statusMessage = message;
  if (typeof headers !== "object" || headers === null) return;
  for (const [name, value] of headerPairs(headers)) if (value !== undefined) response.setHeader(name, value);
}

function headerPairs(headers: object): [string, string | number | string[] | undefined][] {
  if (!Array.isArray(headers)) return Object.entries(headers as OutgoingHttpHeaders);
  if (Array.isArray(headers[0])) return headers as [string, string][];
  return headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]] as [string, string]] : []));
}

function bytesOf([chunk, encoding]: unknown[]): Buffer {
  if (typeof chunk === "string")
    return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0);
}
