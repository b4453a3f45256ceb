import { join } from "node:path";
import { root } from "./install.mjs";
import { step } from "./steps.mjs";

/**
 * Builds the package and, on top of it, the sample app and what else is asked for; leaves the process if
 * something does not compile.
 * @param {Record<string, string>} [more] commands by name
 */
export async function buildSampleApp(more = {}) {
  const steps = { build: "node scripts/build.mjs", "sample app": "tsc -p sample-app", ...more };
  for (const [name, command] of Object.entries(steps)) {
    if (!(await step(name, command))) process.exit(1);
  }
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
