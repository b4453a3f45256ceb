// npm run test:cluster: Redis Cluster and Sentinel, with every client that is supported, and the behaviour suite over
// both. `-- short` is what CI runs: on PostgreSQL alone, with fewer clients; paths below spec/ and options of mocha choose
// specs.
import { installIfNeeded } from "./install.mjs";

installIfNeeded();
const { chosen, conclude, runMocha, specFiles } = await import("./mocha/run.mjs");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");

const args = process.argv.slice(2);
const short = args.includes("short");
const { paths, options } = chosen(args.filter((argument) => argument !== "short"));

const BEHAVIOUR = short
  ? ["spec/behaviour"]
  : ["spec/behaviour", "spec/functions/store", "spec/fragments", "spec/views"];

// Specs of processes of their own use the package as it is built.
const built = await step("build", "node scripts/build.mjs");
const compiled = (await step("compile", "tsc -p tsconfig.json")) && built;
const services = await provision({
  redis: true,
  postgres: true,
  mariadb: true,
  cluster: true,
  sentinel: true,
});
const totals = { passed: 0, failed: compiled ? 0 : 1 };
try {
  const asked = paths.length > 0 ? paths : ["spec/cluster"];
  await run("cluster and Sentinel", asked, { SPEC_CLIENTS: short ? "few" : "all" });
  if (paths.length === 0)
    await run("behaviour over both", BEHAVIOUR, short ? { SPEC_DATABASES: "postgres" } : {});
} finally {
  await services.stop();
}
conclude(totals);

/**
 * @param {string} title
 * @param {readonly string[]} chosenPaths
 * @param {NodeJS.ProcessEnv} env
 */
async function run(title, chosenPaths, env) {
  const all = { ...environment(services), SPEC_STORES: "cluster,sentinel", ...env };
  const { passed, failed } = await runMocha(title, specFiles(chosenPaths), options, all);
  totals.passed += passed;
  totals.failed += failed;
}
