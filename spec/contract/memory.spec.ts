import { createMemoryStore } from "../../src/stores/memory";
import { describeStoreContract } from "./store.contract";

describeStoreContract("memory", async () => {
  let now = 0;
  return {
    store: createMemoryStore({ clock: () => now }),
    tick: () => new Promise((resolve) => setImmediate(resolve, now++)),
    close: async () => undefined,
  };
});
