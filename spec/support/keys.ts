import { createClient, type RedisClientType } from "redis";

/** The kinds of keys that the Redis store makes. */
const KINDS = {
  entry: (key: string) => key.includes("}:entry:"),
  "table record": (key: string) => key.includes("/table:") && key.endsWith("}:record"),
  "id record": (key: string) => key.includes("/id:") && key.endsWith("}:record"),
  part: (key: string) => key.includes("}:part:"),
  epoch: (key: string) => key.endsWith("/everything:}:record"),
  "every key": () => true,
};

export type KeyKind = keyof typeof KINDS;
export const KEY_KINDS = Object.keys(KINDS) as readonly KeyKind[];

/** The one that a key of ours is of. */
export function kindOf(key: string): KeyKind {
  return KEY_KINDS.find((kind) => KINDS[kind](key)) as KeyKind;
}

/** Takes keys away as an eviction, an operator or FLUSHDB does, from one prefix alone. Answers how many there were. */
export async function loseKeys(url: string, prefix: string, kind: KeyKind): Promise<number> {
  return onKeys(url, prefix, kind, (client, key) => client.del(key)).then(({ length }) => length);
}

/** The fields of records. */
export async function recordsOf(
  url: string,
  prefix: string,
  kind: KeyKind,
): Promise<readonly Readonly<Record<string, string>>[]> {
  return onKeys(url, prefix, kind, (client, key) => client.hGetAll(key));
}

async function onKeys<T>(
  url: string,
  prefix: string,
  kind: KeyKind,
  work: (client: RedisClientType, key: string) => Promise<T>,
): Promise<T[]> {
  const client: RedisClientType = createClient({ url });
  await client.connect();
  try {
    const keys: string[] = [];
    for await (const batch of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) keys.push(...batch);
    return await Promise.all([...new Set(keys)].filter(KINDS[kind]).map((key) => work(client, key)));
  } finally {
    client.destroy();
  }
}
