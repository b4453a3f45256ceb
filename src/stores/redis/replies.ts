import type { Registry, Scheme, Version } from "../store";
import type { StoredReliance } from "./operands";

/** A dependency at the moment of a look. */
export interface Sight {
  readonly version: Version;
  /** When what it relies on was replaced last, as the record's count. */
  readonly last: number;
  /** A write in flight concerns it. */
  readonly marked: boolean;
}

/** A record of which nobody knows yet whether marks were lost with an earlier one. */
export interface Unproven {
  readonly key: string;
  readonly token: string;
  readonly marks: string;
}

/** What one LOOKUP answers of its slot. */
export interface Look {
  readonly sights: readonly Sight[];
  readonly age: number;
  readonly refused: readonly string[];
  /** Empty where the epoch is not. */
  readonly altered: string;
  readonly unproven: readonly Unproven[];
  readonly entry: FoundEntry | undefined;
}

export interface FoundEntry {
  readonly payload: Buffer;
  /** As far as the entry relies on records of its own slot. */
  readonly current: boolean;
  /** What it relies on in other slots. */
  readonly elsewhere: readonly StoredReliance[];
  /** Milliseconds that its load took. */
  readonly took: number;
  /** Milliseconds until it expires. */
  readonly left: number;
}

/** What LOOKUP answers; throws where something else stands in its place. */
export function readLook(reply: unknown): Look {
  const [sights, age, refused, altered, unproven, current, elsewhere, took, left, payload] = readList(
    reply,
    "lookup",
  );
  return {
    sights: readSights(readWords(sights)),
    age: Number(age),
    refused: readWords(refused),
    altered: String(altered),
    unproven: readList(unproven, "lookup").map(readUnproven),
    entry: Buffer.isBuffer(payload)
      ? {
          payload,
          current: current === 1,
          elsewhere: readReliances(elsewhere),
          took: Number(took),
          left: Number(left),
        }
      : undefined,
  };
}

function readSights(words: readonly string[]): Sight[] {
  const sights: Sight[] = [];
  for (let i = 0; i + 2 < words.length; i += 3)
    sights.push({ version: words[i]!, last: Number(words[i + 1]), marked: words[i + 2] === "1" });
  return sights;
}

function readUnproven(reply: unknown): Unproven {
  const [key, token, marks] = readList(reply, "lookup").map(String);
  return { key: key!, token: token!, marks: marks! };
}

function readReliances(reply: unknown): readonly StoredReliance[] {
  const text = String(reply);
  return text === "" ? [] : (JSON.parse(text) as StoredReliance[]);
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
