import { createHash } from "node:crypto";
import type { DataSource, EntityMetadata } from "typeorm";
import { CacheopsConfigError } from "../errors";
import type { EntityNames } from "../profiles/match";
import { declaredProfile } from "../profiles/cached";
import type { ForeignKey, ReferentialAction, Table, View } from "../schema/table";
import type { SqlDialect } from "../sql/analysis";
import { columnName } from "../sql/identifiers";

const DIALECTS: Readonly<Record<string, SqlDialect>> = {
  postgres: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
  sqlite: "sqlite",
  "better-sqlite3": "sqlite",
  sqljs: "sqlite",
};

export function dialectOf({ options }: DataSource): SqlDialect {
  const dialect = DIALECTS[options.type];
  if (dialect) return dialect;
  throw new CacheopsConfigError(
    `type: "${options.type}" is not supported. Supported are ${Object.keys(DIALECTS).join(", ")}.`,
  );
}

/** Names that an unqualified table name may be qualified with. */
export function defaultSchemasOf(dataSource: DataSource, dialect: SqlDialect): readonly string[] {
  const { driver } = dataSource;
  const { searchSchema } = driver as { searchSchema?: string };
  const names: Record<SqlDialect, readonly (string | undefined)[]> = {
    postgres: [driver.schema, searchSchema, "public"],
    mysql: [driver.database],
    sqlite: ["main"],
  };
  return names[dialect].filter((name) => name !== undefined);
}

/** Entities, junction and closure tables, views, and the tables that TypeORM keeps for itself. */
export function tablesOf(dataSource: DataSource): readonly Table[] {
  const declared = [...groupByPath(dataSource.entityMetadatas)].map(([path, metadatas]) =>
    describe(dataSource, path, metadatas),
  );
  const { migrationsTableName, metadataTableName } = dataSource.options;
  return [
    ...declared,
    ...[migrationsTableName ?? "migrations", metadataTableName ?? "typeorm_metadata"].map(bareTable),
  ];
}

export function entitiesOf(dataSource: DataSource): readonly EntityNames[] {
  return dataSource.entityMetadatas
    .filter((metadata) => !metadata.isJunction && metadata.tableType !== "closure-junction")
    .map((metadata) => ({
      name: metadata.name,
      table: metadata.tableName,
      schema: metadata.schema ?? metadata.database,
      declared: declaredProfile(metadata.target),
      // Subclasses with a table of their own are among TypeORM's children, too.
      children: metadata.childEntityMetadatas
        .filter((child) => pathOf(child) === pathOf(metadata))
        .map(({ name }) => name),
    }));
}

export function pathOf({ schema, database, tableName }: EntityMetadata): string {
  return [schema ?? database, tableName]
    .filter((part) => part !== undefined)
    .join(".")
    .toLowerCase();
}

function groupByPath(metadatas: readonly EntityMetadata[]): Map<string, EntityMetadata[]> {
  const groups = new Map<string, EntityMetadata[]>();
  for (const metadata of metadatas) {
    const group = groups.get(pathOf(metadata));
    if (group) group.push(metadata);
    else groups.set(pathOf(metadata), [metadata]);
  }
  return groups;
}

function describe(dataSource: DataSource, path: string, metadatas: readonly EntityMetadata[]): Table {
  const first = metadatas[0] as EntityMetadata;
  return {
    path,
    schema: first.schema ?? first.database,
    name: first.tableName,
    entities: metadatas
      .filter(({ isJunction, tableType }) => !isJunction && tableType !== "closure-junction")
      .map(({ name }) => name),
    stamp: stampOf(metadatas),
    foreignKeys: metadatas.flatMap((each) => foreignKeysOf(each, dialectOf(dataSource))),
    view: viewOf(dataSource, first),
  };
}

function stampOf(metadatas: readonly EntityMetadata[]): string {
  const columns = metadatas.flatMap(({ columns: each }) =>
    each.map(({ databaseName, type, isArray, isNullable }) => [
      databaseName,
      nameOf(type),
      isArray,
      isNullable,
    ]),
  );
  return createHash("sha256").update(JSON.stringify(columns)).digest("base64url").slice(0, 16);
}

function nameOf(type: unknown): string {
  return typeof type === "function" ? type.name : String(type);
}

function foreignKeysOf({ foreignKeys }: EntityMetadata, dialect: SqlDialect): readonly ForeignKey[] {
  return foreignKeys.map(({ referencedEntityMetadata, onDelete, onUpdate, columns, referencedColumns }) => ({
    to: pathOf(referencedEntityMetadata),
    columns: columns.map(({ databaseName }, at) => ({
      own: columnName(databaseName, dialect),
      referenced: columnName(referencedColumns[at]?.databaseName ?? "", dialect),
    })),
    onDelete: actionOf(onDelete),
    onUpdate: actionOf(onUpdate),
  }));
}

/** TypeORM's types spell SET DEFAULT without its SET, its schema builder wants the whole. */
function actionOf(action: string | undefined): ReferentialAction {
  if (action === undefined) return "NO ACTION";
  return action === "DEFAULT" ? "SET DEFAULT" : (action as ReferentialAction);
}

function viewOf(dataSource: DataSource, metadata: EntityMetadata): View | undefined {
  const { expression, tableType, tableMetadataArgs } = metadata;
  if (tableType !== "view" || expression === undefined) return undefined;
  return {
    expression: typeof expression === "string" ? expression : expression(dataSource).getQuery(),
    materialized: tableMetadataArgs.materialized ?? false,
  };
}

function bareTable(name: string): Table {
  return {
    path: name.toLowerCase(),
    schema: undefined,
    name,
    entities: [],
    stamp: "",
    foreignKeys: [],
    view: undefined,
  };
}
