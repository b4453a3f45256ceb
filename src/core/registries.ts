import { LRUCache } from "lru-cache";
import type { Dependency, RecordName, Registry, Scheme } from "../stores/store";
import { recordId } from "./namespaces";

interface Known {
  readonly registry: Registry | undefined;
  /** Those that reads of this process have asked for since. */
  readonly asked: ReadonlyMap<string, Scheme>;
}

const NOTHING: Known = { registry: undefined, asked: new Map() };

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
    this.#known.set(recordId(record), { registry, asked: new Map() });
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

  /**
   * Asks the store for those that were never told. What was is not asked for again: each fence and each replacement
   * brings them along, and until then the worst is that schemes which are new are dropped as a whole.
   */
  discover(records: readonly RecordName[]): Promise<void> | undefined {
    const unknown = records.filter((record) => !this.known(record));
    return unknown.length > 0 ? this.refresh(unknown) : undefined;
  }

  /** Never rejects: what the store does not tell stays as it was. */
  async refresh(records: readonly RecordName[]): Promise<void> {
    const registries = await this.#fetch(records).catch(() => []);
    registries.forEach((registry, at) => this.learn(records[at] as RecordName, registry));
  }

  #of(record: RecordName): Known {
    return this.#known.get(recordId(record)) ?? NOTHING;
  }
}
