import { opendir, stat, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { entryAt } from "./entry-format";
import { ENTRY_FOLDER, isReservation, nameIn, pendingFolder } from "./file-layout";

/** Age in milliseconds at which a reservation is taken for one of a process that has died. */
const ABANDONED = 3_600_000;

/** What cleaning did, in numbers of files, and in bytes. */
export interface Cleaned {
  kept: number;
  expired: number;
  damaged: number;
  abandoned: number;
  freed: number;
  /** Of files that could not be read or removed. */
  readonly problems: string[];
}

/**
 * Removes entries of a file cache that are expired or damaged, and what processes that died have left.
 * Others may use the cache meanwhile: at worst they lose an entry that they have just stored.
 *
 * @throws if the folder is not a file cache
 */
export async function cleanFiles(dir: string, now = Date.now()): Promise<Cleaned> {
  const root = resolve(dir);
  await refuseOthers(root);
  const cleaned: Cleaned = { kept: 0, expired: 0, damaged: 0, abandoned: 0, freed: 0, problems: [] };
  await cleanReservations(root, now, cleaned);
  for await (const folder of await opendir(root)) {
    if (folder.isDirectory() && ENTRY_FOLDER.test(folder.name))
      await cleanEntries(root, folder.name, now, cleaned);
  }
  return cleaned;
}

async function refuseOthers(root: string): Promise<void> {
  if (!(await isFolder(root))) throw new Error(`There is no folder ${root}.`);
  if (await isFolder(pendingFolder(root))) return;
  throw new Error(`${root} is not the folder of a file cache: it has no folder ${pendingFolder(root)}.`);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function cleanReservations(root: string, now: number, cleaned: Cleaned): Promise<void> {
  const folder = pendingFolder(root);
  for await (const file of await opendir(folder)) {
    if (!file.isFile() || !isReservation(file.name)) continue;
    const path = join(folder, file.name);
    await attempt(cleaned, async () => {
      const { mtimeMs } = await stat(path);
      if (mtimeMs <= now - ABANDONED) await remove(path, "abandoned", cleaned);
    });
  }
}

async function cleanEntries(root: string, folder: string, now: number, cleaned: Cleaned): Promise<void> {
  for await (const file of await opendir(join(root, folder))) {
    const name = file.isFile() ? nameIn(folder, file.name) : undefined;
    if (name === undefined) continue;
    const path = join(root, folder, file.name);
    await attempt(cleaned, async () => {
      const entry = await entryAt(path, name);
      if (entry && entry.expires > now) cleaned.kept += 1;
      else await remove(path, entry ? "expired" : "damaged", cleaned);
    });
  }
}

async function remove(
  path: string,
  why: "expired" | "damaged" | "abandoned",
  cleaned: Cleaned,
): Promise<void> {
  const { size } = await stat(path);
  await unlink(path);
  cleaned[why] += 1;
  cleaned.freed += size;
}

/** A file that is gone was removed by another process; one that cannot be had does not stop the others. */
async function attempt(cleaned: Cleaned, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") cleaned.problems.push((error as Error).message);
  }
}
