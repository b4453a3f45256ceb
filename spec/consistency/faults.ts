import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../unit/sql/random";
import type { DeathPoint } from "./chaos-store";
import { LEASE_MS } from "./lease";
import type { Recorder } from "./recorder";
import type { RedisServer } from "./redis-server";
import type { Relays } from "./relays";
import type { WorkerProcess } from "./worker-process";

/** What faults happen to. */
export interface Stage {
  readonly random: Random;
  readonly recorder: Recorder;
  readonly redis: RedisServer;
  /** One for each worker, in their order. */
  readonly relays: Relays;
  worker(index: number): WorkerProcess;
  readonly size: number;
  /** Starts another process in the place of one that is gone. */
  revive(index: number): Promise<void>;
}

interface Fault {
  /** Only with `onStoreError: "throw"`: otherwise a process cut off alone is a case of CAVEATS.md. */
  readonly throwOnly?: boolean;
  strike(stage: Stage): Promise<void>;
}

const DEATH_POINTS: readonly DeathPoint[] = [
  "before replace",
  "before replace",
  "after replace",
  "after fence",
  "before store",
  "after lookup",
];

const DAY = 24 * 3600 * 1000;

const anyOf = ({ random, size }: Stage): number => random.below(size);

/** A worker dies where it is told, soon; one that does not come there is killed wherever it is. */
async function die(victim: WorkerProcess, at: DeathPoint): Promise<void> {
  victim.expectDeath();
  victim.send({ kind: "die", at });
  await Promise.race([victim.gone, wait(1000)]);
  await victim.kill();
}

/** Nobody else replaces what the dead one has left, until its lease has run out. */
async function dieAmongResting(stage: Stage): Promise<void> {
  const index = anyOf(stage);
  await die(stage.worker(index), "before replace");
  const others = indicesOf(stage)
    .filter((each) => each !== index)
    .map((each) => stage.worker(each));
  await Promise.all(others.map((worker) => worker.rest()));
  await wait(LEASE_MS + 1000);
  for (const worker of others) worker.send({ kind: "go on" });
  await stage.revive(index);
}

/**
 * Long enough that every process notices, and writes go on meanwhile. But as long as a process is cut off while
 * others are not, nobody may write without a mark: so writers rest from before the end of the outage until all
 * are back. Without that it is a case of CAVEATS.md.
 */
async function outage(stage: Stage, ms: number, end: () => Promise<void>): Promise<void> {
  await wait(ms + stage.random.below(500));
  const workers = indicesOf(stage).map((index) => stage.worker(index));
  await Promise.all(workers.map((worker) => worker.rest()));
  await end();
  await Promise.all(workers.map((worker) => worker.recover()));
  await wait(200);
  for (const worker of workers) worker.send({ kind: "go on" });
}

function indicesOf({ size }: Stage): number[] {
  return Array.from({ length: size }, (_, index) => index);
}

async function deleteKey(stage: Stage, pattern: string): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const keys = await keysOf(stage.redis, pattern);
    if (keys.length > 0) await stage.redis.command("DEL", stage.random.pick(keys));
    await wait(stage.random.below(30));
  }
}

/** The server is the checker's own, and small. */
async function keysOf(redis: RedisServer, pattern: string): Promise<string[]> {
  return (await redis.command("KEYS", pattern)) as string[];
}

export const FAULTS = {
  "worker killed at a step": {
    strike: async (stage) => {
      const index = anyOf(stage);
      await die(stage.worker(index), stage.random.pick(DEATH_POINTS));
      await stage.revive(index);
    },
  },
  "worker killed before it replaces": { strike: dieAmongResting },
  "worker killed": {
    strike: async (stage) => {
      const index = anyOf(stage);
      await stage.worker(index).kill();
      await stage.revive(index);
    },
  },
  // Shorter than a third of the lease, so that it is no mark that runs out in the middle of a COMMIT.
  "worker frozen": {
    strike: async (stage) => {
      const victim = stage.worker(anyOf(stage));
      victim.signal("SIGSTOP");
      await wait(100 + stage.random.below(500));
      victim.signal("SIGCONT");
    },
  },
  "worker's clock set": {
    strike: async (stage) => {
      stage.worker(anyOf(stage)).send({ kind: "clock", by: (stage.random.next() - 0.5) * 10 * DAY });
    },
  },
  // Some of them in the middle of a COMMIT, whose outcome nobody is told.
  "connections to the database cut": {
    strike: async ({ recorder, random }) => {
      for (let i = 0; i < 10; i++) {
        await recorder.cutConnection();
        await wait(random.below(50));
      }
    },
  },
  "Redis restarted empty": {
    strike: async ({ redis, random }) => {
      await redis.kill();
      await wait(random.below(600));
      await redis.restart();
    },
  },
  "Redis frozen": {
    throwOnly: true,
    strike: async ({ redis, random }) => {
      redis.freeze();
      await wait(100 + random.below(900));
      redis.thaw();
    },
  },
  "Redis frozen while writers go on": {
    strike: async (stage) => {
      stage.redis.freeze();
      await outage(stage, 1500, async () => stage.redis.thaw());
    },
  },
  "Redis cut off from all": {
    strike: async (stage) => {
      const all = indicesOf(stage);
      await stage.relays.cut(...all);
      await outage(stage, 300, () => stage.relays.resume(...all));
    },
  },
  "Redis evicting": {
    strike: async ({ redis, random }) => {
      const { used_memory: used } = await memoryOf(redis);
      await redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
      // Less than it holds now: something is evicted with every command.
      await redis.command("CONFIG", "SET", "maxmemory", String(Math.floor(used * 0.98)));
      await wait(200 + random.below(600));
      await redis.command("CONFIG", "SET", "maxmemory", "0");
    },
  },
  "Redis flushed": { strike: async ({ redis }) => void (await redis.command("FLUSHALL")) },
  "entries deleted": { strike: (stage) => deleteKey(stage, "*:entry:*") },
  "table records deleted": { strike: (stage) => deleteKey(stage, "*/table:*:record") },
  "epoch deleted": { strike: (stage) => deleteOnce(stage, "*/everything:*:record") },
  "scripts flushed": { strike: async ({ redis }) => void (await redis.command("SCRIPT", "FLUSH")) },
  "connections of a worker cut": {
    throwOnly: true,
    strike: async (stage) => {
      const index = anyOf(stage);
      await stage.relays.cut(index);
      await wait(stage.random.below(500));
      await stage.relays.resume(index);
    },
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export function faultsFor(policy: "bypass" | "throw"): FaultName[] {
  const names = Object.keys(FAULTS) as FaultName[];
  return names.filter((name) => policy === "throw" || !(FAULTS[name] as Fault).throwOnly);
}

async function deleteOnce({ redis, random }: Stage, pattern: string): Promise<void> {
  const keys = await keysOf(redis, pattern);
  if (keys.length > 0) await redis.command("DEL", random.pick(keys));
}

async function memoryOf(redis: RedisServer): Promise<{ used_memory: number }> {
  const info = String(await redis.command("INFO", "memory"));
  return { used_memory: Number(/^used_memory:(\d+)/m.exec(info)?.[1]) };
}
