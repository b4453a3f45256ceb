import { varyWith } from "./vary";
import type { Headers, HeaderValue } from "./view-response";

/** What a client gets. */
export interface Outgoing {
  readonly status: number;
  /** Besides those that are set already; null takes one away. */
  readonly headers: Headers;
  /** Names for `Vary`, whoever else has set it. */
  readonly vary: readonly string[];
  /** Absent in a 304. */
  readonly body: Buffer | undefined;
}

/** The headers of a framework's response. */
export interface HeaderSink {
  names(): readonly string[];
  get(name: string): unknown;
  set(name: string, value: HeaderValue): void;
  remove(name: string): void;
}

/** Sets the headers of a response that is about to be sent. */
export function setHeaders(sink: HeaderSink, { status, headers, vary, body }: Outgoing): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value === null || value === undefined) sink.remove(name);
    else sink.set(name, value);
  }
  const varied = varyWith(sink.get("vary"), vary);
  if (varied !== "") sink.set("vary", varied);
  sink.remove("transfer-encoding");
  if (status === 304) {
    for (const name of sink.names())
      if (/^content-(?!location$|security-policy)/i.test(name)) sink.remove(name);
  } else if (status === 204) sink.remove("content-length");
  else sink.set("content-length", body?.byteLength ?? 0);
}
