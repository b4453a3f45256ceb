import type { CacheopsOptions, ReadEvent } from "../../../src";
import { BLOG } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import type { DatabaseName } from "../../support/databases";
import { Lab } from "../../support/lab";
import { type StoreName, STORES } from "../../support/stores";

/** The blog with rows, anew for each spec. To be called in a `describe`. */
export function useBlog(database: DatabaseName, store: StoreName, cache: CacheopsOptions = {}): () => Lab {
  let lab: Lab | undefined;
  before(async () => {
    lab = await Lab.open({ database, store, entities: BLOG, cache });
  });
  after(() => lab?.close());
  beforeEach(async () => {
    await lab?.wipe();
    if (lab) await seedBlog(lab);
    lab?.forget();
  });
  return () => {
    if (!lab) throw new Error("There is no lab before the first spec.");
    return lab;
  };
}

/** Describes the same on PostgreSQL with every store. */
export function onEveryStore(title: string, describeIt: (store: StoreName) => void): void {
  for (const store of STORES) describe(`${title} [${store}]`, () => describeIt(store));
}

/** What became of the calls of functions, and why. */
export function callsIn({ reads }: Lab): string[] {
  return reads.filter(isCall).map(({ outcome, reason }) => (reason ? `${outcome}: ${reason}` : outcome));
}

function isCall({ op }: ReadEvent): boolean {
  return op === "function";
}

/** A function of the spec's own that counts its runs. */
export function counting<A extends unknown[], R>(
  fn: (...args: A) => Promise<R>,
): { readonly run: (...args: A) => Promise<R>; readonly runs: A[] } {
  const runs: A[] = [];
  return {
    runs,
    run: async (...args) => {
      runs.push(args);
      return fn(...args);
    },
  };
}

export async function rejection(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error("It did not reject.");
    },
    (error: unknown) => error as Error,
  );
}
