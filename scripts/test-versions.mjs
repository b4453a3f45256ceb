// npm run test:versions: what every store must do, over each version of Redis and Valkey that is supported, alone, as
// a cluster and through Sentinel. Arguments name some of them (-- redis-8) or go to mocha.
import { installIfNeeded } from "./install.mjs";

installIfNeeded();
const { conclude, runMocha, specFiles } = await import("./mocha/run.mjs");
const { environment, provision } = await import("./services/provision.mjs");
const { VERSIONS } = await import("./services/redis.mjs");
const { step } = await import("./steps.mjs");

const SPECS = ["redis", "redis-server", "redis-lost-keys", "redis-connection"].map(
  (name) => `spec/contract/${name}.spec.ts`,
);

const args = process.argv.slice(2);
const named = Object.keys(VERSIONS).filter((version) => args.includes(version));
const options = args.filter((argument) => !named.includes(argument));
const totals = { passed: 0, failed: (await step("compile", "tsc -p tsconfig.json")) ? 0 : 1 };

for (const version of named.length > 0 ? named : Object.keys(VERSIONS)) {
  process.env["REDIS_VERSION"] = version;
  const services = await provision({ redis: true, cluster: true, sentinel: true });
  try {
    const files = specFiles([...SPECS, "spec/cluster/contract.spec.ts"]);
    const env = { ...environment(services), SPEC_CLIENTS: "few" };
    const { passed, failed } = await runMocha(version, files, options, env);
    totals.passed += passed;
    totals.failed += failed;
  } finally {
    await services.stop();
  }
}
conclude(totals);
