import type { Claim, Dependency, Part, RecordName, Version } from "../store";
import { partKey, recordKey } from "./keyspace";

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
    dependencies.map(({ parts, schemes = [] }) => {
      if (!parts) return {};
      const texts = Object.fromEntries(schemes.map(({ id, text }) => [id, text]));
      return { parts: parts.length, schemes: schemeIds({ parts, schemes }), texts };
    }),
  );
}

/** What STORE is told of dependencies beside their keys. */
export function describeForStore(dependencies: readonly Dependency[], versions: readonly Version[]): string {
  return JSON.stringify(
    dependencies.map(({ parts, schemes }, index) => {
      const version = versions[index] ?? "";
      return parts ? { version, parts: parts.length, schemes: schemeIds({ parts, schemes }) } : { version };
    }),
  );
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
