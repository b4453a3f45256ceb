// npm test: the test suite, on a machine that has nothing but Node. Arguments go to mocha; paths below spec/ choose
// files (npm test -- spec/unit --grep LIMIT). TYPEORM=0.3: what TypeORM takes part in, with that version instead of 1.
// MATRIX=full: both versions with every store on every database. Left out unless asked for by their paths: the
// interleavings of the stores' protocol (npm test -- spec/races).
import { rmSync } from "node:fs";
import { join, sep } from "node:path";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { check } = await import("./check.mjs");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");
const { chosen, conclude, runMocha, specFiles } = await import("./mocha/run.mjs");

/**
 * @typedef {import("./services/provision.mjs").Provisioned} Provisioned
 * @typedef {{ title: string, files: string[], options?: string[], env?: Record<string, string> }} Run
 */

/** About half of all that there is to do. */
const HALF = join("build/spec/behaviour") + sep;

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

/** Specs that need a cluster and a Sentinel: `npm run test:cluster`. */
const CLUSTER = join("build/spec/cluster") + sep;

const { paths, options } = chosen(process.argv.slice(2));
const narrowed = process.argv.length > 2;
const totals = { passed: 0, failed: 0 };

const preparing = prepare();
const services = await start();
const problems = await preparing;
totals.failed += problems.length;
if (!problems.includes("build")) await runAll();
await services.stop();
if (problems.length > 0) console.error(`\nFailed before the specs: ${problems.join(", ")}`);
conclude(totals);

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
  const files = specFiles(paths).filter((file) => !file.startsWith(CLUSTER));
  const full = process.env["MATRIX"] === "full";
  const version = process.env["TYPEORM"] ?? (narrowed || full ? undefined : "1");
  // Half a million orders of steps: ten times as slow in a process in which TypeORM has run, and without it once is enough.
  const apart = narrowed ? files.filter((file) => INTERLEAVINGS.test(file)) : [];
  const together = files.filter((file) => !INTERLEAVINGS.test(file));
  const again = together.filter((file) => WITH_TYPEORM.some((folder) => file.startsWith(folder)));
  /** @type {Record<string, string>} */
  const first = full ? { SPEC_STORES: "redis,memory" } : {};
  // What stores do differently, the other version has shown.
  const second = full || narrowed ? first : { SPEC_STORES: "redis" };
  const [half, rest] = [true, false].map((is) => together.filter((file) => file.startsWith(HALF) === is));
  /** @type {Run[][]} */
  const all = [
    [{ title: "TypeORM 1, behaviour", files: half ?? [], env: first }],
    [
      { title: "TypeORM 1", files: rest ?? [], env: first },
      { title: "interleavings", files: apart },
      { title: "TypeORM 0.3", files: again, options: TYPEORM_03, env: second },
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

/**
 * @param {Run} what
 * @param {Provisioned} on
 * @param {boolean} [quiet]
 */
async function run({ title, files, options: extra = [], env = {} }, on, quiet = false) {
  const all = { ...environment(on), ...env };
  const { passed, failed } = await runMocha(title, files, [...extra, ...options], all, quiet);
  totals.passed += passed;
  totals.failed += failed;
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
