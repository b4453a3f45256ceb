import "reflect-metadata";
import { serve, type Running } from "./serve";

/** Settings come from the environment: DATABASE_URL, and REDIS_URL, PORT and CITIES if they are set. */
export async function main(env: NodeJS.ProcessEnv): Promise<Running> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = env;
  if (!databaseUrl)
    throw new Error("Set DATABASE_URL to a PostgreSQL database, or run npm start, which brings one.");
  const running = await serve({
    databaseUrl,
    redisUrl: redisUrl || undefined,
    port: wholeNumber("PORT", env.PORT) ?? 3000,
    cities: wholeNumber("CITIES", env.CITIES),
  });
  console.log(
    `Cities of the world: ${running.url} (cached in ${redisUrl ? "Redis" : "this process"}; Ctrl-C ends)`,
  );
  return running;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new Error(`${name} has to be a whole number, not "${text}".`);
  return Number(text);
}

async function runUntilSignal(): Promise<void> {
  const running = await main(process.env);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void running.close());
}

if (require.main === module) {
  runUntilSignal().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
