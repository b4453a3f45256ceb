import { type RunningSentinel, startSentinel } from "../cluster/running";
import type { Patient } from "./faults";

/** Milliseconds: longer than any row takes, so that Sentinel replaces nobody before it is told to. */
const NEVER = "600000";

/** What happens to a Redis that is found through Sentinel, by what is written in the table. */
export const SENTINEL_FAULTS: Record<string, () => Promise<Patient>> = {
  "is found through Sentinel, its master gone and not replaced yet": async () => {
    const running = await startSentinel();
    await running.sentinel("SENTINEL", "SET", running.name, "down-after-milliseconds", NEVER);
    return {
      redis: {
        sentinel: { name: running.name, sentinelRootNodes: [{ host: "127.0.0.1", port: running.port }] },
      },
      strike: () => running.master.stop(),
      cure: () => replaced(running),
      close: () => running.stop(),
    };
  },
};

/** Sentinel is asked, and not the replica: it kills the connections of the one that takes over. */
async function replaced({ sentinel, name, replica }: RunningSentinel): Promise<void> {
  await sentinel("SENTINEL", "FAILOVER", name);
  while (!String(await sentinel("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)).includes(String(replica.port)))
    await new Promise((resolve) => setTimeout(resolve, 20));
}
