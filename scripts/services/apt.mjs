import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, installOnce, makeRunFolder } from "./folders.mjs";
import { onPath, run } from "./run.mjs";
import { ServiceError } from "./service-error.mjs";

/**
 * A tree that is not the system's own, and what its programs need to run from there.
 * @typedef {{ root: string, env: NodeJS.ProcessEnv }} Unpacked
 *
 * A tree of another release of Debian: its programs run by its own loader, with its own libraries.
 * @typedef {{ root: string, loader: string, libraries: string }} Foreign
 */

const DEBIAN_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Fetches a Debian or Ubuntu package with what it lacks on this machine and unpacks it into the cache: apt
 * with all its state in a folder of our own needs neither root nor package lists.
 * @param {string} packageName
 * @returns {Promise<Unpacked>}
 */
export async function unpackPackage(packageName) {
  const root = await installOnce(`${packageName}-${await system()}`, async (folder) => {
    if (!(await onPath("apt-get")))
      throw new ServiceError(`there is no apt-get here to fetch ${packageName} with`);
    console.error(`fetching ${packageName} with apt, into a folder of its own`);
    const state = await makeRunFolder("apt");
    try {
      await fetchAndUnpack(packageName, state, folder, []);
    } catch (error) {
      throw new ServiceError(
        `${packageName} could not be fetched: ${error instanceof Error ? error.message : error}`,
      );
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  });
  return { root, env: { LD_LIBRARY_PATH: (await libraryFolders(root)).join(":") } };
}

/**
 * The same of another release of Debian, with all that the package needs, the C library included.
 * @param {string} packageName
 * @param {string} suite
 * @returns {Promise<Foreign>}
 */
export async function unpackForeign(packageName, suite) {
  const root = await installOnce(`${packageName}-${suite}-${process.arch}`, async (folder) => {
    console.error(`fetching ${packageName} of Debian ${suite} with apt, into a folder of its own`);
    const state = await makeRunFolder("apt");
    try {
      const source = `deb [signed-by=${DEBIAN_KEYS}] http://deb.debian.org/debian ${suite} main\n`;
      await writeFile(join(state, "sources.list"), source);
      await writeFile(join(state, "status"), "");
      await fetchAndUnpack(packageName, state, folder, [
        `Dir::Etc::SourceList=${state}/sources.list`,
        "Dir::Etc::SourceParts=/dev/null",
        `Dir::State::status=${state}/status`,
      ]);
    } catch (error) {
      throw new ServiceError(
        `${packageName} of ${suite} could not be fetched: ${error instanceof Error ? error.message : error}`,
      );
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  });
  const folders = await libraryFolders(root);
  for (const folder of [...folders, join(root, "lib64"), join(root, "usr/lib64")]) {
    if (!(await exists(folder))) continue;
    const loader = (await readdir(folder)).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
    if (loader) return { root, loader: join(folder, loader), libraries: folders.join(":") };
  }
  throw new ServiceError(`${packageName} of ${suite} came without a loader`);
}

/**
 * @param {string} packageName
 * @param {string} state
 * @param {string} target
 * @param {readonly string[]} more options of apt, which come last and win
 */
async function fetchAndUnpack(packageName, state, target, more) {
  for (const folder of ["lists/partial", "cache/archives/partial", "debs"]) {
    await mkdir(join(state, folder), { recursive: true });
  }
  const apt = (/** @type {string[]} */ ...args) =>
    run("apt-get", [...aptOptions(state, more), ...args], {
      cwd: join(state, "debs"),
      env: { ...process.env, LC_ALL: "C" },
    });
  await apt("update");
  const uris = await apt("--print-uris", "--yes", "--no-install-recommends", "install", packageName);
  const names = [...uris.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gm)].map((match) => match[1] ?? "");
  await apt("download", ...new Set([...names, packageName]));
  for (const deb of await readdir(join(state, "debs"))) {
    await run("dpkg", ["-x", join(state, "debs", deb), target]);
  }
}

/** The system's own list of installed packages is read, so that only what is missing is fetched. */
function aptOptions(/** @type {string} */ state, /** @type {readonly string[]} */ more) {
  return [
    `Dir::State=${state}`,
    `Dir::State::Lists=${state}/lists`,
    `Dir::Cache=${state}/cache`,
    "Dir::State::status=/var/lib/dpkg/status",
    "Debug::NoLocking=true",
    "APT::Sandbox::User=",
    "APT::Update::Error-Mode=any",
    "Acquire::Languages=none",
    ...more,
  ].flatMap((option) => ["-o", option]);
}

async function libraryFolders(/** @type {string} */ root) {
  const folders = [];
  for (const parent of [join(root, "usr/lib"), join(root, "lib")]) {
    if (!(await exists(parent))) continue;
    for (const name of await readdir(parent)) if (name.includes("-linux-")) folders.push(join(parent, name));
  }
  return folders;
}

/** What is fetched fits one release of one distribution. */
async function system() {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const field = (/** @type {string} */ name) =>
    new RegExp(`^${name}="?([^"\n]*)`, "m").exec(release)?.[1] ?? "";
  return `${field("ID")}${field("VERSION_ID")}-${process.arch}`;
}
