// npm run bench:precision -- --operations 3000 --seed 1 --writes 1,10,30 [--short] [--database postgres|mariadb]
// [--json file] [--why]: how precisely writes invalidate, in a replayed workload, as a Markdown table. --why: and what
// drops entries needlessly. Exit 1 if an answer was wrong.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail, wholeNumber } from "./command-line.mjs";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { default: cliProgress } = await import("cli-progress");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");

const DATABASES = ["postgres", "mariadb"];
/** `--short`: a first impression. */
const SHORT = { operations: "600", size: "tiny" };
const FULL = { operations: "3000", size: "full" };

const { json, ...options } = given();
// What has wrong types is compiled all the same.
await step("compile", "tsc -p tsconfig.json");
const services = await provision({
  redis: true,
  postgres: options.database === "postgres",
  mariadb: options.database === "mariadb",
}).catch((error) => fail(error.message));
Object.assign(process.env, environment(services));

const format = "{bar} {value} of {total} runs | {duration_formatted}";
const bar = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.shades_classic);
bar.start(1, 0);
// Not a literal: it is compiled only now, and has no types for this script.
const folder = join(root, "build/spec/bench/precision");
const { benchPrecision } = await import(join(folder, "bench.js"));
const { needlessOf, tableOf } = await import(join(folder, "table.js"));
const { rows, violations } = await benchPrecision({
  ...options,
  progress: (/** @type {number} */ done, /** @type {number} */ total) => {
    bar.setTotal(total);
    bar.update(done);
  },
});
bar.stop();
await services.stop();
if (json !== undefined)
  await writeFile(json, `${JSON.stringify({ ...options, rows, violations }, null, 2)}\n`);
console.log(`\n${tableOf(rows)}${needlessOf(rows)}`);
for (const violation of violations) console.error(violation);
process.exit(violations.length > 0 ? 1 : 0);

function given() {
  const { values } = parseArgs({
    options: {
      operations: { type: "string" },
      seed: { type: "string", default: "1" },
      writes: { type: "string", default: "1,10,30" },
      short: { type: "boolean", default: false },
      database: { type: "string", default: "postgres" },
      json: { type: "string" },
      why: { type: "boolean", default: false },
    },
  });
  const { database, json, seed, why, writes } = values;
  if (!DATABASES.includes(database)) fail(`--database: ${DATABASES.join(" or ")}`);
  const { operations, size } = { ...(values.short ? SHORT : FULL) };
  return {
    json,
    why,
    database,
    size,
    operations: wholeNumber("operations", values.operations ?? operations),
    seed: wholeNumber("seed", seed),
    writeShares: writes.split(",").map((percent) => share(percent)),
  };
}

function share(/** @type {string} */ percent) {
  const number = Number(percent);
  return number > 0 && number < 100
    ? number / 100
    : fail(`--writes ${percent}: percentages between 0 and 100`);
}
