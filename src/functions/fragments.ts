import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import type { Duration } from "../duration";
import { wrongOption } from "../wrong-option";
import { cached, cachedAs } from "./cached-as";
import type { CachedFunction, LoadingOptions } from "./cached-function";
import { candidates, installationFor } from "./chosen-data-source";
import type { Samples } from "./samples";
import { samplesOf } from "./samples-of-call";

export interface FragmentOptions extends LoadingOptions {
  /** What the fragment differs by besides its name: one value, or a list of them. */
  extra?: unknown;
  /** How long it is kept at most. Default: that of the samples' profiles, else of the data source's `defaults`. */
  timeout?: Duration;
  /** Whose store keeps it. Default: the only initialised data source with a cache that knows the samples. */
  dataSource?: DataSource;
}

/** A fragment as it is stored. */
interface Fragment {
  readonly html: string;
  /** Of its name and extra when it was rendered. */
  readonly generation: string;
}

/** It only has to outlive the fragments. */
const GENERATION_TIMEOUT = "90d";

/**
 * A part of a page, from the cache or rendered now. It is rendered anew once the samples have changed; what is rendered
 * while they change is not stored. Those who ask for it at one time share one rendering.
 *
 * Fragments are told apart by name, `extra` and samples: whatever else `render` shows must be in `extra`. It has to read
 * the rows that it shows by itself: those that were read before may be from before a change that nobody tells it of.
 *
 * @param samples As of `cachedAs`; `null`: only time invalidates it, and `invalidateFragment`.
 * @example `await cachedFragment("sidebar", [Country, City], { extra: country.code }, () => renderSidebar(country))`
 */
export function cachedFragment(
  name: string,
  samples: Samples | null,
  options: FragmentOptions,
  render: () => string | Promise<string>,
): Promise<string>;
export function cachedFragment(
  name: string,
  samples: Samples | null,
  render: () => string | Promise<string>,
): Promise<string>;
export async function cachedFragment(
  name: string,
  samples: Samples | null,
  ...rest: (FragmentOptions | (() => string | Promise<string>))[]
): Promise<string> {
  const render = rest.pop();
  const [options = {}] = rest as FragmentOptions[];
  checkName(name);
  if (typeof render !== "function")
    throw wrongOption("cachedFragment: render", render, "a function that renders it");
  const { dataSource } = installationFor(sampleList(samples, options), options.dataSource, "cachedFragment");
  const extra = extraList(options.extra);
  const generation = generationsOf(dataSource)(name, extra);
  generation.catch(() => undefined); // whoever waits for it handles it
  const { timeout, lock, earlyRefresh } = options;
  const caching = { timeout, lock, earlyRefresh, dataSource, key: () => [name, extra] };
  const wrap = samples === null ? cached(caching) : cachedAs(samples, caching);
  return current(
    // Named and worded alike for every fragment: the key must not depend on what `render` closes over.
    wrap(async function fragment(): Promise<Fragment> {
      const before = await generation;
      return { html: await render(), generation: before };
    }),
    generation,
    render,
  );
}

/**
 * Has the fragment of this name and these extras rendered anew, whatever its samples; inside a transaction, after its
 * commit. Other extras are other fragments.
 */
export async function invalidateFragment(name: string, ...extra: unknown[]): Promise<void> {
  checkName(name);
  await Promise.all(
    candidates(undefined).map(({ dataSource }) => generationsOf(dataSource).invalidate(name, extra)),
  );
}

type Generations = CachedFunction<(name: string, extra: readonly unknown[]) => Promise<string>>;

async function fragmentGeneration(_name: string, _extra: readonly unknown[]): Promise<string> {
  return randomUUID();
}

/** Fragments of one name and extra may have several samples, so what drops them all is a key of its own. */
function generationsOf(dataSource: DataSource): Generations {
  return cached({ timeout: GENERATION_TIMEOUT, dataSource })(fragmentGeneration);
}

async function current(
  fragment: CachedFunction<() => Promise<Fragment>>,
  generation: Promise<string>,
  render: () => string | Promise<string>,
): Promise<string> {
  const stored = await fragment();
  if (stored.generation === (await generation)) return stored.html;
  const renewed = await fragment.refresh();
  return renewed.generation === (await generation) ? renewed.html : render();
}

function sampleList(
  samples: Samples | null,
  { dataSource }: FragmentOptions,
): Parameters<typeof installationFor>[0] {
  if (samples === null || samples === "auto") return [];
  return samplesOf(samples, { self: undefined, args: [] }, candidates(dataSource));
}

function extraList(extra: unknown): readonly unknown[] {
  if (extra === undefined) return [];
  return Array.isArray(extra) ? extra : [extra];
}

function checkName(name: unknown): void {
  if (typeof name !== "string" || name === "") throw wrongOption("cachedFragment: name", name, "a text");
}
