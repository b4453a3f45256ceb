import type { IncomingHttpHeaders } from "node:http";
import type { ViewOptions } from "../../src/integrations/express";
import type { Samples } from "../../src";

/** What a handler answers, in words that every framework has. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text or bytes go out as they are, an object as JSON; undefined is nothing. */
  readonly body?: unknown;
  /** Sent in these pieces instead. */
  readonly pieces?: readonly string[];
}

/** What handlers, options and samples are told in every framework. */
export interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A route with a view before its handler. */
export interface Page {
  readonly path: string;
  /** Absent: `cachedView`. */
  readonly samples?:
    Samples | ((request: Asked) => ReturnType<Extract<Samples, (...args: never[]) => unknown>>);
  readonly options?: ViewOptions<Asked>;
  answer(request: Asked): Answer | Promise<Answer>;
}

/** Pages served by a framework. */
export interface Site {
  readonly origin: string;
  /** Of the view of a page. */
  invalidate(path: string, address: string | { url: string }): Promise<void>;
  close(): Promise<void>;
}

export type Serve = (pages: readonly Page[]) => Promise<Site>;
