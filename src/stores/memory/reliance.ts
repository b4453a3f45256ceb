import type { Dependency, Version } from "../store";
import { partKey, recordKey } from "./keys";

/** A dependency in the store's own terms, as entries keep it. */
export interface Reliance {
  /** Key of the record. */
  readonly record: string;
  readonly version: Version;
  /** Ids; absent: it relies on all of the record. */
  readonly schemes: readonly string[] | undefined;
  /** Keys. */
  readonly parts: readonly string[];
}

export function relianceOf({ record, parts, schemes = [] }: Dependency, version: Version = ""): Reliance {
  const key = recordKey(record);
  if (!parts) return { record: key, version, schemes: undefined, parts: [] };
  return {
    record: key,
    version,
    schemes: [...new Set([...schemes.map(({ id }) => id), ...parts.map(({ scheme }) => scheme)])],
    parts: parts.map((part) => partKey(record, part)),
  };
}

/** What it takes in memory, roughly. */
export function sizeOfReliance({ record, version, schemes = [], parts }: Reliance): number {
  return [record, version, ...schemes, ...parts].reduce((sum, text) => sum + text.length, 0);
}
