import { hostname } from "node:os";
import { resolve } from "node:path";
import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import type { SqlDialect } from "../sql/analysis";

/**
 * Names the data source's database in keys: equal SQL of two databases must not meet, while every
 * process of an application, its admin scripts included, has to come to the same name.
 */
export function databaseNameOf(dataSource: DataSource, dialect: SqlDialect): string {
  const { options, driver } = dataSource;
  const name = (options as { name?: string }).name ?? "default";
  if (dialect === "sqlite") return `${name}/${sqliteFile(dataSource)}`;
  const { searchSchema } = driver as { searchSchema?: string };
  return [name, driver.database ?? "", driver.schema ?? searchSchema ?? ""].join("/");
}

/** A database in memory exists once for each data source; a file is known by its host and path. */
function sqliteFile({ options }: DataSource): string {
  const { database } = options as { database?: unknown };
  const isFile = options.type !== "sqljs" && typeof database === "string" && database !== ":memory:";
  return isFile ? `${hostname()}${resolve(database)}` : randomUUID();
}

/** Options of drivers that decide in which JavaScript types rows arrive. */
const ROW_OPTIONS = ["dateStrings", "supportBigNumbers", "bigNumberStrings", "timezone", "charset", "extra", "parseInt8"];

/** Differs where the same rows would arrive differently, so that two deployments never misread each other. */
export function rowStampOf({ options }: DataSource): string {
  const given = options as unknown as Record<string, unknown>;
  return JSON.stringify([options.type, ...ROW_OPTIONS.map((name) => given[name] ?? null)], (_, value: unknown) =>
    typeof value === "function" ? String(value) : typeof value === "bigint" ? `${value}n` : value,
  );
}
