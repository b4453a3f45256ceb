import { createClient } from "redis";
import { startRedisServer } from "./redis.mjs";

/**
 * @typedef {object} Evicting
 * @property {string} url
 * @property {() => { ballast: number, own: number }} evicted keys so far: of what presses, and of everybody else
 * @property {() => Promise<void>} stop
 */

const MEMORY = "12mb";
const BALLAST = "ballast:";
const VALUE = "x".repeat(1000);
/**
 * What has not been used for about half a minute is evicted. Faster, and a busy machine's specs lose what they are just
 * using: with the epoch the hits of a whole `lease`.
 */
const KEYS_PER_TURN = 30;
const TURN_MS = 100;

/**
 * A Redis under `allkeys-lru` that is full, as something else writes to it all the time. With so many samples it
 * evicts what was used longest ago, and not what somebody has just stored.
 * @returns {Promise<Evicting>}
 */
export async function startEvictingRedis() {
  const server = await startRedisServer("an evicting Redis", () => [
    ...["--maxmemory", MEMORY, "--maxmemory-policy", "allkeys-lru", "--maxmemory-samples", "64"],
    ...["--notify-keyspace-events", "Ee"],
  ]);
  const counts = { ballast: 0, own: 0 };
  const listener = await createClient({ url: server.url }).connect();
  await listener.subscribe(
    "__keyevent@0__:evicted",
    (key) => counts[key.startsWith(BALLAST) ? "ballast" : "own"]++,
  );
  const press = await createClient({ url: server.url }).connect();
  let number = 0;
  const write = () =>
    Promise.all(Array.from({ length: KEYS_PER_TURN }, () => press.set(`${BALLAST}${number++}`, VALUE)));
  while (counts.ballast === 0) await write();
  const timer = setInterval(() => void write().catch(() => {}), TURN_MS);
  return {
    url: server.url,
    evicted: () => counts,
    stop: async () => {
      clearInterval(timer);
      listener.destroy();
      press.destroy();
      await server.stop();
    },
  };
}
