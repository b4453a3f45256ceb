// npm test: the whole test suite, on a machine that has nothing but Node. Arguments go to mocha; paths below
// spec/ choose files (npm test -- spec/unit --grep LIMIT). TYPEORM=0.3 or TYPEORM=1: only with that version.
import { rmSync } from "node:fs";
import { join, sep } from "node:path";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { check } = await import("./check.mjs");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");
const { chosen, conclude, runMocha, specFiles } = await import("./mocha/run.mjs");

/** Folders of specs that TypeORM takes part in. */
const WITH_TYPEORM = ["behaviour", "properties", "races", "consistency"].map(
  (name) => join("build/spec", name) + sep,
);

/** Specs of the stores' protocol alone, order by order. */
const INTERLEAVINGS = /races.[a-z-]*interleavings\.spec\.js$/;

/** Specs that need a cluster and a Sentinel: `npm run test:cluster`. */
const CLUSTER = join("build/spec/cluster") + sep;

const { paths, options } = chosen(process.argv.slice(2));
const narrowed = process.argv.length > 2;
const totals = { passed: 0, failed: 0 };

const preparing = prepare();
const services = await provision({ redis: true, postgres: true, mariadb: true }).catch(fail);
try {
  const problems = await preparing;
  totals.failed += problems.length;
  if (!problems.includes("build")) await runAll();
  if (problems.length > 0) console.error(`\nFailed before the specs: ${problems.join(", ")}`);
} finally {
  await services.stop();
}
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

async function runAll() {
  const files = specFiles(paths).filter((file) => !file.startsWith(CLUSTER));
  if (files.length === 0) console.error(`No spec file matches ${paths.join(" ") || "spec"}`);
  const version = process.env["TYPEORM"];
  // Half a million orders of steps: ten times as slow in a process in which TypeORM has run, and without it once is enough.
  const apart = files.filter((file) => INTERLEAVINGS.test(file));
  const together = files.filter((file) => !apart.includes(file));
  if (version !== "0.3") await run("TypeORM 1", together, []);
  if (version !== "0.3") await run("interleavings", apart, []);
  const again = together.filter((file) => WITH_TYPEORM.some((folder) => file.startsWith(folder)));
  if (version !== "1") await run("TypeORM 0.3", again, ["--require", "./scripts/mocha/typeorm-0.3.cjs"]);
}

/**
 * @param {string} title
 * @param {string[]} files
 * @param {string[]} extra
 */
async function run(title, files, extra) {
  const { passed, failed } = await runMocha(title, files, [...extra, ...options], environment(services));
  totals.passed += passed;
  totals.failed += failed;
}

/** @returns {never} */
function fail(/** @type {unknown} */ error) {
  console.error(error instanceof Error && error.name === "ServiceError" ? error.message : error);
  console.log("\n0 passed, 1 failed");
  process.exit(1);
}
