import "reflect-metadata";
import { serve } from "./serve";

/** Settings come from the environment: DATABASE_URL, and REDIS_URL, PORT and CITIES if they are set. */
async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, PORT, CITIES } = process.env;
  if (!databaseUrl) throw new Error("Set DATABASE_URL to a PostgreSQL database, or run npm start, which brings one.");
  const port = wholeNumber("PORT", PORT) ?? 3000;
  const running = await serve({ databaseUrl, redisUrl: redisUrl || undefined, port, cities: wholeNumber("CITIES", CITIES) });
  const where = redisUrl ? "Redis" : "this process";
  console.log(`Cities of the world: ${running.url} (cached in ${where}; Ctrl-C ends)`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void running.close());
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new Error(`${name} has to be a whole number, not "${text}".`);
  return Number(text);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
