/**
 * The only place that knows how keys look. Keys of one record, of its parts and of the entries that live
 * beside it share a hash tag, and with it a slot of a Redis Cluster:
 *
 *     <prefix>:v4:{<database>/<kind>:<name>}:record
 *     <prefix>:v4:{<database>/<kind>:<name>}:part:<scheme>:<key>
 *     <prefix>:v4:{<database>/<kind>:<name>}:entry:<hash>
 *     <prefix>:v4:{<database>/<kind>:<name>}:lock:<hash>
 *
 * `v4` is the version of everything below it: a change of the keys, of the records' fields, of the parts'
 * values or of the entries' fields raises it, so that two releases at work side by side never read each other.
 */
import type { EntryKey, Part, RecordName } from "../store";

const FORMAT = "v4";
const RECORD = "}:record";

export function recordKey(record: RecordName): string {
  return tagged(record) + RECORD;
}

export function partKey(record: RecordName, { scheme, key }: Part): string {
  return `${tagged(record)}}:part:${scheme}:${key}`;
}

export function entryKey({ home, hash }: EntryKey): string {
  return `${tagged(home)}}:entry:${hash}`;
}

/** The same for records that are one: keys that begin with it share a slot. */
export function slotTag(record: RecordName): string {
  return tagged(record);
}

/** Of the load of an entry. */
export function lockKey({ home, hash }: EntryKey): string {
  return `${tagged(home)}}:lock:${hash}`;
}

export function isRecordKey(key: Buffer): boolean {
  return key.subarray(-RECORD.length).toString("latin1") === RECORD;
}

/** Neither braces nor a slash are left in a database's name, so the first slash ends it. */
export function isEpochKey(key: Buffer): boolean {
  return /:\{[^{}/]*\/everything:\}:record$/.test(key.toString("latin1"));
}

/**
 * A glob for SCAN that matches every key under `prefix` and none under another. The brace is part
 * of it: without it `a` would also match the keys of the prefix `a:v4:b`.
 */
export function keysUnder(prefix: string): string {
  return `${head(prefix)}*`.replace(/[\\?[\]]|\*(?!$)/g, "\\$&");
}

function tagged({ namespace, kind, name }: RecordName): string {
  return `${head(namespace.prefix)}${escaped(namespace.database, /[%{}/]/g)}/${kind}:${escaped(name, /[%{}]/g)}`;
}

function head(prefix: string): string {
  return `${escaped(prefix, /[%{}]/g)}:${FORMAT}:{`;
}

/** Braces would move the hash tag, a slash in the database could be taken for the one that ends it. */
function escaped(text: string, special: RegExp): string {
  return text.replace(special, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
