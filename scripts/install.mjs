import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs `npm install` if node_modules is missing or older than package-lock.json, so that one command is
 * enough after a clone or a pull. The lock file stays as it is committed (--no-save), and install scripts are
 * left out: nothing here needs one.
 */
export function installIfNeeded() {
  if (modified("node_modules/.package-lock.json") >= modified("package-lock.json")) return;
  console.error("Installing dependencies");
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
}

function modified(/** @type {string} */ file) {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
