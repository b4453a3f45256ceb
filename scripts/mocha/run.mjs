import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../install.mjs";

/** @typedef {{ passed: number, failed: number }} Outcome */

/**
 * What has failed in this process's runs, a line each.
 * @type {string[]}
 */
const failures = [];

/** A run that has printed its summary has this long to end by itself. */
const LEAK_LIMIT_MS = 10_000;

/** What the arguments of a command ask for: paths below spec/ choose files, the rest are options of mocha. */
export function chosen(/** @type {readonly string[]} */ args) {
  const paths = args.filter((argument) => /^spec(\/|$)/.test(argument));
  return { paths, options: args.filter((argument) => !paths.includes(argument)) };
}

/** Compiled spec files: all, or those of the paths. */
export function specFiles(/** @type {readonly string[]} */ paths) {
  const all = readdirSync(join(root, "build/spec"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".spec.js"))
    .map((file) => join("build/spec", file))
    .sort();
  if (paths.length === 0) return all;
  const prefixes = paths.map((path) => join("build", path.replace(/\.ts$/, ".js")));
  return all.filter((file) => prefixes.some((prefix) => !relative(prefix, file).startsWith("..")));
}

/**
 * One mocha process over the files. `quiet`: its output comes when it has ended, in one piece.
 * @param {string} title
 * @param {readonly string[]} files
 * @param {readonly string[]} options
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} [quiet]
 * @returns {Promise<Outcome>}
 */
export async function runMocha(title, files, options, env, quiet = false) {
  if (files.length === 0) return { passed: 0, failed: 0 };
  const heading = `\n== ${title}: ${files.length} spec files`;
  if (!quiet) console.error(heading);
  const strict = ["--forbid-only", "--forbid-pending", "--reporter", "./scripts/mocha/reporter.cjs"];
  const child = fork(join(root, "node_modules/mocha/bin/mocha.js"), [...strict, ...options, ...files], {
    cwd: root,
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit", "ipc"],
    env: { ...process.env, ...env, NODE_OPTIONS: "--enable-source-maps", NODE_ENV: "test" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  const result = await outcome(child);
  if (quiet) console.error(heading, output);
  return result;
}

/**
 * A process that ends without a result, or badly with a good one, or not at all, is a failure of its own.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<Outcome>}
 */
function outcome(child) {
  return new Promise((resolve) => {
    let result = { passed: 0, failed: 0 };
    child.on("message", (message) => {
      const told = /** @type {Outcome & { failures: string[] }} */ (message);
      result = told;
      failures.push(...told.failures);
      const kill = () => {
        console.error("Something that the specs opened is still open: the run does not end by itself.");
        child.kill("SIGKILL");
      };
      const late = setTimeout(kill, LEAK_LIMIT_MS);
      child.on("exit", () => clearTimeout(late));
    });
    child.on("close", (code) =>
      resolve(code === 0 ? result : { ...result, failed: Math.max(result.failed, 1) }),
    );
  });
}

/** Says what came of all, first what has failed, and ends this process. */
export function conclude(/** @type {Outcome} */ { passed, failed }) {
  if (failures.length > 0) console.log(["\nFailed:", ...failures].join("\n  "));
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}
