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

/** What conditions say of a row: a value that they ask for, NULL, or nothing. */
export function rowOfWhere(
  metadata: EntityMetadata,
  where: ObjectLiteral,
  facts: TableFacts,
  dialect: SqlDialect,
): RowImage {
  const plain = rowOfEntity(metadata, withoutOperators(where), facts, dialect);
  const nulls = metadata.columns
    .filter((column) => isOperator(column.getEntityValue(where), "isNull"))
    .map(({ databaseName }): [string, Value] => [columnName(databaseName, dialect), null]);
  // TypeORM 0.3 takes null for no condition at all.
  return new Map([...[...plain].filter(([, value]) => value !== null), ...nulls]);
}

function withoutOperators(where: ObjectLiteral): ObjectLiteral {
  const entries = Object.entries(where).map(([name, value]: [string, unknown]) => {
    if (isOperator(value, "equal")) return [name, (value as { readonly value: unknown }).value];
    if (isOperator(value)) return [name, undefined];
    return [name, isPlain(value) ? withoutOperators(value) : value];
  });
  return Object.fromEntries(entries) as ObjectLiteral;
}

function isOperator(value: unknown, type?: string): boolean {
  const { "@instanceof": mark, type: own } = Object(value) as { "@instanceof"?: unknown; type?: unknown };
  return (
    (mark === Symbol.for("FindOperator") || mark === Symbol.for("EqualOperator")) && (!type || own === type)
  );
}

function isPlain(value: unknown): value is ObjectLiteral {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
