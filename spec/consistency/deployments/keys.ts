import { setTimeout as wait } from "node:timers/promises";
import type { Stage } from "../faults";

/** A server that holds keys; it is the checker's own, and small. */
export interface Server {
  command(...words: string[]): Promise<unknown>;
}

/** Now and then one of those that match, for a while. */
export async function deleteKeys(stage: Stage, servers: readonly Server[], pattern: string): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await deleteOnce(stage, servers, pattern);
    await wait(stage.random.below(30));
  }
}

export async function deleteOnce(
  { random }: Stage,
  servers: readonly Server[],
  pattern: string,
): Promise<void> {
  const found = await Promise.all(
    servers.map(async (server) =>
      ((await server.command("KEYS", pattern)) as string[]).map((key) => ({ server, key })),
    ),
  );
  const all = found.flat();
  if (all.length === 0) return;
  const { server, key } = random.pick(all);
  await server.command("DEL", key);
}

/** Less memory than it uses, for a while: something is evicted with every command. */
export async function squeeze({ random }: Stage, server: Server): Promise<void> {
  const info = String(await server.command("INFO", "memory"));
  const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  await server.command("CONFIG", "SET", "maxmemory", String(Math.floor(used * 0.98)));
  await wait(200 + random.below(600));
  await server.command("CONFIG", "SET", "maxmemory", "0");
}
