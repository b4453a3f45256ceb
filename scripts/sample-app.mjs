import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./install.mjs";

/** Builds the package and, on top of it, the sample app; leaves the process if one does not compile. */
export function buildSampleApp() {
  console.error("Building");
  node("scripts/build.mjs");
  node("node_modules/typescript/bin/tsc", "-p", "sample-app");
}

/**
 * Runs a script of the project to its end; leaves the process if it fails.
 * @param {string} script
 * @param {string[]} args
 */
export function node(script, ...args) {
  const options = { cwd: root, stdio: /** @type {const} */ (["ignore", "inherit", "inherit"]) };
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], options);
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Starts the sample app in this process.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function startSampleApp(env) {
  // Not a literal: it is compiled only now, and has no types for this script.
  const file = join(root, "sample-app/dist/main.js");
  const { main } = await import(file);
  return main(env);
}
