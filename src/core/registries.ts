import { LRUCache } from "lru-cache";
import type { Dependency, RecordName, Registry, Scheme } from "../stores/store";
import { recordId } from "./namespaces";

/** Milliseconds that a registry is taken for current where no more than the choice of a probe depends on it. */
const FRESH = 10_000;

interface Known {
  readonly registry: Registry | undefined;
  readonly at: number;
  /** Those that reads of this process have asked for since. */
  readonly asked: ReadonlyMap<string, Scheme>;
}

const NOTHING: Known = { registry: undefined, at: -Infinity, asked: new Map() };

/**
 * What this process knows of the schemes in use. It may be behind what the store has: a claim names the stamp that
 * it was made with, and the store takes schemes that came later to be concerned as a whole.
 */
export class Registries {
  readonly #known = new LRUCache<string, Known>({ max: 10_000 });
  readonly #fetch: (records: readonly RecordName[]) => Promise<readonly Registry[]>;

  constructor(fetch: (records: readonly RecordName[]) => Promise<readonly Registry[]>) {
    this.#fetch = fetch;
  }

  /** As the store last told it. */
  known(record: RecordName): Registry | undefined {
    return this.#of(record).registry;
  }

  /** With those that may have been registered since. */
  inUse(record: RecordName): readonly Scheme[] {
    const { registry, asked } = this.#of(record);
    return [...(registry?.schemes ?? []), ...asked.values()];
  }

  learn(record: RecordName, registry: Registry): void {
    this.#known.set(recordId(record), { registry, at: performance.now(), asked: new Map() });
  }

  /** A read has looked these up, which registers schemes that were not. */
  expect(dependencies: readonly Dependency[]): void {
    for (const { record, schemes = [] } of dependencies) {
      const known = this.#of(record);
      const ids = new Set(known.registry?.schemes.map(({ id }) => id));
      const fresh = schemes.filter(({ id }) => !ids.has(id) && !known.asked.has(id));
      if (fresh.length === 0) continue;
      const asked = new Map([...known.asked, ...fresh.map((scheme) => [scheme.id, scheme] as const)]);
      this.#known.set(recordId(record), { ...known, asked });
    }
  }

  /** Asks the store for what is not known or was learnt too long ago. Never rejects: the rest stays as it was. */
  async refresh(records: readonly RecordName[], age = FRESH): Promise<void> {
    const limit = performance.now() - age;
    const old = records.filter((record) => !(this.#of(record).at > limit));
    if (old.length === 0) return;
    const registries = await this.#fetch(old).catch(() => []);
    registries.forEach((registry, at) => this.learn(old[at] as RecordName, registry));
  }

  #of(record: RecordName): Known {
    return this.#known.get(recordId(record)) ?? NOTHING;
  }
}
