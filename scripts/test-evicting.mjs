// npm run test:evicting: the behaviour suite on a Redis that is full and evicts under allkeys-lru, as something else writes
// to it all the time. `-- short` is what CI runs; paths below spec/ and options of mocha choose specs.
import { installIfNeeded } from "./install.mjs";

installIfNeeded();
const { chosen, conclude, runMocha, specFiles } = await import("./mocha/run.mjs");
const { startEvictingRedis } = await import("./services/evicting.mjs");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");

const args = process.argv.slice(2);
const short = args.includes("short");
const { paths, options } = chosen(args.filter((argument) => argument !== "short"));

const SHORT = ["spec/behaviour/basics.spec.ts", "spec/behaviour/rows", "spec/behaviour/reads"];
const LONG = ["spec/behaviour", "spec/functions/store", "spec/fragments", "spec/views"];

const compiled = await step("compile", "tsc -p tsconfig.json");
const redis = await startEvictingRedis();
const services = await provision({ postgres: true, mariadb: !short });
const { passed, failed } = await runMocha(
  "behaviour while Redis evicts",
  specFiles(paths.length > 0 ? paths : short ? SHORT : LONG),
  options,
  {
    ...environment({ ...services, redisUrl: redis.url }),
    SPEC_STORES: "redis",
    ...(short ? { SPEC_DATABASES: "postgres" } : {}),
  },
);
const { ballast, own } = redis.evicted();
await services.stop();
await redis.stop();
console.log(`\n${own} keys of the specs were evicted, and ${ballast} others`);
if (own === 0) console.log("Nothing of the specs was evicted: that proves nothing.");
conclude({ passed, failed: failed + (compiled ? 0 : 1) + (own === 0 ? 1 : 0) });
