import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { DataSource } from "typeorm";

const EXTENSIONS = [".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"];

/**
 * Runs `work` on the data source that a file exports, as TypeORM's command line opens it: without
 * subscribers, and without changing the database's schema.
 */
export async function withDataSource(
  path: string,
  work: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const dataSource = await loadDataSource(path);
  await open(dataSource);
  try {
    await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function open(dataSource: DataSource): Promise<void> {
  if (dataSource.isInitialized) return;
  dataSource.setOptions({
    subscribers: [],
    synchronize: false,
    migrationsRun: false,
    dropSchema: false,
    logging: ["schema"],
  });
  await dataSource.initialize();
}

async function loadDataSource(path: string): Promise<DataSource> {
  const file = fileAt(path);
  const found = await dataSourcesIn(await load(file));
  if (found.length === 1) return found[0] as DataSource;
  const problem = found.length === 0 ? "exports no data source" : `exports ${found.length} data sources`;
  throw new Error(`${file} ${problem}. Export one DataSource (or a promise of one) from it, under any name.`);
}

function fileAt(path: string): string {
  const file = resolve(path);
  const found = ["", ...EXTENSIONS].map((extension) => file + extension).find(isFile);
  if (found !== undefined) return found;
  throw new Error(
    `--dataSource: there is no file ${file}${extname(file) ? "" : ` (nor ${EXTENSIONS.join(", ")})`}.`,
  );
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

async function load(file: string): Promise<unknown> {
  try {
    return await requireOrImport(file);
  } catch (error) {
    const hint = /\.[cm]?ts$/.test(file)
      ? " Give the compiled file, or run Node with a loader for TypeScript (node --import tsx …)."
      : "";
    throw new Error(`Cannot load ${file}: ${error instanceof Error ? error.message : String(error)}${hint}`, {
      cause: error,
    });
  }
}

/** `require` first, because loaders of TypeScript such as ts-node hook into it alone. */
async function requireOrImport(file: string): Promise<unknown> {
  if (!/\.m[jt]s$/.test(file)) {
    try {
      return createRequire(file)(file) as unknown;
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== "ERR_REQUIRE_ESM" && code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    }
  }
  return import(pathToFileURL(file).href);
}

async function dataSourcesIn(exports: unknown): Promise<readonly DataSource[]> {
  if (isDataSource(exports)) return [exports];
  if (typeof exports !== "object" || exports === null) return [];
  const values: unknown[] = await Promise.all(Object.values(exports));
  // The same one may be exported by its name and as the default.
  return [...new Set(values.filter(isDataSource))];
}

/** By TypeORM's own mark: the file may have been loaded with another copy of TypeORM than ours. */
function isDataSource(value: unknown): value is DataSource {
  const mark = Symbol.for("DataSource");
  return (
    typeof value === "object" && value !== null && (value as Record<string, unknown>)["@instanceof"] === mark
  );
}
