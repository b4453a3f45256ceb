import { createMemoryStore } from "../../src/stores/memory";
import { describeStoreContract } from "./store.contract";

describeStoreContract("memory", async () => {
  let now = 0;
  return {
    store: createMemoryStore({ clock: () => now }),
    tick: async () => void now++,
    close: async () => undefined,
  };
});
