import type { Lookup } from "../store";

/** What LOOKUP answers; throws where something else stands in its place. */
export function readLookup(reply: unknown): Lookup {
  if (!Array.isArray(reply)) throw new Error("unexpected reply to lookup");
  const [fenced, versions, age, storedVersions, payload] = reply as unknown[];
  return {
    snapshot: { versions: readVersions(versions), fenced: fenced === 1 },
    age: Number(age),
    entry: Buffer.isBuffer(payload) ? { payload, versions: readVersions(storedVersions) } : undefined,
  };
}

export function readScan(reply: unknown): { cursor: string; keys: Buffer[] } {
  if (!Array.isArray(reply)) throw new Error("unexpected reply to SCAN");
  const [cursor, keys] = reply as [unknown, Buffer[]];
  return { cursor: String(cursor), keys };
}

function readVersions(joined: unknown): string[] {
  const text = Buffer.isBuffer(joined) ? joined.toString("latin1") : "";
  return text === "" ? [] : text.split(" ");
}
