import { join } from "node:path";
import { unpackForeign, unpackPackage } from "./apt.mjs";
import { makeRunFolder } from "./folders.mjs";
import { onPath } from "./run.mjs";
import { startServer } from "./server.mjs";
import { ServiceError } from "./service-error.mjs";

/**
 * @typedef {object} Program
 * @property {string} command
 * @property {readonly string[]} prefix arguments that come before all others
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Versions that are fetched from a release of Debian, whatever this machine is.
 * @type {Record<string, { suite: string, package: string }>}
 */
export const VERSIONS = {
  "redis-7": { suite: "bookworm", package: "redis-server" },
  "redis-8": { suite: "trixie", package: "redis-server" },
  "valkey-8": { suite: "trixie", package: "valkey-server" },
};

/** Nothing is saved to disk. */
export async function startRedis() {
  const server = await startRedisServer("Redis");
  return { url: server.url, stop: server.stop };
}

/**
 * A server with options of its own, killed when it is stopped.
 * @param {string} name for messages
 * @param {(port: number) => readonly string[]} [more]
 */
export async function startRedisServer(name, more = () => []) {
  const { command, prefix, env } = await findProgram();
  const folder = await makeRunFolder("redis");
  const server = await startServer({
    name,
    command,
    env,
    args: (port) => [
      ...prefix,
      ...["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder],
      ...["--save", "", "--appendonly", "no", ...more(port)],
    ],
    ready: /Ready to accept connections/,
    stopSignal: "SIGKILL",
    trash: folder,
  });
  return { ...server, url: `redis://127.0.0.1:${server.port}` };
}

/**
 * Redis or Valkey of PATH, else fetched; with REDIS_VERSION that of VERSIONS.
 * @public the consistency checker, which is compiled, imports it by its path
 * @returns {Promise<Program>}
 */
export async function findProgram() {
  const version = process.env["REDIS_VERSION"];
  if (version) return findVersion(version);
  const installed = await onPath("redis-server", "valkey-server");
  if (installed) return { command: installed, prefix: [], env: {} };
  const { root, env } = await unpackPackage("redis-server");
  return { command: join(root, "usr/bin/redis-server"), prefix: [], env };
}

/** @returns {Promise<Program>} */
async function findVersion(/** @type {string} */ version) {
  const wanted = VERSIONS[version];
  if (!wanted)
    throw new ServiceError(`REDIS_VERSION=${version} is none of ${Object.keys(VERSIONS).join(", ")}`);
  const { root, loader, libraries } = await unpackForeign(wanted.package, wanted.suite);
  const program = join(root, "usr/bin", wanted.package);
  return {
    command: loader,
    prefix: ["--library-path", libraries, "--argv0", wanted.package, program],
    env: {},
  };
}
