import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./install.mjs";

/**
 * Runs one of the project's tools (a program of node_modules/.bin, or node) and says how it went: its output
 * is shown only if it failed.
 * @param {string} name
 * @param {string} command program and arguments, separated by single blanks
 * @returns {Promise<boolean>} whether it succeeded
 */
export function step(name, command) {
  const since = Date.now();
  const [program = "", ...args] = command.split(" ");
  const file = program === "node" ? process.execPath : join(root, "node_modules/.bin", program);
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => (output += error.message));
    child.on("close", (code) => {
      const seconds = ((Date.now() - since) / 1000).toFixed(1);
      console.error(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
      if (code !== 0) console.error(output);
      resolve(code === 0);
    });
  });
}
