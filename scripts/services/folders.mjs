import { chmod, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

export const isRoot = process.getuid?.() === 0;

/**
 * Where fetched programs and kept data live. As root not below the home directory: PostgreSQL refuses root,
 * so it runs as another user, who may not enter /root.
 */
function cacheFolder() {
  if (isRoot) return "/var/cache/typeorm-cacheops";
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "typeorm-cacheops");
}

/** An empty folder of its own for one run of one service, in the system's place for such things. */
export function makeRunFolder(/** @type {string} */ service) {
  return mkdtemp(join(isRoot ? "/tmp" : tmpdir(), `cacheops-${service}-`));
}

/** A folder that survives the run; made if missing. */
export async function keptFolder(/** @type {string} */ name) {
  const folder = join(cacheFolder(), "data", name);
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * The folder `name` of the cache, filled by `fill` if it is not there yet. It appears as a whole or not at
 * all: two processes may fill it at once (npm test beside npm start), and the one that comes second uses the
 * first one's.
 * @param {string} name
 * @param {(folder: string) => Promise<void>} fill
 */
export async function installOnce(name, fill) {
  const target = join(cacheFolder(), name);
  if (await exists(target)) return target;
  await mkdir(cacheFolder(), { recursive: true });
  const draft = await mkdtemp(`${target}.`);
  try {
    await chmod(draft, 0o755);
    await fill(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  }
  return target;
}

export function exists(/** @type {string} */ path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
