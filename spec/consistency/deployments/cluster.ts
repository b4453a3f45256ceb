import { setTimeout as wait } from "node:timers/promises";
import { type Node, startCluster } from "../../cluster/running";
import { type Fault, outage, type Stage } from "../faults";
import type { Deployment } from "./deployment";
import { deleteKeys, deleteOnce, squeeze } from "./keys";

/** A master and the replica that takes over from it. They change places, and who is killed is replaced. */
interface Shard {
  master: Node;
  replica: Node;
}

/** Three masters, each with a replica. */
export async function startClustered(): Promise<Deployment> {
  const cluster = await startCluster({ replicas: true });
  const shards = cluster.masters.map((master, at) => ({ master, replica: cluster.replicas[at] as Node }));
  const rejoin = (shard: Shard) => cluster.addReplica(shard.master);
  return {
    // Of those that are masters now: a worker may start when the first of them are gone.
    redisOf: () => ({ cluster: { rootNodes: shards.map(({ master }) => ({ url: master.url })) } }),
    faults: faultsOf(shards, rejoin),
    close: () => cluster.stop(),
  };
}

export type ClusterFault = keyof ReturnType<typeof faultsOf>;

type Rejoin = (shard: Shard) => Promise<Node>;

function faultsOf(shards: Shard[], rejoin: Rejoin) {
  const masters = (): Node[] => shards.map(({ master }) => master);
  const draw = async ({ random }: Stage): Promise<Shard> => {
    const shard = random.pick(shards);
    // On a busy machine one may have been taken for dead.
    if (!(await isMaster(shard.master))) await exchange(shard);
    return shard;
  };
  const succeed = async (shard: Shard): Promise<void> => {
    shard.master = shard.replica;
    shard.replica = await rejoin(shard);
  };
  return {
    "master killed, its replica told to take over": {
      throwOnly: true,
      strike: async (stage) => {
        const shard = await draw(stage);
        await shard.master.stop();
        await wait(stage.random.below(300));
        await takeOver(shard);
        await succeed(shard);
      },
    },
    "master killed, its replica elected": {
      throwOnly: true,
      strike: async (stage) => {
        const shard = await draw(stage);
        await shard.master.stop();
        await untilMaster(shard.replica);
        await succeed(shard);
      },
    },
    "master killed while writers go on": {
      strike: async (stage) => {
        const shard = await draw(stage);
        await shard.master.stop();
        await outage(stage, 300, () => takeOver(shard));
        await succeed(shard);
      },
    },
    // What it has acknowledged meanwhile is lost.
    "master killed that its replica lags behind": {
      throwOnly: true,
      strike: async (stage) => {
        const shard = await draw(stage);
        await cutOff(shard.replica);
        await wait(200 + stage.random.below(500));
        await shard.master.stop();
        await takeOver(shard);
        await succeed(shard);
      },
    },
    "master killed that its replica lags behind, while writers go on": {
      strike: async (stage) => {
        const shard = await draw(stage);
        await cutOff(shard.replica);
        await wait(200 + stage.random.below(500));
        await shard.master.stop();
        await outage(stage, 100, () => takeOver(shard));
        await succeed(shard);
      },
    },
    "master frozen, its replica elected": {
      throwOnly: true,
      strike: async (stage) => {
        const shard = await draw(stage);
        const thaw = await freeze(shard.master);
        await untilMaster(shard.replica);
        await wait(stage.random.below(1000));
        thaw();
        await exchange(shard);
      },
    },
    "master frozen for a moment": {
      throwOnly: true,
      strike: async ({ random }) => {
        const thaw = await freeze(random.pick(shards).master);
        await wait(100 + random.below(500));
        thaw();
      },
    },
    "planned failover": {
      strike: async (stage) => {
        const shard = await draw(stage);
        await shard.replica.command("CLUSTER", "FAILOVER");
        await untilMaster(shard.replica);
        await exchange(shard);
      },
    },
    "slots moved": { strike: (stage) => moveSlots(stage, masters()) },
    "node flushed": {
      strike: async ({ random }) => void (await random.pick(shards).master.command("FLUSHALL")),
    },
    "node evicting": { strike: (stage) => squeeze(stage, stage.random.pick(shards).master) },
    "entries deleted": { strike: (stage) => deleteKeys(stage, masters(), "*:entry:*") },
    "table records deleted": { strike: (stage) => deleteKeys(stage, masters(), "*/table:*:record") },
    "epoch deleted": { strike: (stage) => deleteOnce(stage, masters(), "*/everything:*:record") },
    "scripts flushed": {
      strike: async () => void (await Promise.all(masters().map((node) => node.command("SCRIPT", "FLUSH")))),
    },
  } satisfies Record<string, Fault>;
}

/** The two have changed places, and the one that is a replica now has what the other has. */
async function exchange(shard: Shard): Promise<void> {
  [shard.master, shard.replica] = [shard.replica, shard.master];
  await until(shard.replica, ["INFO", "replication"], /master_link_status:up/);
}

/** At once, without a vote: nobody has to find out first that the master is gone. */
async function takeOver({ replica }: Shard): Promise<void> {
  // Unless it has been elected already.
  if (!(await isMaster(replica))) await replica.command("CLUSTER", "FAILOVER", "TAKEOVER");
  await untilMaster(replica);
}

async function isMaster(node: Node): Promise<boolean> {
  return String(await node.command("ROLE")).startsWith("master");
}

function untilMaster(node: Node): Promise<void> {
  return until(node, ["ROLE"], /^master/);
}

/** The replica hears no more of its master, and keeps what it has. */
async function cutOff(replica: Node): Promise<void> {
  await replica.command("CONFIG", "SET", "masterauth", "wrong");
  await replica.command("CLIENT", "KILL", "TYPE", "master");
  await until(replica, ["INFO", "replication"], /master_link_status:down/);
}

async function freeze(node: Node): Promise<() => void> {
  const pid = Number(/^process_id:(\d+)/m.exec(String(await node.command("INFO", "server")))?.[1]);
  process.kill(pid, "SIGSTOP");
  return () => process.kill(pid, "SIGCONT");
}

/** Of those that hold keys, key after key, as `redis-cli --cluster reshard` does it. */
async function moveSlots({ random }: Stage, masters: readonly Node[]): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const from = random.pick(masters);
    const to = random.pick(masters.filter((node) => node !== from));
    const keys = (await from.command("KEYS", "*:record")) as string[];
    if (keys.length === 0) continue;
    const slot = String(await from.command("CLUSTER", "KEYSLOT", random.pick(keys)));
    await to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
    await from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
    const busy: string[] = [];
    for (;;) {
      const some = (await from.command(
        "CLUSTER",
        "GETKEYSINSLOT",
        slot,
        String(1 + random.below(50)),
      )) as string[];
      if (some.length === 0) break;
      try {
        await from.command("MIGRATE", "127.0.0.1", String(to.port), "", "0", "5000", "KEYS", ...some);
      } catch (error) {
        if (!String(error).includes("BUSYKEY")) throw error;
        // Both nodes have one of them, and only who made it knows which is newer. Lost keys show nothing old.
        await from.command("UNLINK", ...some);
        busy.push(...some);
      }
    }
    for (const node of [to, from, ...masters]) await node.command("CLUSTER", "SETSLOT", slot, "NODE", to.id);
    if (busy.length > 0) await to.command("UNLINK", ...busy);
  }
}

export async function until(node: Pick<Node, "command">, command: string[], expected: RegExp): Promise<void> {
  for (;;) {
    const answer = await node.command(...command).catch((error: Error) => error.message);
    if (expected.test(String(answer))) return;
    await wait(20);
  }
}
