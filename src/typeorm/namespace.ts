import { hostname } from "node:os";
import { resolve } from "node:path";
import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import type { SqlDialect } from "../sql/analysis";
import { parsersOf } from "./driver-parsers";

/**
 * Names the data source's database in keys: equal SQL of two databases must not meet, while every
 * process of an application, its admin scripts included, has to come to the same name.
 *
 * @param sharedWith The data source whose database it is, or the name of one that another process has.
 */
export function databaseNameOf(
  dataSource: DataSource,
  dialect: SqlDialect,
  sharedWith: DataSource | string = dataSource,
): string {
  const owner = typeof sharedWith === "string" ? dataSource : sharedWith;
  const name = typeof sharedWith === "string" ? sharedWith : nameOf(sharedWith);
  if (dialect === "sqlite") return `${name}/${sqliteFile(owner)}`;
  // Only a connection tells it, and the owner may have none yet: the schema of this one is the same then.
  const schema = owner.driver.schema ?? searchSchemaOf(owner) ?? searchSchemaOf(dataSource);
  return [name, owner.driver.database ?? "", schema ?? ""].join("/");
}

/** TypeORM 0.3 lets data sources be named; those of 1.x are told apart by their databases alone. */
export function nameOf({ options }: DataSource): string {
  return (options as { name?: string }).name ?? "default";
}

function searchSchemaOf({ driver }: DataSource): string | undefined {
  return (driver as { searchSchema?: string }).searchSchema;
}

/** A database in memory exists once for each data source; a file is known by its host and path. */
function sqliteFile({ options }: DataSource): string {
  const { database } = options as { database?: unknown };
  const isFile = options.type !== "sqljs" && typeof database === "string" && database !== ":memory:";
  return isFile ? `${hostname()}${resolve(database)}` : randomUUID();
}

/** Options that decide in which JavaScript types rows arrive. */
const TYPES = ["dateStrings", "supportBigNumbers", "bigNumberStrings", "timezone", "charset", "parseInt8"];

/**
 * Options that decide which rows there are: users see others under row level security and search
 * paths of their own, servers may hold databases of the same name.
 */
const ROWS = ["url", "host", "port", "username", "replication", "connectorPackage", "extra"];

/**
 * Differs where the same statement would have another answer, so that two deployments on one Redis
 * never misread each other. It parts entries only, not the records of tables: a script that reaches the
 * database by another address or user still invalidates what the application has cached. Kept as a hash.
 */
export function rowStampOf(dataSource: DataSource): string {
  return stampOf(dataSource, ROWS);
}

/**
 * The same for tables that have the same rows in all databases, whatever their addresses. Users may still see others:
 * only those of one name share.
 */
export function agnosticStampOf(dataSource: DataSource): string {
  const { url, username } = dataSource.options as { url?: string; username?: string };
  const user = (url === undefined ? undefined : userIn(url)) ?? username ?? "";
  return `agnostic ${JSON.stringify(user)} ${stampOf(dataSource, ["connectorPackage", "extra"])}`;
}

/** Of data sources that have tables in common which are the same in every database. */
export function agnosticName(dialect: SqlDialect): string {
  return `any ${dialect}`;
}

/** What is no URL is told apart as a whole. */
function userIn(url: string): string | undefined {
  try {
    return new URL(url).username || undefined;
  } catch {
    return url;
  }
}

function stampOf(dataSource: DataSource, rows: readonly string[]): string {
  const { options } = dataSource;
  const given = options as unknown as Record<string, unknown>;
  // Drivers make Dates of timestamps without a zone by the zone of their process.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parts = [
    options.type,
    zone,
    searchSchemaOf(dataSource) ?? null,
    ...parsersOf(dataSource),
    ...[...TYPES, ...rows].map((name) => given[name] ?? null),
  ];
  try {
    return JSON.stringify(parts, (_, value: unknown) =>
      typeof value === "function" ? String(value) : typeof value === "bigint" ? `${value}n` : value,
    );
  } catch {
    // Cyclic: nobody can say whose is equal, so nobody shares.
    return randomUUID();
  }
}
