import { startSentinel, type ReplicatedNode } from "../../cluster/running";
import { type Fault, outage } from "../faults";
import { until } from "./cluster";
import type { Deployment } from "./deployment";
import { deleteKeys, deleteOnce, squeeze } from "./keys";

/** A master, the replica that takes over from it, and the Sentinel that decides on that. */
interface Watched {
  master: ReplicatedNode;
  replica: ReplicatedNode;
  addReplica(port: number): Promise<ReplicatedNode>;
  sentinel(...words: string[]): Promise<unknown>;
}

export async function startWatched(): Promise<Deployment> {
  const { name, port, master, replica, addReplica, sentinel, stop } = await startSentinel();
  const watched = { master, replica, addReplica, sentinel };
  const root = { host: "127.0.0.1", port };
  return {
    redisOf: () => ({ sentinel: { name, sentinelRootNodes: [root] } }),
    faults: faultsOf(watched, name),
    close: stop,
  };
}

export type SentinelFault = keyof ReturnType<typeof faultsOf>;

function faultsOf(watched: Watched, name: string) {
  const succeed = async (): Promise<void> => {
    await until(watched.replica, ["ROLE"], /^master/);
    watched.master = watched.replica;
    watched.replica = await watched.addReplica(watched.master.port);
  };
  return {
    "master killed, and replaced": {
      throwOnly: true,
      strike: async () => {
        await watched.master.stop();
        await succeed();
      },
    },
    "master killed, and replaced while writers go on": {
      strike: async (stage) => {
        await watched.master.stop();
        await outage(stage, 1000, succeed);
      },
    },
    "failover on command": {
      strike: async () => {
        await watched.sentinel("SENTINEL", "FAILOVER", name);
        await until(watched.replica, ["ROLE"], /^master/);
        [watched.master, watched.replica] = [watched.replica, watched.master];
        await until(watched.replica, ["INFO", "replication"], /master_link_status:up/);
      },
    },
    "master flushed": { strike: async () => void (await watched.master.command("FLUSHALL")) },
    "master evicting": { strike: (stage) => squeeze(stage, watched.master) },
    "table records deleted": { strike: (stage) => deleteKeys(stage, [watched.master], "*/table:*:record") },
    "epoch deleted": { strike: (stage) => deleteOnce(stage, [watched.master], "*/everything:*:record") },
  } satisfies Record<string, Fault>;
}
