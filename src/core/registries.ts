import { LRUCache } from "lru-cache";
import type { Dependency, RecordName, Registry } from "../stores/store";
import { recordId } from "./namespaces";

/** Milliseconds that a registry is taken for current where no more than the choice of a probe depends on it. */
const FRESH = 1000;

interface Known {
  readonly registry: Registry;
  readonly at: number;
}

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

  known(record: RecordName): Registry | undefined {
    return this.#known.get(recordId(record))?.registry;
  }

  learn(record: RecordName, registry: Registry): void {
    this.#known.set(recordId(record), { registry, at: performance.now() });
  }

  /** A read has looked these up, which registers schemes that were not: then what is known here is behind. */
  expect(dependencies: readonly Dependency[]): void {
    for (const { record, schemes } of dependencies) {
      const id = recordId(record);
      const known = schemes && this.#known.peek(id);
      const ids = new Set(known?.registry.schemes.map((scheme) => scheme.id));
      if (known && schemes.some((scheme) => !ids.has(scheme.id))) this.#known.set(id, { ...known, at: -Infinity });
    }
  }

  /** Asks the store for what is not known or was learnt too long ago. Never rejects: the rest stays as it was. */
  async refresh(records: readonly RecordName[], age = FRESH): Promise<void> {
    const limit = performance.now() - age;
    const old = records.filter((record) => !((this.#known.get(recordId(record))?.at ?? -Infinity) > limit));
    if (old.length === 0) return;
    const registries = await this.#fetch(old).catch(() => []);
    registries.forEach((registry, at) => this.learn(old[at] as RecordName, registry));
  }
}
