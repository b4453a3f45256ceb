import { createHash } from "node:crypto";
import type { DataSource } from "typeorm";
import { cachedFragment, type Samples } from "../../index";
import { checkedSamples, type Extra, extraOf, fragmentName, timeoutOf } from "./arguments";
import { bodyText } from "./body-text";
import type { Body, Callback, Context, Nodes, Parser } from "./nunjucks";

export type { Body, Callback, Context, Nodes, Parser } from "./nunjucks";

export interface CacheopsExtensionOptions {
  /** Whose store keeps the fragments. Default: the only initialised data source with a cache that knows the samples. */
  dataSource?: DataSource;
}

/**
 * Tags that keep a part of a page:
 *
 *     {% cached name, timeout, extra... %} … {% endcached %}
 *     {% cachedAs samples, timeout, extra... %} … {% endcachedAs %}
 *
 * `cached` is the fragment of this name, which only time invalidates, and `invalidateFragment(name, ...extra)`.
 * `cachedAs` is rendered anew once the samples have changed, which the template gets as variables: entities, instances,
 * query builders, names of tables, or a list. It is told apart from others by its samples, its extras and the text
 * between the tags. Whatever else it shows must be among the extras. A timeout may be left out or be `none`.
 *
 * Rows that a fragment shows have to be read between its tags, as by an asynchronous filter: those that the template was
 * given may be from before a change that has been told already, and would stay until the next one.
 *
 * Both are asynchronous: render with a callback, as Express does. A loop around them becomes an `asyncEach`.
 *
 * @example `environment.addExtension("cacheops", new CacheopsExtension())`
 */
export class CacheopsExtension {
  readonly tags = ["cached", "cachedAs"];
  readonly #options: CacheopsExtensionOptions;

  constructor(options: CacheopsExtensionOptions = {}) {
    this.#options = options;
  }

  /** Called by Nunjucks. */
  parse(parser: Parser, nodes: Nodes): unknown {
    const { value: tag, lineno, colno } = parser.nextToken();
    const signature = parser.parseSignature(null, true);
    const first = tag === "cached" ? "the name of a fragment" : "samples";
    const [given] = signature.children;
    if (!given) parser.fail(`${tag}: it needs ${first}, and may have a timeout and extras`, lineno, colno);
    if (signature.children.some((child) => child instanceof nodes.KeywordArgs))
      parser.fail(`${tag}: it takes no named arguments. Give ${first}, a timeout, extras`, lineno, colno);
    parser.advanceAfterBlockEnd(tag);
    const body = parser.parseUntilBlocks(`end${tag}`);
    parser.advanceAfterBlockEnd();
    const text = createHash("sha256").update(bodyText(body)).digest("base64url");
    signature.children.unshift(new nodes.Literal(lineno, colno, text));
    return new nodes.CallExtensionAsync(this, tag === "cached" ? "runCached" : "runCachedAs", signature, [
      body,
    ]);
  }

  /** Called by Nunjucks. */
  runCached(context: Context, _text: string, name: unknown, ...rest: unknown[]): void {
    this.#render("cached", context, rest, (timeout, extra, render) =>
      cachedFragment(fragmentName(name), null, { ...this.#options, timeout, extra }, render),
    );
  }

  /** Called by Nunjucks. */
  runCachedAs(context: Context, text: string, samples: unknown, ...rest: unknown[]): void {
    this.#render("cachedAs", context, rest, (timeout, extra, render) => {
      const checked: Samples = checkedSamples(samples);
      return cachedFragment(`cachedAs:${text}`, checked, { ...this.#options, timeout, extra }, render);
    });
  }

  #render(tag: string, context: Context, rest: unknown[], fragment: RenderFragment): void {
    const callback = rest.pop() as Callback;
    const body = rest.pop() as Body;
    const [timeout, ...extra] = rest;
    const render = (): Promise<string> =>
      new Promise((resolve, reject) =>
        body((error, html) => (error ? reject(asError(error)) : resolve(String(html)))),
      );
    const safe = context.env.getFilter("safe");
    const done = async (): Promise<string> => fragment(timeoutOf(tag, timeout), extraOf(extra), render);
    // Outside of the promise: what the rest of the template throws is not the fragment's.
    done().then(
      (html) => setImmediate(callback, null, safe(html)),
      (error: unknown) => setImmediate(callback, error),
    );
  }
}

type RenderFragment = (
  timeout: ReturnType<typeof timeoutOf>,
  extra: Extra,
  render: () => Promise<string>,
) => Promise<string>;

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
