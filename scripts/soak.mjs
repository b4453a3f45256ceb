// npm run soak -- --minutes 30 --seed 1 [--database postgres|mariadb] [--cluster|--sentinel]: the consistency checker for
// as long as you like, over one Redis, a Redis Cluster whose masters fail, or one that Sentinel looks after. Exit 1 if an
// answer was wrong. REDIS_URL is not used: the checker kills its own.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail } from "./command-line.mjs";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { default: cliProgress } = await import("cli-progress");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");

const DATABASES = ["postgres", "mariadb"];
const { minutes, seed, databases, on } = options();
if (!(await step("build", "node scripts/build.mjs"))) process.exit(1);
// What has wrong types is compiled all the same.
await step("compile", "tsc -p tsconfig.json");
const services = await provision({
  postgres: databases.includes("postgres"),
  mariadb: databases.includes("mariadb"),
}).catch((error) => fail(error.message));
Object.assign(process.env, environment(services));

const format = "{bar} {percentage}% | answers {answers} | hits {hits} | faults {faults} | seed {seed}";
const bar = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.shades_classic);
const total = minutes * 60_000;
bar.start(total, 0, { answers: 0, hits: 0, faults: 0, seed });
// Not a literal: it is compiled only now, and has no types for this script.
const file = join(root, "build/spec/consistency/soak.js");
const { soak } = await import(file);
const result = await soak({
  seed,
  minutes,
  databases,
  on,
  progress: (
    /** @type {number} */ done,
    /** @type {Record<string, number>} */ counts,
    /** @type {number} */ current,
  ) => {
    const { "answers checked": answers = 0, hit: hits = 0 } = counts;
    bar.update(Math.min(done, total), { answers, hits, faults: faultsOf(counts), seed: current });
  },
});
bar.stop();
await services.stop();
summarise(result);
process.exit(result.violations.length > 0 ? 1 : 0);

function options() {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      database: { type: "string" },
      cluster: { type: "boolean", default: false },
      sentinel: { type: "boolean", default: false },
    },
  });
  const { database, cluster, sentinel } = values;
  if (cluster && sentinel) fail("--cluster or --sentinel");
  if (database !== undefined && !DATABASES.includes(database)) fail(`--database: ${DATABASES.join(" or ")}`);
  return {
    minutes: positive("minutes", values.minutes),
    seed: positive("seed", values.seed),
    databases: database === undefined ? DATABASES : [database],
    on: cluster ? "cluster" : sentinel ? "sentinel" : "single",
  };
}

function positive(/** @type {string} */ name, /** @type {string} */ text) {
  const number = Number(text);
  return number > 0 ? number : fail(`--${name} ${text} is no positive number`);
}

function faultsOf(/** @type {Record<string, number>} */ counts) {
  return Object.entries(counts).reduce(
    (sum, [name, count]) => sum + (name.startsWith("fault: ") ? count : 0),
    0,
  );
}

/** @param {{ rounds: number, counts: Record<string, number>, violations: string[] }} result */
function summarise({ rounds, counts, violations }) {
  const { hit = 0, miss = 0, stale = 0, bypass = 0 } = counts;
  const rate = ((100 * hit) / Math.max(hit + miss + stale + bypass, 1)).toFixed(1);
  const names = Object.keys(counts).sort();
  console.log(`\n${violations.join("\n\n")}`);
  for (const name of names) console.log(`${name.padEnd(40)}${String(counts[name]).padStart(10)}`);
  console.log(`${"rounds".padEnd(40)}${String(rounds).padStart(10)}`);
  console.log(`${"hit rate".padEnd(40)}${`${rate} %`.padStart(10)}`);
  console.log(`${"faults".padEnd(40)}${String(faultsOf(counts)).padStart(10)}`);
  console.log(`violations: ${violations.length}`);
}
