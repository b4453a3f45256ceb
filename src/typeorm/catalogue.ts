import type { QueryRunner } from "typeorm";
import type { TableFacts } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import type { NamedTable } from "./catalogues/drafts";
import { mysqlCatalogue } from "./catalogues/mysql";
import { postgresCatalogue } from "./catalogues/postgres";
import { sqliteCatalogue } from "./catalogues/sqlite";

const CATALOGUES: Record<SqlDialect, typeof postgresCatalogue> = {
  postgres: postgresCatalogue,
  mysql: mysqlCatalogue,
  sqlite: sqliteCatalogue,
};

/**
 * What the database says of these tables, by path, in three or four statements. A table that does not exist has no facts,
 * and neither has a view, a temporary, a foreign or a virtual table. DDL makes the facts out of date.
 */
export async function loadCatalogue(
  queryRunner: QueryRunner,
  dialect: SqlDialect,
  tables: readonly NamedTable[],
): Promise<ReadonlyMap<string, TableFacts>> {
  return tables.length === 0 ? new Map() : CATALOGUES[dialect](queryRunner, tables);
}
