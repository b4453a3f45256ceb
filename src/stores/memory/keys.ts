import type { EntryKey, Part, RecordName } from "../store";

/** JSON keeps what a key is made of apart whatever characters it holds; a joined string would need escaping. */
export function recordKey({ namespace, kind, name }: RecordName): string {
  return JSON.stringify([namespace.prefix, namespace.database, kind, name]);
}

export function partKey({ namespace, kind, name }: RecordName, { scheme, key }: Part): string {
  return JSON.stringify([namespace.prefix, namespace.database, kind, name, scheme, key]);
}

export function entryKey({ namespace, hash }: EntryKey): string {
  return JSON.stringify([namespace.prefix, namespace.database, hash]);
}

/** What every key made under `prefix` starts with, and no key of another prefix does. */
export function keysUnder(prefix: string): string {
  return `[${JSON.stringify(prefix)},`;
}

export function isEpochKey(key: string): boolean {
  const [, , kind] = JSON.parse(key) as readonly string[];
  return kind === "everything";
}
