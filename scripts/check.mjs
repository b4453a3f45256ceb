// npm run check: everything that can be said about the project without running it. `npm run check -- lint`
// runs only the named ones.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installIfNeeded, root } from "./install.mjs";
import { step } from "./steps.mjs";

/** What is checked in the sources and in the built package as it lies in dist. */
const SOURCE_CHECKS = {
  types: "tsc -p tsconfig.json --noEmit",
  "script types": "tsc -p tsconfig.scripts.json",
  lint: "eslint --max-warnings 0 .",
  format: "prettier --check --log-level warn .",
  "dead code": "knip --no-progress",
  "public API": "node scripts/api-report.mjs --check",
};

/**
 * @param {{ only?: string[], except?: string[] }} [names] which checks; default: all
 * @returns {Promise<string[]>} names of those that failed
 */
export async function check({ only = [], except = [] } = {}) {
  const wanted = (/** @type {string} */ name) =>
    (only.length === 0 || only.includes(name)) && !except.includes(name);
  const sources = Object.entries(SOURCE_CHECKS).filter(([name]) => wanted(name));
  const failed = await failing(sources);
  return wanted("package") ? [...failed, ...(await checkPackage())] : failed;
}

/** What would be published, checked as the tarball that npm makes of it. */
async function checkPackage() {
  const folder = mkdtempSync(join(tmpdir(), "cacheops-pack-"));
  try {
    const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    const packed = spawnSync("npm", args, { cwd: root, encoding: "utf8" });
    const tarball = join(folder, packed.stdout.trim());
    return await failing([
      ["package shape", `publint ${tarball} --strict`],
      ["package types", `attw ${tarball} --no-color --no-emoji`],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two at a time. */
async function failing(/** @type {[string, string][]} */ checks) {
  const waiting = [...checks];
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      if (!(await step(...next))) failed.push(next[0]);
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  installIfNeeded();
  const failed = (await step("build", "node scripts/build.mjs"))
    ? await check({ only: process.argv.slice(2) })
    : ["build"];
  if (failed.length > 0) {
    console.error(`Failed: ${failed.join(", ")}`);
    process.exitCode = 1;
  }
}
