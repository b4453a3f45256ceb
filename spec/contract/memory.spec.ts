import { createMemoryStore } from "../../src/stores/memory";
import { describeStoreContract } from "./store.contract";

describeStoreContract("memory", async () => {
  let now = 0;
  return {
    store: createMemoryStore({ clock: () => now }),
    // Not at once: a spec that waits in vain would otherwise never let its time limit strike.
    tick: async () => {
      now++;
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: async () => undefined,
  };
});
