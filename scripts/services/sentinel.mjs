import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandAt, untilEach } from "./cluster.mjs";
import { makeRunFolder } from "./folders.mjs";
import { findProgram, startRedisServer } from "./redis.mjs";
import { startServer } from "./server.mjs";

/**
 * @typedef {object} Replicated
 * @property {string} url of the Sentinel, its path the name of the master
 * @property {string} name
 * @property {number} port of the Sentinel
 * @property {{ url: string, stop(): Promise<void> }} master
 * @property {{ url: string, stop(): Promise<void> }} replica
 * @property {() => Promise<void>} stop
 */

const NAME = "cacheops";

/**
 * A master, a replica, and a Sentinel that looks after them and decides alone.
 * @public specs, which are compiled, import it by its path
 * @returns {Promise<Replicated>}
 */
export async function startSentinel() {
  const options = () => ["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"];
  const master = await startRedisServer("a master", options);
  const replica = await startRedisServer("a replica", () => [
    ...options(),
    "--replicaof",
    "127.0.0.1",
    `${master.port}`,
  ]);
  const watched = [{ ...replica, command: commandAt(replica.url) }];
  await untilEach(watched, "INFO replication", (text) => text.includes("master_link_status:up"));
  const sentinel = await startWatching(master.port);
  const url = `redis://127.0.0.1:${sentinel.port}/${NAME}`;
  const command = commandAt(`redis://127.0.0.1:${sentinel.port}`);
  await untilEach([{ url, command }], `SENTINEL REPLICAS ${NAME}`, (text) =>
    text.includes(`${replica.port}`),
  );
  const stop = async () =>
    void (await Promise.all([sentinel, replica, master].map((server) => server.stop())));
  return { url, name: NAME, port: sentinel.port, master, replica, stop };
}

/** It keeps what it learns in its configuration file, and will not start without one. */
async function startWatching(/** @type {number} */ port) {
  const { command, prefix, env } = await findProgram();
  const folder = await makeRunFolder("sentinel");
  const file = join(folder, "sentinel.conf");
  const lines = [
    `sentinel monitor ${NAME} 127.0.0.1 ${port} 1`,
    `sentinel down-after-milliseconds ${NAME} 500`,
    `sentinel failover-timeout ${NAME} 2000`,
  ];
  await writeFile(file, lines.map((line) => `${line}\n`).join(""));
  return startServer({
    name: "Sentinel",
    command,
    env,
    args: (own) => [
      ...prefix,
      file,
      "--sentinel",
      "--port",
      `${own}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
    ],
    ready: /\+monitor master/,
    stopSignal: "SIGKILL",
    trash: folder,
  });
}
