import type { Claim, Dependency, Part, RecordName, Version } from "../store";
import { partKey, recordKey } from "./keyspace";

/** A dependency, and the version of its record when the result that relies on it was read. */
export interface Reliance extends Dependency {
  readonly version: Version;
}

/** A reliance in the store's own terms, as entries keep those whose records live in other slots. */
export interface StoredReliance {
  /** Of the record, and then of its parts. */
  readonly keys: readonly string[];
  readonly version: Version;
  /** Ids; absent: it relies on all of the record. */
  readonly schemes?: readonly string[] | undefined;
}

/** KEYS of dependencies, as `attach` of record.lua.ts takes them: each record, and behind it its parts. */
export function keysOfDependencies(dependencies: readonly Dependency[]): string[] {
  return dependencies.flatMap(({ record, parts }) => keysOf(record, parts));
}

/** KEYS of claims, in the same way. */
export function keysOfClaims(claims: readonly Claim[]): string[] {
  return claims.flatMap(({ record, changes }) => keysOf(record, changes?.parts));
}

/** What LOOKUP is told of dependencies beside their keys. */
export function describeForLookup(dependencies: readonly Dependency[]): string {
  return JSON.stringify(
    dependencies.map(({ record, parts, schemes = [] }) => {
      const epoch = record.kind === "everything" || undefined;
      if (!parts) return { epoch };
      const texts = Object.fromEntries(schemes.map(({ id, text }) => [id, text]));
      return { epoch, parts: parts.length, schemes: schemeIds({ parts, schemes }), texts };
    }),
  );
}

export function storedReliance({ record, parts, schemes, version }: Reliance): StoredReliance {
  return { keys: keysOf(record, parts), version, schemes: parts && schemeIds({ parts, schemes }) };
}

/** What STORE is told of reliances beside their keys. */
export function describeForStore(reliances: readonly StoredReliance[]): string {
  return JSON.stringify(
    reliances.map(({ keys, version, schemes }) =>
      schemes ? { version, parts: keys.length - 1, schemes } : { version },
    ),
  );
}

/** The same for whatever relies on the same: all of a record, or the same parts and schemes. */
export function subjectOf({ keys, schemes }: Pick<StoredReliance, "keys" | "schemes">): string {
  return JSON.stringify([keys, schemes]);
}

/** What scripts are told of claims beside their keys. */
export function describeClaims(claims: readonly Claim[]): string {
  return JSON.stringify(
    claims.map(({ changes, unchanged, altered }) => {
      if (unchanged) return { unchanged };
      return changes ? { ...changes, parts: changes.parts.length } : { altered };
    }),
  );
}

function keysOf(record: RecordName, parts: readonly Part[] = []): string[] {
  return [recordKey(record), ...parts.map((part) => partKey(record, part))];
}

function schemeIds({ parts = [], schemes = [] }: Pick<Dependency, "parts" | "schemes">): string[] {
  return [...new Set([...schemes.map(({ id }) => id), ...parts.map(({ scheme }) => scheme)])];
}
