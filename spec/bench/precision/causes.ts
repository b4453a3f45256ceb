import { specOf } from "../../../src/dependencies/scheme";
import { inWords } from "../../../src/dependencies/words";
import type { CacheStore, Claim, Dependency, EntryKey, RecordName, Scheme } from "../../../src/stores/store";

/** Why entries could not be used any more: which kind of write claimed what of all that they relied on. */
export class Causes {
  readonly store: CacheStore;
  /** The kind of write that is under way. */
  writing = "";
  readonly #entries = new Map<
    string,
    { readonly dependencies: readonly Dependency[]; causes: Set<string> }
  >();
  readonly #schemes = new Map<string, Scheme>();
  /** Of entries that were found and are not current, in the order of their look-ups. */
  #found: (readonly string[])[] = [];

  constructor(store: CacheStore) {
    this.store = this.#watched(store);
  }

  /** Of the look-ups since it was asked last. */
  take(): readonly (readonly string[])[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #watched(store: CacheStore): CacheStore {
    const watched: Partial<CacheStore> = {
      lookup: async (entry, dependencies, ...rest) => {
        for (const { schemes } of dependencies)
          for (const scheme of schemes ?? []) this.#schemes.set(scheme.id, scheme);
        const found = await store.lookup(entry, dependencies, ...rest);
        if (found.entry && !found.entry.current) this.#found.push(this.#of(entry));
        return found;
      },
      store: async (entry, dependencies, ...rest) => {
        const stored = await store.store(entry, dependencies, ...rest);
        if (stored) this.#entries.set(entry.hash, { dependencies, causes: new Set() });
        return stored;
      },
      replace: async (writer, epoch, claims) => {
        for (const claim of claims) this.#note(claim);
        return store.replace(writer, epoch, claims);
      },
    };
    return new Proxy(store, {
      get(target, name) {
        const own: unknown = Reflect.get(watched, name);
        const value: unknown = own ?? Reflect.get(target, name);
        return typeof value === "function" && !own ? value.bind(target) : value;
      },
    });
  }

  #of({ hash }: EntryKey): readonly string[] {
    const causes = [...(this.#entries.get(hash)?.causes ?? [])];
    return causes.length > 0 ? causes : ["a scheme that the writer did not know, or a part that was lost"];
  }

  #note(claim: Claim): void {
    if (claim.unchanged) return;
    for (const { dependencies, causes } of this.#entries.values())
      for (const dependency of dependencies) {
        const what = dependency.record.kind === "everything" ? undefined : this.#concern(claim, dependency);
        if (what) causes.add(`${this.writing}: ${claim.record.name} ${what}`);
      }
  }

  /** In words. */
  #concern({ record, changes }: Claim, dependency: Dependency): string | undefined {
    if (!isSame(record, dependency.record)) return undefined;
    if (!changes) return "all of it";
    if (!dependency.parts) return "the entry relies on all of it";
    const schemes = new Set([
      ...(dependency.schemes ?? []).map(({ id }) => id),
      ...dependency.parts.map(({ scheme }) => scheme),
    ]);
    const whole = changes.schemes.find((id) => schemes.has(id));
    if (whole !== undefined) return `${this.#described(whole)}, all parts`;
    const parts = new Set(dependency.parts.map(({ scheme, key }) => `${scheme} ${key}`));
    const part = changes.parts.find(({ scheme, key }) => parts.has(`${scheme} ${key}`));
    return part && this.#described(part.scheme);
  }

  #described(id: string): string {
    const scheme = this.#schemes.get(id);
    const spec = scheme && specOf(scheme);
    return spec ? inWords(spec) : `scheme ${id}`;
  }
}

function isSame(a: RecordName, b: RecordName): boolean {
  return a.kind === b.kind && a.name === b.name;
}
