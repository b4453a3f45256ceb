import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

const DIGEST_BYTES = 32;
const HEADER_BYTES = DIGEST_BYTES + 8;

/** What a file holds: a value in the codec's bytes, and when it ends in milliseconds since 1970. */
export interface FileEntry {
  readonly expires: number;
  readonly payload: Buffer;
}

/**
 * The bytes of a file: a SHA-256 of the entry's name and all that follows, the end as a double, the payload.
 * The name is part of it because a file that was copied to another place must not count there.
 */
export function sealed(name: string, { expires, payload }: FileEntry): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes.writeDoubleBE(expires, DIGEST_BYTES);
  payload.copy(bytes, HEADER_BYTES);
  digestOf(name, bytes).copy(bytes);
  return bytes;
}

/** The entry in a file; undefined if it is damaged. @throws what reading the file throws. */
export async function entryAt(path: string, name: string): Promise<FileEntry | undefined> {
  try {
    return unsealed(name, await readFile(path));
  } catch (error) {
    // Over 2 GiB: larger than anything that a codec makes.
    if ((error as NodeJS.ErrnoException).code === "ERR_FS_FILE_TOO_LARGE") return undefined;
    throw error;
  }
}

/** Undefined if the bytes are not, to the last bit, what was sealed under that name. */
function unsealed(name: string, bytes: Buffer): FileEntry | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  if (!digestOf(name, bytes).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
  return { expires: bytes.readDoubleBE(DIGEST_BYTES), payload: bytes.subarray(HEADER_BYTES) };
}

function digestOf(name: string, bytes: Buffer): Buffer {
  return createHash("sha256").update(name).update(bytes.subarray(DIGEST_BYTES)).digest();
}
