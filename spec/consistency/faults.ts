import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../unit/sql/random";
import type { DeathPoint } from "./chaos-store";
import { LEASE_MS } from "./lease";
import type { Recorder } from "./recorder";
import type { WorkerProcess } from "./worker-process";

/** What faults happen to. */
export interface Stage {
  readonly random: Random;
  readonly recorder: Recorder;
  worker(index: number): WorkerProcess;
  readonly size: number;
  /** Starts another process in the place of one that is gone. */
  revive(index: number): Promise<void>;
}

export interface Fault {
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

export const anyOf = ({ random, size }: Stage): number => random.below(size);

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
export async function outage(stage: Stage, ms: number, end: () => Promise<void>): Promise<void> {
  await wait(ms + stage.random.below(500));
  const workers = indicesOf(stage).map((index) => stage.worker(index));
  await Promise.all(workers.map((worker) => worker.rest()));
  await end();
  await Promise.all(workers.map((worker) => worker.recover()));
  await wait(200);
  for (const worker of workers) worker.send({ kind: "go on" });
}

export function indicesOf({ size }: Stage): number[] {
  return Array.from({ length: size }, (_, index) => index);
}

/** Whatever the workers keep their results in. */
export const WORKER_FAULTS = {
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
} satisfies Record<string, Fault>;
