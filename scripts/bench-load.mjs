// npm run bench:load -- --processes 4 --callers 1000 --rounds 20 --takes 500: everybody asks for the same at one time,
// and nothing is stored: how many statements reach the database, and how long callers wait beyond the load, as a
// Markdown table. Exit 1 if an answer was wrong, or a locked round took more than one statement.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail, wholeNumber } from "./command-line.mjs";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { default: cliProgress } = await import("cli-progress");
const { environment, provision } = await import("./services/provision.mjs");
const { step } = await import("./steps.mjs");

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "4" },
    callers: { type: "string", default: "1000" },
    rounds: { type: "string", default: "20" },
    takes: { type: "string", default: "500" },
  },
});
const [processes, callers, rounds, takes] = [
  wholeNumber("processes", values.processes),
  wholeNumber("callers", values.callers),
  wholeNumber("rounds", values.rounds),
  wholeNumber("takes", values.takes),
];
if (callers % processes !== 0) fail(`--callers ${callers}: a multiple of the ${processes} processes`);
// What has wrong types is compiled all the same.
await step("compile", "tsc -p tsconfig.json");
const services = await provision({ redis: true, postgres: true, mariadb: false }).catch((error) =>
  fail(error.message),
);
Object.assign(process.env, environment(services));

const format = "{bar} {value} of {total} rounds | {duration_formatted}";
const bar = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.shades_classic);
bar.start(rounds, 0);
// Not a literal: it is compiled only now, and has no types for this script.
const { benchLoad, tableOf } = await import(join(root, "build/spec/bench/load/bench.js"));
const rows = await benchLoad({
  processes,
  callers,
  rounds,
  takes,
  progress: (/** @type {number} */ done, /** @type {number} */ total) => {
    bar.setTotal(total);
    bar.update(done);
  },
});
bar.stop();
await services.stop();
console.log(`\n${tableOf(rows)}`);
const failed = rows.some(
  (/** @type {{ lock: boolean, wrong: number, statements: number[] }} */ { lock, wrong, statements }) =>
    wrong > 0 || (lock && statements.some((count) => count !== 1)),
);
process.exit(failed ? 1 : 0);
