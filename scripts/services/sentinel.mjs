import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandAt, untilEach } from "./cluster.mjs";
import { makeRunFolder } from "./folders.mjs";
import { findProgram, startRedisServer } from "./redis.mjs";
import { startServer } from "./server.mjs";

/**
 * @typedef {object} ReplicatedNode
 * @property {string} url
 * @property {number} port
 * @property {(...words: string[]) => Promise<any>} command one command, on a connection for it alone
 * @property {() => Promise<void>} stop kills it
 *
 * @typedef {object} Replicated
 * @property {string} url of the Sentinel, its path the name of the master
 * @property {string} name
 * @property {number} port of the Sentinel
 * @property {ReplicatedNode} master
 * @property {ReplicatedNode} replica
 * @property {(port: number) => Promise<ReplicatedNode>} addReplica starts one more, of which Sentinel knows then
 * @property {(...words: string[]) => Promise<any>} sentinel a command to Sentinel itself
 * @property {() => Promise<void>} stop
 */

const NAME = "cacheops";

/**
 * A master, a replica, and a Sentinel that looks after them and decides alone.
 * @public specs, which are compiled, import it by its path
 * @returns {Promise<Replicated>}
 */
export async function startSentinel() {
  const master = await startNode("a master");
  const servers = [master];
  const startReplica = async (/** @type {number} */ port) => {
    const replica = await startNode("a replica", "--replicaof", "127.0.0.1", `${port}`);
    servers.push(replica);
    await untilEach([replica], "INFO replication", (text) => text.includes("master_link_status:up"));
    return replica;
  };
  const replica = await startReplica(master.port);
  const watching = await startWatching(master.port);
  const url = `redis://127.0.0.1:${watching.port}/${NAME}`;
  const sentinel = commandAt(`redis://127.0.0.1:${watching.port}`);
  const untilKnown = ({ port } = replica) =>
    untilEach([{ url, command: sentinel }], `SENTINEL REPLICAS ${NAME}`, (text) => text.includes(`${port}`));
  await untilKnown();
  const addReplica = async (/** @type {number} */ port) => {
    const another = await startReplica(port);
    await untilKnown(another);
    return another;
  };
  const stop = async () => void (await Promise.all([watching, ...servers].map((server) => server.stop())));
  return { url, name: NAME, port: watching.port, master, replica, addReplica, sentinel, stop };
}

/**
 * @param {string} name
 * @param {...string} more
 */
async function startNode(name, ...more) {
  const options = ["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", ...more];
  const server = await startRedisServer(name, () => options);
  return { ...server, command: commandAt(server.url) };
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
