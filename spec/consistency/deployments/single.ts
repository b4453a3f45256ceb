import { setTimeout as wait } from "node:timers/promises";
import { anyOf, type Fault, indicesOf, outage } from "../faults";
import { RedisServer } from "../redis-server";
import { Relays } from "../relays";
import type { Deployment } from "./deployment";
import { deleteKeys, deleteOnce, squeeze } from "./keys";

/** One Redis, and a way to it for each worker that can be cut. */
export async function startSingle(workers: number): Promise<Deployment> {
  const redis = await RedisServer.start();
  const relays = await Relays.start(redis.url, workers);
  return {
    redisOf: (index) => relays.urls[index] as string,
    faults: faultsOf(redis, relays),
    close: async () => {
      await relays.close();
      await redis.kill();
    },
  };
}

export type SingleFault = keyof ReturnType<typeof faultsOf>;

function faultsOf(redis: RedisServer, relays: Relays) {
  const servers = [redis];
  return {
    "Redis restarted empty": {
      strike: async ({ random }) => {
        await redis.kill();
        await wait(random.below(600));
        await redis.restart();
      },
    },
    "Redis frozen": {
      throwOnly: true,
      strike: async ({ random }) => {
        redis.freeze();
        await wait(100 + random.below(900));
        redis.thaw();
      },
    },
    "Redis frozen while writers go on": {
      strike: async (stage) => {
        redis.freeze();
        await outage(stage, 1500, async () => redis.thaw());
      },
    },
    "Redis cut off from all": {
      strike: async (stage) => {
        const all = indicesOf(stage);
        await relays.cut(...all);
        await outage(stage, 300, () => relays.resume(...all));
      },
    },
    "Redis evicting": { strike: (stage) => squeeze(stage, redis) },
    "Redis flushed": { strike: async () => void (await redis.command("FLUSHALL")) },
    "entries deleted": { strike: (stage) => deleteKeys(stage, servers, "*:entry:*") },
    "table records deleted": { strike: (stage) => deleteKeys(stage, servers, "*/table:*:record") },
    "epoch deleted": { strike: (stage) => deleteOnce(stage, servers, "*/everything:*:record") },
    "scripts flushed": { strike: async () => void (await redis.command("SCRIPT", "FLUSH")) },
    "connections of a worker cut": {
      throwOnly: true,
      strike: async (stage) => {
        const index = anyOf(stage);
        await relays.cut(index);
        await wait(stage.random.below(500));
        await relays.resume(index);
      },
    },
  } satisfies Record<string, Fault>;
}
