import { MAX_SCHEMES, type Registry } from "../store";
import type { RecordState, SchemeState } from "./record-state";

/** Registers a scheme for `ttl` longer. False if it has no text to register or the record no room. */
export function register(
  record: RecordState,
  id: string,
  text: string | undefined,
  ttl: number,
  now: number,
): boolean {
  const known = record.schemes.get(id) ?? add(record, id, text, now);
  if (known && known.ends < now + ttl) known.ends = now + ttl;
  return known !== undefined;
}

function add(
  record: RecordState,
  id: string,
  text: string | undefined,
  now: number,
): SchemeState | undefined {
  const { schemes } = record;
  if (schemes.size >= MAX_SCHEMES)
    for (const [old, { ends }] of schemes) if (ends <= now) schemes.delete(old);
  if (text === undefined || schemes.size >= MAX_SCHEMES) return undefined;
  const scheme = { text, number: ++record.registered, replaced: record.count, ends: now };
  schemes.set(id, scheme);
  return scheme;
}

export function registryOf(record: RecordState): Registry {
  const schemes = [...record.schemes].map(([id, { text }]) => ({ id, text }));
  return { stamp: `${record.incarnation}.${record.registered}`, schemes };
}

/**
 * Whether who knew this stamp knew the scheme:
 * 1. a writer: the registry, stamp 7. 2. a scheme makes room. 3. it is registered again, as number 8.
 * 4. the writer: a claim with stamp 7, which holds for it as for any newer one.
 */
export function knew(stamp: string, record: RecordState, scheme: SchemeState): boolean {
  const dot = stamp.lastIndexOf(".");
  return stamp.slice(0, dot) === record.incarnation && scheme.number <= Number(stamp.slice(dot + 1));
}
