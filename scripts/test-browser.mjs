// npm run test:browser: the sample app in a headless Chromium (CHROMIUM_PATH, else that of PATH).
// CITIES: how many to load; default 20,000.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fail } from "./command-line.mjs";
import { installIfNeeded, root } from "./install.mjs";
import { buildSampleApp, startSampleApp } from "./sample-app.mjs";
import { onPath } from "./services/run.mjs";

installIfNeeded();
const { provision } = await import("./services/provision.mjs");
const chromium =
  process.env["CHROMIUM_PATH"] || (await onPath("chromium", "chromium-browser", "google-chrome"));
if (!chromium) fail("No Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.");
await buildSampleApp({ "browser specs": "tsc -p spec/browser" });

const services = await provision({ redis: true, postgres: true }).catch((error) => fail(error.message));
const database = await createDatabase(services.postgresUrl);
const app = await startSampleApp({
  CITIES: "20000",
  ...process.env,
  DATABASE_URL: database.url,
  REDIS_URL: services.redisUrl,
  PORT: "0",
});
// Without the project's configuration: it names the specs of npm test.
const args = [
  "node_modules/mocha/bin/mocha.js",
  "--no-config",
  "--timeout",
  "20000",
  "build/browser/**/*.browser.js",
];
const mocha = spawn(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, APP_URL: app.url, CHROMIUM_PATH: chromium },
});
const [code] = await once(mocha, "exit");
await app.close();
await database.drop();
await services.stop();
process.exit(code ?? 1);

/**
 * One of its own, even on a server that DATABASE_URL names: the specs expect the data as it was loaded.
 * @param {string} server
 */
async function createDatabase(server) {
  const { default: pg } = await import("pg");
  const name = `cacheops_browser_${process.pid}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = name;
  const drop = async () => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.end();
  };
  return { url: url.href, drop };
}
