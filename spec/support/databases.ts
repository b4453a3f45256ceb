import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { createConnection } from "mysql2/promise";
import type { DataSourceOptions } from "typeorm";
import { services } from "./services";

export const DATABASES = ["postgres", "mariadb", "sqljs"] as const;
export type DatabaseName = (typeof DATABASES)[number];

/** A value for each database: a database that is forgotten is a type error. */
export type PerDatabase<T> = Record<DatabaseName, T>;

export interface FreshDatabase {
  readonly options: DataSourceOptions;
  drop(): Promise<void>;
}

/** A database of its own for each caller, so that specs never see each other's tables. */
export function freshDatabase(database: DatabaseName): Promise<FreshDatabase> {
  const name = `cacheops_spec_${randomBytes(6).toString("hex")}`;
  const create: PerDatabase<() => Promise<FreshDatabase>> = {
    postgres: () => freshPostgres(name),
    mariadb: () => freshMariadb(name),
    sqljs: async () => ({ options: { type: "sqljs" }, drop: async () => undefined }),
  };
  return create[database]();
}

async function freshPostgres(name: string): Promise<FreshDatabase> {
  const { postgresUrl } = services();
  await onPostgres(postgresUrl, `CREATE DATABASE ${name}`);
  return {
    options: { type: "postgres", url: withDatabase(postgresUrl, name) },
    drop: () => onPostgres(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function freshMariadb(name: string): Promise<FreshDatabase> {
  const { mysqlUrl } = services();
  await onMariadb(mysqlUrl, `CREATE DATABASE ${name}`);
  return {
    options: { type: "mariadb", url: withDatabase(mysqlUrl, name) },
    drop: () => onMariadb(mysqlUrl, `DROP DATABASE IF EXISTS ${name}`),
  };
}

/** Behind TypeORM's back: what another application would do. */
export async function onPostgres(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

export async function onMariadb(url: string, sql: string): Promise<void> {
  const connection = await createConnection(url);
  await connection.query(sql).finally(() => connection.end());
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
