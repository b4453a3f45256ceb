// npm run services: all services for a working session, until Ctrl-C (-- cluster sentinel: these, too). Their addresses are printed and
// written to .services/env, to be sourced by a shell.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { environment, provision } = await import("./services/provision.mjs");
const more = { cluster: process.argv.includes("cluster"), sentinel: process.argv.includes("sentinel") };
const services = await provision({ redis: true, postgres: true, mariadb: true, ...more });
const file = join(root, ".services/env");
const lines = Object.entries(environment(services)).map(([name, url]) => `export ${name}=${url}\n`);
await mkdir(join(root, ".services"), { recursive: true });
await writeFile(file, lines.join(""));
process.stdout.write(lines.join(""));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await rm(file, { force: true });
    await services.stop();
    process.exit(0);
  });
}
