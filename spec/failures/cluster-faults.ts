import { type Node, type RunningCluster, startCluster } from "../cluster/running";
import type { Patient } from "./faults";

/** Milliseconds: longer than any row takes, so that no replica is elected before it is told to take over. */
const NEVER = 600_000;
const EPOCH = "*/everything:*:record";
const TABLE = "*/table:*post}:record";

/** What happens to a cluster of three masters, by what is written in the table. */
export const CLUSTER_FAULTS: Record<string, () => Promise<Patient>> = {
  "is a cluster, of which a master is gone and not replaced yet": async () => {
    const cluster = await startCluster({ replicas: true, nodeTimeout: NEVER });
    let replica: Node | undefined;
    return patient(cluster, {
      strike: async () => {
        const { at } = await ownerOf(cluster, EPOCH);
        replica = cluster.replicas[at];
        await cluster.masters[at]?.stop();
      },
      cure: async () => {
        await replica?.command("CLUSTER", "FAILOVER", "TAKEOVER");
        await until(replica, ["ROLE"], /^master/);
      },
    });
  },
  "is a cluster, of which a replica has taken over (`CLUSTER FAILOVER`)": async () => {
    const cluster = await startCluster({ replicas: true });
    return patient(cluster, {
      strike: async () => {
        const { at } = await ownerOf(cluster, EPOCH);
        await cluster.replicas[at]?.command("CLUSTER", "FAILOVER");
        await until(cluster.masters[at], ["ROLE"], /^slave/);
      },
      cure: async () => undefined,
    });
  },
  "is a cluster, of which a slot has moved (MOVED)": async () => {
    const cluster = await startCluster();
    return patient(cluster, {
      strike: async () => {
        const moving = await begin(cluster);
        await moving.move(() => true);
        await moving.end();
      },
      cure: async () => undefined,
    });
  },
  "is a cluster, of which a slot is half moved (TRYAGAIN)": async () => {
    const cluster = await startCluster();
    let moving: Moving | undefined;
    return patient(cluster, {
      strike: async () => {
        moving = await begin(cluster);
        await moving.move((key) => key.endsWith(":record"));
      },
      cure: async () => {
        await moving?.move(() => true);
        await moving?.end();
      },
    });
  },
};

function patient(cluster: RunningCluster, treatment: Pick<Patient, "strike" | "cure">): Patient {
  const rootNodes = cluster.masters.map(({ url }) => ({ url }));
  return { redis: { cluster: { rootNodes } }, ...treatment, close: () => cluster.stop() };
}

interface Moving {
  move(which: (key: string) => boolean): Promise<void>;
  end(): Promise<void>;
}

/** The slot of the table goes to the next master. */
async function begin(cluster: RunningCluster): Promise<Moving> {
  const { at, key } = await ownerOf(cluster, TABLE);
  const [from, to] = [cluster.masters[at]!, cluster.masters[(at + 1) % 3]!];
  const slot = String(await from.command("CLUSTER", "KEYSLOT", key));
  await to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
  await from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
  return {
    move: async (which) => {
      const keys = (await from.command("CLUSTER", "GETKEYSINSLOT", slot, "1000")) as string[];
      for (const each of keys.filter(which))
        await from.command("MIGRATE", "127.0.0.1", String(to.port), each, "0", "5000");
    },
    end: async () => {
      for (const node of [to, from, ...cluster.masters])
        await node.command("CLUSTER", "SETSLOT", slot, "NODE", to.id);
    },
  };
}

async function ownerOf({ masters }: RunningCluster, pattern: string): Promise<{ at: number; key: string }> {
  for (const [at, master] of masters.entries()) {
    const [key] = (await master.command("KEYS", pattern)) as string[];
    if (key !== undefined) return { at, key };
  }
  throw new Error(`No master has ${pattern}.`);
}

async function until(node: Node | undefined, command: string[], expected: RegExp): Promise<void> {
  while (node && !expected.test(String(await node.command(...command))))
    await new Promise((resolve) => setTimeout(resolve, 20));
}
