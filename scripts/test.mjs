// npm test: the whole test suite, on a machine that has nothing but Node. Arguments go to mocha; paths below
// spec/ choose files (npm test -- spec/unit --grep LIMIT). TYPEORM=0.3 or TYPEORM=1: only with that version.
// MATRIX=full: every version of TypeORM with every store.
import { fork } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { check } = await import("./check.mjs");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");

/**
 * @typedef {import("./services/provision.mjs").Provisioned} Provisioned
 * @typedef {{ title: string, files: string[], options?: string[], env?: Record<string, string> }} Run
 */

/** Folders of specs that TypeORM takes part in. */
const WITH_TYPEORM = ["behaviour", "properties", "races", "consistency"].map(
  (name) => join("build/spec", name) + sep,
);

/** Specs of the stores' protocol alone, order by order. */
const INTERLEAVINGS = /races.[a-z-]*interleavings\.spec\.js$/;

/** Services that somebody has put there have to do for all. */
const GIVEN = ["REDIS_URL", "DATABASE_URL", "MYSQL_URL"];

/** Required before the specs. */
const TYPEORM_03 = ["--require", "./scripts/mocha/typeorm-0.3.cjs"];

/** A run that has printed its summary has this long to end by itself. */
const LEAK_LIMIT_MS = 10_000;

const paths = process.argv.slice(2).filter((argument) => /^spec(\/|$)/.test(argument));
const options = process.argv.slice(2).filter((argument) => !paths.includes(argument));
const narrowed = process.argv.length > 2;
const totals = { passed: 0, failed: 0 };

const preparing = prepare();
const services = await start();
const problems = await preparing;
totals.failed += problems.length;
if (!problems.includes("build")) await runAll();
await services.stop();
if (problems.length > 0) console.error(`\nFailed before the specs: ${problems.join(", ")}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);

/**
 * Builds the package, compiles the specs and checks the project (not if only some specs are asked for).
 * Specs with wrong types are compiled all the same, and run.
 */
async function prepare() {
  if (!(await step("build", "node scripts/build.mjs"))) return ["build"];
  rmSync(join(root, "build"), { recursive: true, force: true }); // specs that are gone must not run
  const compiled = await step("compile", "tsc -p tsconfig.json");
  return [...(compiled ? [] : ["compile"]), ...(narrowed ? [] : await check({ except: ["types"] }))];
}

/** All of it at once where there is all of it, on services of their own: specs wait for those most of the time. */
async function runAll() {
  const [first = [], ...others] = lanes();
  if (first.length === 0) console.error(`No spec file matches ${paths.join(" ") || "spec"}`);
  if (narrowed || GIVEN.some((url) => process.env[url]))
    for (const each of [...first, ...others.flat()]) await run(each, services);
  else await Promise.all([inLane(first, services), ...others.map(beside)]);
}

/** What can run beside each other. */
function lanes() {
  const files = specFiles();
  const version = process.env["TYPEORM"];
  // Half a million orders of steps: ten times as slow in a process in which TypeORM has run, and without it once is enough.
  const apart = files.filter((file) => INTERLEAVINGS.test(file));
  const together = files.filter((file) => !apart.includes(file));
  const again = together.filter((file) => WITH_TYPEORM.some((folder) => file.startsWith(folder)));
  // What stores do differently, the other version has shown.
  /** @type {Record<string, string>} */
  const stores = narrowed || process.env["MATRIX"] === "full" ? {} : { SPEC_STORES: "redis" };
  /** @type {Run[][]} */
  const all = [
    [{ title: "TypeORM 1", files: together }],
    [
      { title: "interleavings", files: apart },
      { title: "TypeORM 0.3", files: again, options: TYPEORM_03, env: stores },
    ],
  ];
  const isWanted = (/** @type {Run} */ { title, files }) =>
    files.length > 0 && (version === undefined || (version === "0.3") === (title === "TypeORM 0.3"));
  return all.map((lane) => lane.filter(isWanted)).filter((lane) => lane.length > 0);
}

/** @param {Run[]} runs */
async function beside(runs) {
  const own = await start();
  await inLane(runs, own, true);
  await own.stop();
}

/**
 * @param {Run[]} runs
 * @param {Provisioned} on
 * @param {boolean} [quiet]
 */
async function inLane(runs, on, quiet = false) {
  for (const each of runs) await run(each, on, quiet);
}

function specFiles() {
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
 * @param {Run} what
 * @param {Provisioned} on
 * @param {boolean} [quiet]
 */
async function run({ title, files, options: extra = [], env = {} }, on, quiet = false) {
  const heading = `\n== ${title}: ${files.length} spec files`;
  if (!quiet) console.error(heading);
  const strict = ["--forbid-only", "--forbid-pending", "--reporter", "./scripts/mocha/reporter.cjs"];
  const child = fork(
    join(root, "node_modules/mocha/bin/mocha.js"),
    [...extra, ...strict, ...options, ...files],
    {
      cwd: root,
      stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit", "ipc"],
      env: {
        ...process.env,
        ...environment(on),
        ...env,
        NODE_OPTIONS: "--enable-source-maps",
        NODE_ENV: "test",
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  const { passed, failed } = await outcome(child);
  if (quiet) console.error(heading, output);
  totals.passed += passed;
  totals.failed += failed;
}

/**
 * A process that ends without a result, or badly with a good one, or not at all, is a failure of its own.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<{ passed: number, failed: number }>}
 */
function outcome(child) {
  return new Promise((resolve) => {
    let result = { passed: 0, failed: 0 };
    child.on("message", (message) => {
      result = /** @type {typeof result} */ (message);
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

/** @returns {Promise<Provisioned>} */
function start() {
  return provision({ redis: true, postgres: true, mariadb: true }).catch(fail);
}

/** @returns {never} */
function fail(/** @type {unknown} */ error) {
  console.error(error instanceof Error && error.name === "ServiceError" ? error.message : error);
  console.log("\n0 passed, 1 failed");
  process.exit(1);
}
