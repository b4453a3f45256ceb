import type { Dependency, Part, Scheme, Version } from "../stores/store";
import { recordId } from "./namespaces";

/** What a result relies on, with versions from before it was read. */
export interface Relied {
  readonly dependencies: readonly Dependency[];
  readonly versions: readonly Version[];
}

/** Parts of one record past which a result relies on all of it: each is a key that every look-up asks for. */
const MOST_PARTS = 500;

interface Merged {
  readonly dependency: Dependency;
  readonly version: Version;
  whole: boolean;
  readonly parts: Map<string, Part>;
  readonly schemes: Map<string, Scheme>;
}

/** Dependencies of several reads as one list, in which those on one record at one version are one. */
export class MergedDependencies {
  readonly #merged = new Map<string, Merged>();

  add(dependency: Dependency, version: Version = ""): void {
    const key = `${version} ${recordId(dependency.record)}`;
    const merged = this.#merged.get(key) ?? {
      dependency,
      version,
      whole: false,
      parts: new Map<string, Part>(),
      schemes: new Map<string, Scheme>(),
    };
    this.#merged.set(key, merged);
    merged.whole ||= dependency.parts === undefined;
    for (const part of dependency.parts ?? []) merged.parts.set(`${part.scheme} ${part.key}`, part);
    for (const scheme of dependency.schemes ?? []) merged.schemes.set(scheme.id, scheme);
    merged.whole ||= merged.parts.size > MOST_PARTS;
  }

  addAll({ dependencies, versions }: Relied): void {
    dependencies.forEach((dependency, at) => this.add(dependency, versions[at]));
  }

  /** What the bound has made coarser, in words. */
  get coarser(): readonly string[] {
    return [...this.#merged.values()]
      .filter(({ parts }) => parts.size > MOST_PARTS)
      .map(({ dependency: { record } }) => `${record.name}: more than ${MOST_PARTS} values`);
  }

  get relied(): Relied {
    const all = [...this.#merged.values()];
    return {
      dependencies: all.map(({ dependency: { record }, whole, parts, schemes }) =>
        whole ? { record } : { record, parts: [...parts.values()], schemes: [...schemes.values()] },
      ),
      versions: all.map(({ version }) => version),
    };
  }
}
