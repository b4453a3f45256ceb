import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";

/**
 * Where everything lies below the folder of a file cache. Nothing else in it is ever read or removed, so it
 * may hold foreign files.
 *
 *     34/c1…9e.cacheops                    the entry of a key, named for the key's SHA-256
 *     cacheops-pending/34c1…9e.<random>    an entry that is being loaded or written; renamed into its place
 *
 * Another layout of entries takes another ending, so that versions of the package do not meet in a file.
 */
const PENDING = "cacheops-pending";
const ENTRY = /^[0-9a-f]{62}\.cacheops$/;
const RESERVATION = /^[0-9a-f]{64}\.[0-9a-f-]{36}$/;

export const ENTRY_FOLDER = /^[0-9a-f]{2}$/;

/** SHA-256 of a key, in hexadecimal, of its UTF-16: in UTF-8 all lone surrogates are the same. */
export function nameOf(key: string): string {
  return createHash("sha256").update(Buffer.from(key, "utf16le")).digest("hex");
}

export function entryFolder(root: string, name: string): string {
  return join(root, name.slice(0, 2));
}

export function entryPath(root: string, name: string): string {
  return join(entryFolder(root, name), `${name.slice(2)}.cacheops`);
}

/** The name of the entry in a file; undefined for a foreign file. */
export function nameIn(folder: string, file: string): string | undefined {
  return ENTRY.test(file) ? folder + file.slice(0, 62) : undefined;
}

/** Its being there is also what tells a file cache from any other folder. */
export function pendingFolder(root: string): string {
  return join(root, PENDING);
}

export function newReservation(root: string, name: string): string {
  return join(pendingFolder(root), `${name}.${randomUUID()}`);
}

export function isReservation(file: string): boolean {
  return RESERVATION.test(file);
}

export function isReservationOf(name: string, file: string): boolean {
  return isReservation(file) && file.startsWith(`${name}.`);
}
