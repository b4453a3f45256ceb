import { createClient } from "redis";
import { KEY_KINDS, type KeyKind, kindOf } from "../../support/keys";

/** What keys of one kind take together. */
interface Weight {
  readonly keys: number;
  /** Of Redis's memory, as MEMORY USAGE tells it: the key and its expiry are part of it. */
  readonly bytes: number;
  /** Milliseconds that the last of them lives if nobody asks for it again. */
  readonly lives: number;
}

export type Weights = Readonly<Record<KeyKind, Weight>>;

export async function weigh(url: string): Promise<Weights> {
  const client = createClient({ url });
  await client.connect();
  try {
    const weights = Object.fromEntries(KEY_KINDS.map((kind) => [kind, { keys: 0, bytes: 0, lives: 0 }]));
    for await (const batch of client.scanIterator({ COUNT: 1000 }))
      await Promise.all(
        batch.map(async (key) => {
          const [bytes, lives] = await Promise.all([
            client.memoryUsage(key, { SAMPLES: 0 }),
            client.pTTL(key),
          ]);
          for (const kind of [kindOf(key), "every key"] as const) {
            const sum = weights[kind] as { keys: number; bytes: number; lives: number };
            sum.keys++;
            sum.bytes += bytes ?? 0;
            sum.lives = lives < 0 ? Infinity : Math.max(sum.lives, lives);
          }
        }),
      );
    return weights as Weights;
  } finally {
    client.destroy();
  }
}
