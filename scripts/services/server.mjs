import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { lastLines } from "./run.mjs";
import { ServiceError } from "./service-error.mjs";

/**
 * Keeps a server for as long as its own standard input is open, which the kernel closes even when this
 * process is killed: no server and no data folder outlives it. One that ends by itself leaves the folder, for
 * the next attempt. What the shell says goes nowhere: with the process the pipe is gone, too. $1: signal that
 * stops the server, $2: folder to remove afterwards or "".
 */
const KEEPER = `
signal=$1 trash=$2 stopped=; shift 2
exec 3<&0
"$@" 3<&- & server=$!
trap 'stopped=1; kill -s "$signal" $server' TERM INT
(cat <&3; kill -s TERM $$) >/dev/null 2>&1 & watcher=$!
{ while kill -0 $server; do wait $server; status=$?; done } 2>/dev/null
kill $watcher 2>/dev/null
[ -z "$stopped" ] || [ -z "$trash" ] || rm -rf "$trash"
exit $status`;

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

/**
 * @typedef {object} ServerPlan
 * @property {string} name for messages
 * @property {string} command
 * @property {(port: number) => readonly string[]} args
 * @property {RegExp} ready what it prints once it answers
 * @property {NodeJS.ProcessEnv} [env]
 * @property {NodeJS.Signals} [stopSignal] default SIGTERM
 * @property {string} [trash] folder that goes with it
 * @property {number} [uid] user and group to run as
 *
 * @typedef {{ port: number, stop(): Promise<void> }} Server
 */

/** Below those that systems give to connections, of which tests open thousands at a time. */
const PORTS = { from: 10_000, to: 32_000 };

/**
 * Starts a server on a free port. Between choosing a port and listening on it somebody else may take it, so
 * this is tried three times.
 * @param {ServerPlan} plan
 * @returns {Promise<Server>}
 */
export async function startServer(plan) {
  const { trash = "" } = plan;
  const clean = () => (trash === "" ? undefined : rm(trash, { recursive: true, force: true }));
  let failure = "";
  for (let attempt = 1; attempt <= 3; attempt++) {
    const port = await freePort();
    const child = keep(plan, port);
    const result = await untilReady(child, plan.ready);
    if (result === "ready") return { port, stop: () => stop(child).then(clean) };
    failure = result;
    if (!/address already in use|bind/i.test(failure)) break;
  }
  await clean();
  throw new ServiceError(`${plan.name} did not start: ${failure}`);
}

/**
 * @public the consistency checker, which is compiled, imports it by its path
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

/** @returns {Promise<boolean>} */
function isFree(/** @type {number} */ port) {
  return new Promise((resolve) => {
    const server = createServer().on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/**
 * Detached, so that Ctrl-C reaches only this process, which then stops its servers in order.
 * @param {ServerPlan} plan
 * @param {number} port
 */
function keep({ command, args, env = {}, stopSignal = "SIGTERM", trash = "", uid }, port) {
  const keeperArgs = ["-c", KEEPER, "sh", stopSignal.replace("SIG", ""), trash, command, ...args(port)];
  return spawn("/bin/sh", keeperArgs, {
    env: { ...process.env, ...env },
    cwd: "/",
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} child
 * @param {RegExp} ready
 * @returns {Promise<string>} "ready" or the reason why not
 */
function untilReady(child, ready) {
  return new Promise((resolve) => {
    let output = "";
    const read = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-8192);
      if (ready.test(output)) finish("ready");
    };
    const late = setTimeout(() => {
      void stop(child);
      finish(`no answer within ${START_LIMIT_MS / 1000} s: ${lastLines(output)}`);
    }, START_LIMIT_MS);
    const finish = (/** @type {string} */ result) => {
      clearTimeout(late);
      child.stdout.off("data", read).resume(); // a full pipe would block the server
      child.stderr.off("data", read).resume();
      resolve(result);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", (error) => finish(error.message));
    child.on("close", (code) => finish(`it ended with ${code}: ${lastLines(output)}`));
  });
}

/** @param {import("node:child_process").ChildProcessWithoutNullStreams} child */
function stop(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(undefined);
    const late = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), STOP_LIMIT_MS);
    child.on("exit", () => {
      clearTimeout(late);
      resolve(undefined);
    });
    child.stdin.end();
  });
}
