import type {
  DataSource,
  EntityManager,
  EntityMetadata,
  ObjectLiteral,
  QueryRunner,
  UpdateQueryBuilder,
} from "typeorm";
import { CacheopsUnsupportedError } from "../errors";
import { type Probe, probeOf } from "../sql/probe";
import { dialectOf } from "./describe";

/** What is used of a builder; some of it is private to TypeORM. */
interface Builder {
  readonly expressionMap: {
    readonly mainAlias?: { readonly hasMetadata: boolean; readonly metadata: EntityMetadata };
    readonly valuesSet?: ObjectLiteral | undefined;
  };
  readonly queryRunner?: QueryRunner;
  readonly dataSource?: DataSource;
  readonly connection?: DataSource;
}

/**
 *   1. read the keys of the rows that it would change, under lock
 *   2. update just those: no other row can come to match in between
 *   3. read them by their keys
 *
 * What the update invalidates, the writer sees to, as it does with any other: it knows the rows by their keys.
 */
export async function runInvalidatedUpdate<E extends ObjectLiteral>(
  update: UpdateQueryBuilder<E>,
): Promise<E[]> {
  const { queryRunner, dataSource, connection } = update as unknown as Builder;
  const owner = (dataSource ?? connection) as DataSource;
  const metadata = entityOf(update as unknown as Builder);
  const probe = probeFor(update, metadata, owner);
  const run = (manager: EntityManager): Promise<E[]> => updated(update, probe, metadata, manager);
  return queryRunner?.isTransactionActive
    ? run(queryRunner.manager)
    : (queryRunner?.manager ?? owner.manager).transaction(run);
}

async function updated<E extends ObjectLiteral>(
  update: UpdateQueryBuilder<E>,
  { sql, parameters }: Probe,
  metadata: EntityMetadata,
  manager: EntityManager,
): Promise<E[]> {
  const queryRunner = manager.queryRunner as QueryRunner;
  const [, given] = update.getQueryAndParameters();
  const rows = (await queryRunner.query(
    sql,
    parameters.map((index) => given[index] as unknown),
  )) as ObjectLiteral[];
  const keys = rows.map((row) => keyIn(row, metadata));
  if (keys.length === 0) return [];
  await update.clone().setQueryRunner(queryRunner).whereInIds(keys).execute();
  const found = await manager
    .createQueryBuilder<E>(metadata.target as never, "updated")
    .withDeleted()
    .whereInIds(keysAfter(keys, update as unknown as Builder, metadata))
    .getMany();
  return found;
}

function entityOf({ expressionMap: { mainAlias } }: Builder): EntityMetadata {
  if (mainAlias?.hasMetadata) return mainAlias.metadata;
  throw new CacheopsUnsupportedError("invalidatedUpdate: the builder updates a table that is no entity.");
}

function probeFor(
  update: UpdateQueryBuilder<ObjectLiteral>,
  { primaryColumns, name }: EntityMetadata,
  dataSource: DataSource,
): Probe {
  const columns = primaryColumns.map(({ databaseName }) => databaseName);
  const probe = probeOf(update.getQueryAndParameters()[0], dialectOf(dataSource), { columns }, "update");
  if (probe) return probe;
  throw new CacheopsUnsupportedError(
    `invalidatedUpdate: which rows of ${name} this builder would update cannot be told beforehand. ` +
      "Execute it: what it may change is invalidated all the same.",
  );
}

/** As the entity has it, from a row as the driver gives it. */
function keyIn(
  row: ObjectLiteral,
  { primaryColumns, dataSource, connection }: EntityMetadata,
): ObjectLiteral {
  const { driver } = dataSource ?? connection;
  return primaryColumns.reduce<ObjectLiteral>((key, column) => {
    const value: unknown = driver.prepareHydratedValue(row[column.databaseName], column);
    column.setEntityValue(key, value);
    return key;
  }, {});
}

/** An update may give rows another key. */
function keysAfter(
  keys: readonly ObjectLiteral[],
  builder: Builder,
  { primaryColumns }: EntityMetadata,
): ObjectLiteral[] {
  const { valuesSet = {} } = builder.expressionMap;
  return keys.map((key) => {
    const after = { ...key };
    for (const column of primaryColumns) {
      const value: unknown = column.getEntityValue(valuesSet);
      if (value !== undefined && typeof value !== "function") column.setEntityValue(after, value);
    }
    return after;
  });
}
