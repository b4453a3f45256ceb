import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "redis";
import { freePort } from "./server.mjs";
import { findProgram, startRedisServer } from "./redis.mjs";
import { ServiceError } from "./service-error.mjs";

/**
 * @typedef {object} ClusterNode
 * @property {string} url
 * @property {number} port
 * @property {string} id
 * @property {(...words: string[]) => Promise<any>} command one command, on a connection for it alone
 * @property {() => Promise<void>} stop kills it
 *
 * @typedef {object} Cluster
 * @property {string} url of one of the masters
 * @property {readonly ClusterNode[]} masters
 * @property {readonly ClusterNode[]} replicas one for each master, in the same order, if wanted
 * @property {(master: ClusterNode) => Promise<ClusterNode>} addReplica starts one more, which has all that the master has
 * @property {() => Promise<void>} stop
 */

const SLOTS = 16384;
const LIMIT_MS = 30_000;

/**
 * Masters that share the slots, formed without redis-cli.
 * @public specs, which are compiled, import it by its path
 * @param {{ masters?: number, replicas?: boolean, nodeTimeout?: number }} [options] nodeTimeout: milliseconds after which
 * a node that says nothing counts as failed
 * @returns {Promise<Cluster>}
 */
export async function startCluster({
  masters: count = 3,
  replicas: wanted = false,
  nodeTimeout = 1000,
} = {}) {
  const nodes = await startNodes(wanted ? 2 * count : count, nodeTimeout);
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    const masters = nodes.slice(0, count);
    const replicas = nodes.slice(count);
    await shareSlots(masters);
    await Promise.all(nodes.slice(1).map(({ busPort, port }) => meet(nodes[0], port, busPort)));
    await untilEach(nodes, "CLUSTER INFO", (text) => text.includes(`cluster_known_nodes:${nodes.length}`));
    await Promise.all(
      replicas.map((node, at) => node.command("CLUSTER", "REPLICATE", masters[at]?.id ?? "")),
    );
    await untilEach(replicas, "INFO replication", (text) => text.includes("master_link_status:up"));
    await untilEach(nodes, "CLUSTER INFO", (text) => text.includes("cluster_state:ok"));
    const addReplica = async (/** @type {ClusterNode} */ master) => {
      const node = await startNode(nodeTimeout);
      nodes.push(node);
      await meet(master, node.port, node.busPort);
      await untilEach([node], "CLUSTER NODES", (text) => text.includes(master.id));
      await node.command("CLUSTER", "REPLICATE", master.id);
      await untilEach([node], "INFO replication", (text) => text.includes("master_link_status:up"));
      return node;
    };
    return { url: masters[0]?.url ?? "", masters, replicas, addReplica, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNodes(/** @type {number} */ count, /** @type {number} */ nodeTimeout) {
  await findProgram(); // once, before all of them fetch it
  const starts = Array.from({ length: count }, () => startNode(nodeTimeout));
  const results = await Promise.allSettled(starts);
  const nodes = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (!failed) return nodes;
  await Promise.all(nodes.map((node) => node.stop()));
  throw failed.reason;
}

/** A bus port of its own: that of a port near the end of the range would be beyond it. */
async function startNode(/** @type {number} */ nodeTimeout) {
  const busPort = await freePort();
  const server = await startRedisServer("a node of a Redis Cluster", () => [
    ...["--cluster-enabled", "yes", "--cluster-port", `${busPort}`, "--cluster-config-file", "nodes.conf"],
    ...["--cluster-node-timeout", `${nodeTimeout}`, "--cluster-replica-validity-factor", "0"],
    ...["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"],
  ]);
  const command = commandAt(server.url);
  return { ...server, busPort, command, id: String(await command("CLUSTER", "MYID")) };
}

/** Each its part, and an epoch of its own, or the nodes would have to find out about that first. */
async function shareSlots(/** @type {readonly ClusterNode[]} */ masters) {
  const part = Math.ceil(SLOTS / masters.length);
  await Promise.all(
    masters.map(async (node, at) => {
      const last = Math.min((at + 1) * part, SLOTS) - 1;
      await node.command("CLUSTER", "ADDSLOTSRANGE", `${at * part}`, `${last}`);
      await node.command("CLUSTER", "SET-CONFIG-EPOCH", `${at + 1}`);
    }),
  );
}

/**
 * @param {ClusterNode | undefined} node
 * @param {number} port
 * @param {number} busPort
 */
function meet(node, port, busPort) {
  return node?.command("CLUSTER", "MEET", "127.0.0.1", `${port}`, `${busPort}`);
}

/**
 * @param {string} url
 * @returns {(...words: string[]) => Promise<any>}
 */
export function commandAt(url) {
  return async (...words) => {
    const client = createClient({ url, socket: { reconnectStrategy: false } }).on("error", () => {});
    await client.connect();
    try {
      return await client.sendCommand(words);
    } finally {
      client.destroy();
    }
  };
}

/**
 * @param {readonly Pick<ClusterNode, "command" | "url">[]} nodes
 * @param {string} question
 * @param {(answer: string) => boolean} isRight
 */
export async function untilEach(nodes, question, isRight) {
  const until = Date.now() + LIMIT_MS;
  for (const { command, url } of nodes) {
    for (let answer = ""; !isRight(answer); await pause(20)) {
      if (Date.now() > until) throw new ServiceError(`${url}, ${question}: ${answer}`);
      const reply = await command(...question.split(" "));
      answer = typeof reply === "string" ? reply : JSON.stringify(reply);
    }
  }
}
