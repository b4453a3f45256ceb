// npm test: the whole test suite, on a machine that has nothing but Node. Arguments go to mocha; paths below
// spec/ choose files (npm test -- spec/unit --grep LIMIT). TYPEORM=0.3 or TYPEORM=1: only with that version.
import { fork } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { check } = await import("./check.mjs");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");

/** Folders of specs that TypeORM takes part in. */
const WITH_TYPEORM = ["behaviour", "properties", "races", "consistency"].map(
  (name) => join("build/spec", name) + sep,
);

/** Specs of the stores' protocol alone, order by order. */
const INTERLEAVINGS = /races.[a-z-]*interleavings\.spec\.js$/;

/** A run that has printed its summary has this long to end by itself. */
const LEAK_LIMIT_MS = 10_000;

const paths = process.argv.slice(2).filter((argument) => /^spec(\/|$)/.test(argument));
const options = process.argv.slice(2).filter((argument) => !paths.includes(argument));
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

async function runAll() {
  const files = specFiles();
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
 * One mocha process over the files.
 * @param {string} title
 * @param {string[]} files
 * @param {string[]} extra
 */
async function run(title, files, extra) {
  if (files.length === 0) return;
  console.error(`\n== ${title}: ${files.length} spec files`);
  const strict = ["--forbid-only", "--forbid-pending", "--reporter", "./scripts/mocha/reporter.cjs"];
  const child = fork(
    join(root, "node_modules/mocha/bin/mocha.js"),
    [...extra, ...strict, ...options, ...files],
    {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: {
        ...process.env,
        ...environment(services),
        NODE_OPTIONS: "--enable-source-maps",
        NODE_ENV: "test",
      },
    },
  );
  const { passed, failed } = await outcome(child);
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
    child.on("exit", (code) =>
      resolve(code === 0 ? result : { ...result, failed: Math.max(result.failed, 1) }),
    );
  });
}

/** @returns {never} */
function fail(/** @type {unknown} */ error) {
  console.error(error instanceof Error && error.name === "ServiceError" ? error.message : error);
  console.log("\n0 passed, 1 failed");
  process.exit(1);
}
