import { join } from "node:path";
import { unpackPackage } from "./apt.mjs";
import { makeRunFolder } from "./folders.mjs";
import { onPath } from "./run.mjs";
import { startServer } from "./server.mjs";

/** Redis or Valkey of PATH, else fetched. Nothing is saved to disk. */
export async function startRedis() {
  const { command, env } = await findProgram();
  const folder = await makeRunFolder("redis");
  const server = await startServer({
    name: "Redis",
    command,
    env,
    args: (port) => [
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--save",
      "",
      "--appendonly",
      "no",
    ],
    ready: /Ready to accept connections/,
    trash: folder,
  });
  return { url: `redis://127.0.0.1:${server.port}`, stop: server.stop };
}

/**
 * @public the consistency checker, which is compiled, imports it by its path
 * @returns {Promise<{ command: string, env: NodeJS.ProcessEnv }>}
 */
export async function findProgram() {
  const installed = await onPath("redis-server", "valkey-server");
  if (installed) return { command: installed, env: {} };
  const { root, env } = await unpackPackage("redis-server");
  return { command: join(root, "usr/bin/redis-server"), env };
}
