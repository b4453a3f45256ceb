import type { EntityMetadata, ObjectLiteral } from "typeorm";
import type { Value } from "../dependencies/predicate";
import type { RowImage } from "../dependencies/row-change";
import { canonical } from "../schema/canonical";
import type { TableFacts } from "../schema/column";
import type { SqlDialect } from "../sql/analysis";
import { columnName } from "../sql/identifiers";

/** An entity's values as its row has them; what the instance does not hold is unknown. */
export function rowOfEntity(
  metadata: EntityMetadata,
  entity: ObjectLiteral,
  facts: TableFacts,
  dialect: SqlDialect,
): RowImage {
  const { driver } = metadata.dataSource ?? metadata.connection;
  return new Map(
    metadata.columns.map((column): [string, Value] => {
      const name = columnName(column.databaseName, dialect);
      const value: unknown = column.getEntityValue(entity, true);
      if (value === undefined || value === null) return [name, value];
      const type = facts.columns.get(name)?.type;
      return [name, type && canonical(type, dialect, driver.preparePersistentValue(value, column))];
    }),
  );
}
