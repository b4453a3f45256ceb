// npm start: everything that the sample app needs, and the app itself, until Ctrl-C. REDIS_URL and
// DATABASE_URL name servers to use instead of own ones; PORT is the first port to try (default 3000).
// package.json runs it with `exec`: otherwise a SIGTERM for npm ends the shell in between, and not this.
import { installIfNeeded } from "./install.mjs";
import { buildSampleApp, startSampleApp } from "./sample-app.mjs";

installIfNeeded();
const { provision } = await import("./services/provision.mjs");
await buildSampleApp();
try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1); // ends the servers with it
}

async function start() {
  // The cities stay for the next start; the cache need not.
  const [postgres, redis] = await Promise.all([
    provision({ postgres: true, keep: "sample-app" }).catch(explainSecondStart),
    provision({ redis: true }).catch(tellNoRedis),
  ]);
  const app = await startSampleApp({
    ...process.env,
    DATABASE_URL: postgres.postgresUrl,
    REDIS_URL: redis?.redisUrl,
  });
  const stop = once(async () => {
    console.error("\nStopping");
    await app.close();
    await Promise.all([postgres.stop(), redis?.stop()]);
    process.exit(0);
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
}

/** @returns {undefined} */
function tellNoRedis(/** @type {Error} */ { message }) {
  const line = "*".repeat(100);
  console.error(
    `${line}\n${message}\nThe app caches in its own process instead: it works, but nothing is shared.\n${line}`,
  );
}

/** @returns {never} */
function explainSecondStart(/** @type {Error} */ error) {
  if (!error.message.includes("postmaster.pid")) throw error;
  throw new Error(
    "The sample app's PostgreSQL is running already: end the other npm start, or set DATABASE_URL.",
  );
}

/** A second Ctrl-C, and the one that npm passes on, change nothing. */
function once(/** @type {() => Promise<void>} */ run) {
  let started = false;
  return () => {
    if (!started) void run();
    started = true;
  };
}
