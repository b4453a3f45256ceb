import { relayTo } from "../support/redis";

/** What the process of the relays is told; it answers each with "done", the start with the relays' addresses. */
export type RelayCommand = "cut" | "resume";

/** Relays to one Redis in a process of their own: one that had other work would be a slow Redis at times. */
async function main(): Promise<void> {
  const [redisUrl = "", many = ""] = process.argv.slice(2);
  const relays = await Promise.all(Array.from({ length: Number(many) }, () => relayTo(redisUrl)));
  process.once("disconnect", () => process.exit(0));
  process.on("message", ([command, indices]: [RelayCommand, number[]]) => {
    const work = indices.map(async (index) => relays[index]?.[command]());
    void Promise.all(work).then(() => process.send?.("done"));
  });
  process.send?.(relays.map(({ url }) => url));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
