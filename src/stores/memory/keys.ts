import type { Dependency, EntryKey } from "../store";

/** JSON keeps parts apart whatever characters they hold; a joined string would need escaping. */
export function recordKey({ namespace, kind, name }: Dependency): string {
  return JSON.stringify([namespace.prefix, namespace.database, kind, name]);
}

export function entryKey({ namespace, hash }: EntryKey): string {
  return JSON.stringify([namespace.prefix, namespace.database, hash]);
}

/** What every key made under `prefix` starts with, and no key of another prefix does. */
export function keysUnder(prefix: string): string {
  return `[${JSON.stringify(prefix)},`;
}
