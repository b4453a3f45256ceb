import { milliseconds } from "../../duration";
import { lastInvalidation } from "../../index";
import { isUnchanged, ofUnchanged } from "./conditional";
import { currentEtag, etagOf, fingerprint } from "./etag";
import type { Outgoing } from "./outgoing";
import { type ViewOptions, type ViewSettings, viewSettings } from "./view-options";
import { isReading, pathOf, type ViewRequest } from "./view-request";
import { type Draft, type Headers, isShareable, storable } from "./view-response";
import { samplesFor, type ViewSamples } from "./view-samples";
import { type Stored, ViewStore, type Wanted } from "./view-store";

/** `pass`: the handler has to answer this request by itself, as it does without a cache. */
export type Verdict = { readonly kind: "pass" } | { readonly kind: "send"; readonly outgoing: Outgoing };

const PASS: Verdict = { kind: "pass" };

/** One request that is being answered. */
interface Call<R> extends Wanted {
  readonly request: ViewRequest<R>;
  /** Another one whenever the samples have changed; undefined if an ETag rests on the response itself. */
  readonly token: Promise<string> | undefined;
}

/** Carries a response past the cache that must not be shared, or of which nobody knows any more. */
export class Unshared extends Error {
  override name = "Unshared";
}

/** An ETag says nothing of profiles, whose timeouts hold for what is stored. */
const ETAG_TIMEOUT = "1h";

/** Keys of the views that a request is being answered by: one within another must not wait for it. */
const underWay = new WeakMap<object, Set<string>>();

/** Decides what requests get: a stored response, one of the handler that is stored for others, or 304. */
export class View<R extends object> {
  readonly settings: ViewSettings<R>;
  readonly #samples: ViewSamples<R> | null;
  readonly #store: ViewStore<R>;

  /** @throws CacheopsConfigError for options that cannot be used. */
  constructor(samples: ViewSamples<R> | null, options: ViewOptions<R> = {}) {
    this.settings = viewSettings(options, samples !== null);
    this.#samples = samples;
    this.#store = new ViewStore(samples, options);
  }

  /** Whether the cache has anything to do with the request. */
  concerns(request: ViewRequest<R>): boolean {
    return isReading(request) && this.settings.vary.covers(request);
  }

  /**
   * @param draft Lets the handler answer and gives its response, held back; rejects with `Unshared` if that
   *   was sent already, in pieces, or never will be. It is called once at most.
   */
  async answer(request: ViewRequest<R>, draft: () => Promise<Draft>): Promise<Verdict> {
    const call = this.#call(request, draft);
    const unchanged = await this.#unchangedEtag(call);
    if (unchanged !== undefined) return this.#send(request, 304, { etag: unchanged });
    const stored = await (request.method === "HEAD"
      ? this.#store.peek(request.native, call)
      : this.#get(call));
    if (!stored) return PASS;
    const { status, body, headers, etag } = stored;
    return this.#send(request, status, etag === undefined ? headers : { ...headers, etag }, body);
  }

  /** What is stored of the address, whatever it varies by, is not used any more. */
  async invalidate(url: string): Promise<void> {
    await this.#store.invalidate(this.#path(url));
  }

  #path(url: string): string {
    return pathOf(url, this.settings.sortQuery ?? false);
  }

  #call(request: ViewRequest<R>, draft: () => Promise<Draft>): Call<R> {
    const path = this.#path(request.url);
    const key = [path, request.origin, this.settings.vary.of(request)];
    const token = this.#token(request);
    const generation = this.#store.generation(path);
    // They may fail before anybody waits for them.
    for (const early of [token, generation]) early?.catch(() => undefined);
    const call: Call<R> = { request, key, token, generation, load: () => this.#load(call, draft) };
    return call;
  }

  #token({ native }: ViewRequest<R>): Promise<string> | undefined {
    if (!this.settings.etag || this.#samples === null || this.#samples === "auto") return undefined;
    const { dataSource } = this.settings;
    return lastInvalidation(...samplesFor(this.#samples, native), dataSource ? { dataSource } : {});
  }

  async #load(call: Call<R>, draft: () => Promise<Draft>): Promise<Stored> {
    // Both have to be from before the handler reads anything.
    const generation = await call.generation;
    const print = await this.#print(call);
    const response = await draft();
    if (!isShareable(response, this.settings, this.settings.cacheControl(call.request.native)))
      throw new Unshared();
    const kept = storable(response);
    if (!this.settings.etag) return { ...kept, generation, etag: undefined };
    const identity = this.#store.identity(call.request.native, call);
    return { ...kept, generation, etag: etagOf(print ?? fingerprint(identity, kept.body), Date.now()) };
  }

  async #get(call: Call<R>): Promise<Stored | undefined> {
    const { native } = call.request;
    const identity = this.#store.identity(native, call);
    const loading = underWay.get(native) ?? new Set();
    if (loading.has(identity)) return undefined;
    underWay.set(native, loading.add(identity));
    try {
      return await this.#store.get(native, call);
    } catch (error) {
      if (error instanceof Unshared) return undefined;
      throw error;
    } finally {
      loading.delete(identity);
    }
  }

  /** The ETag that the client has, if nothing that it rests on has changed. */
  async #unchangedEtag(call: Call<R>): Promise<string | undefined> {
    const { headers } = call.request;
    if (!call.token || headers["if-none-match"] === undefined) return undefined;
    const print = (await this.#print(call)) as string;
    return currentEtag(
      headers,
      print,
      milliseconds(this.settings.timeout ?? ETAG_TIMEOUT, "timeout"),
      Date.now(),
    );
  }

  async #print(call: Call<R>): Promise<string | undefined> {
    if (!call.token) return undefined;
    return fingerprint(
      this.#store.identity(call.request.native, call),
      await call.generation,
      await call.token,
    );
  }

  #send(request: ViewRequest<R>, status: number, stored: Headers, body?: Buffer): Verdict {
    const { cacheControl, vary } = this.settings;
    const byOption = stored["cache-control"] === undefined ? cacheControl(request.native) : undefined;
    const headers = byOption === undefined ? stored : { ...stored, "cache-control": byOption };
    const unchanged = status < 300 && isUnchanged(request.headers, headers);
    const outgoing =
      unchanged || status === 304
        ? { status: 304, headers: ofUnchanged(headers), vary: vary.names, body: undefined }
        : { status, headers, vary: vary.names, body };
    return { kind: "send", outgoing };
  }
}
