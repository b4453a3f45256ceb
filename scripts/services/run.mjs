import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/**
 * Runs a command to its end and gives its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions & { input?: string }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { input = "", ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "pipe" });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (errors += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${code}: ${lastLines(errors || output)}`));
    });
    child.stdin.on("error", () => {}); // it ended before it read all; the exit code tells
    child.stdin.end(input);
  });
}

/** The end of a program's output as one line. */
export function lastLines(/** @type {string} */ output) {
  return output.trim().split("\n").slice(-3).join(" / ").slice(-400);
}

/** The first of the names that PATH has, with its full path. */
export async function onPath(/** @type {readonly string[]} */ ...names) {
  for (const name of names) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      const file = join(folder, name);
      if (await isExecutable(file)) return file;
    }
  }
  return undefined;
}

function isExecutable(/** @type {string} */ file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
