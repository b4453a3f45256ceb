// npm run bench:memory -- --entries 10000: what results and all that they rely on cost in a Redis of their own, as a
// Markdown table, and what remains of them.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { wholeNumber } from "./command-line.mjs";
import { installIfNeeded, root } from "./install.mjs";

installIfNeeded();
const { default: cliProgress } = await import("cli-progress");
const { step } = await import("./steps.mjs");

const { values } = parseArgs({ options: { entries: { type: "string", default: "10000" } } });
const entries = wholeNumber("entries", values.entries);
// What has wrong types is compiled all the same.
await step("compile", "tsc -p tsconfig.json");

const format = "{bar} {value} of {total} kinds | {duration_formatted}";
const bar = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.shades_classic);
bar.start(1, 0);
// Not literals: they are compiled only now, and have no types for this script.
const folder = join(root, "build/spec/bench/memory");
const { benchMemory, fixedCosts } = await import(join(folder, "bench.js"));
const { tableOf, wordsOf } = await import(join(folder, "table.js"));
const costs = await fixedCosts();
const rows = await benchMemory({
  entries,
  progress: (/** @type {number} */ done, /** @type {number} */ total) => {
    bar.setTotal(total);
    bar.update(done);
  },
});
bar.stop();
console.log(`\n${tableOf(rows)}\n\n${wordsOf(rows, costs)}`);
