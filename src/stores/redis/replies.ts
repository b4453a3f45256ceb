import type { Freshness, Lookup, Registry, Scheme } from "../store";

/** What LOOKUP answers; throws where something else stands in its place. */
export function readLookup(reply: unknown): Lookup {
  const [fenced, versions, age, refused, current, altered, took, left, payload] = readList(reply, "lookup");
  return {
    snapshot: { versions: readWords(versions), fenced: fenced === 1, refused: readWords(refused) },
    age: Number(age),
    altered: String(altered),
    entry: Buffer.isBuffer(payload)
      ? { payload, current: current === 1, took: Number(took), left: Number(left) }
      : undefined,
  };
}

/** What FRESHNESS answers. */
export function readFreshness(reply: unknown): Freshness {
  const [fenced, tokens] = readList(reply, "freshness");
  return { fenced: fenced === 1, tokens: readWords(tokens) };
}

/** What FENCE and REGISTRIES answer. */
export function readRegistries(reply: unknown): Registry[] {
  return readList(reply, "registries").map((registry) => {
    const [stamp = "", ...rest] = readList(registry, "registries").map(String);
    const schemes: Scheme[] = [];
    for (let i = 0; i + 1 < rest.length; i += 2) schemes.push({ id: rest[i]!, text: rest[i + 1]! });
    return { stamp, schemes };
  });
}

export function readScan(reply: unknown): { cursor: string; keys: Buffer[] } {
  const [cursor, keys] = readList(reply, "SCAN");
  return { cursor: String(cursor), keys: keys as Buffer[] };
}

function readList(reply: unknown, what: string): unknown[] {
  if (!Array.isArray(reply)) throw new Error(`unexpected reply to ${what}`);
  return reply;
}

function readWords(joined: unknown): string[] {
  const text = Buffer.isBuffer(joined) ? joined.toString("latin1") : "";
  return text === "" ? [] : text.split(" ");
}
