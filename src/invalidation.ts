import type {
  EntityMetadata,
  EntityTarget,
  FindOptionsWhere,
  ObjectLiteral,
  UpdateQueryBuilder,
} from "typeorm";
import { Postponement } from "./core/postponement";
import { inScope } from "./core/scope";
import { bounded, type RowChange, type RowImage } from "./dependencies/row-change";
import { NOTHING, union, whole, type WriteSet } from "./dependencies/writes";
import { CacheopsConfigError } from "./errors";
import { type InvalidateOptions, splitOptions } from "./invalidate-options";
import type { TableFacts } from "./schema/column";
import { pathOf } from "./typeorm/describe";
import { rowOfEntity, rowOfWhere } from "./typeorm/entity-row";
import { runInvalidatedUpdate } from "./typeorm/invalidated-update";
import { everyInstalled, type Installed, installedOn } from "./typeorm/registry";

/** Entity class, `EntitySchema`, entity name or table name. */
export type Entity = EntityTarget<ObjectLiteral>;

export type { InvalidateOptions };

/**
 * Makes every cached result that shows rows of these entities unusable. Inside
 * `dataSource.transaction()` it waits for the commit.
 * Throws `CacheopsConfigError` if no data source knows an entity.
 */
export async function invalidateModel(...entities: [...Entity[], Entity | InvalidateOptions]): Promise<void> {
  const { targets, options } = splitOptions<Entity>(entities);
  const work = targets.map((target) => ({ target, known: installationsKnowing(target, options) }));
  await Promise.all(
    work.flatMap(({ target, known }) =>
      known.map((each) => each.cacheops.invalidate(whole(tablesOfEntity(each, target)))),
    ),
  );
}

/**
 * Makes every cached result unusable that may show these rows, going by the values that the objects hold; by those
 * that they lack, any result. Inside `dataSource.transaction()` it waits for the commit.
 * Throws `CacheopsConfigError` if no data source knows an entity.
 */
export async function invalidateObj(
  entityOrEntities: ObjectLiteral | readonly ObjectLiteral[],
  options: InvalidateOptions = {},
): Promise<void> {
  const objects = Array.isArray(entityOrEntities)
    ? (entityOrEntities as ObjectLiteral[])
    : [entityOrEntities];
  const work = objects.map((object) => {
    return { object, known: installationsKnowing(classOf(object), options) };
  });
  const writes = new Map<Installed, WriteSet>();
  for (const { object, known } of work)
    for (const each of known) writes.set(each, union(writes.get(each) ?? NOTHING, rowOf(each, object)));
  await Promise.all([...writes].map(([each, rows]) => each.cacheops.invalidate(rows)));
}

/**
 * Makes every cached result unusable that may show rows of the entity which match, going by the columns that `where`
 * says are equal to a value or NULL; by everything else in it, any value. Lists show their rows by the primary key:
 * without it in `where`, all that show more of the entity than they ask for count as showing such a row. Inside `dataSource.transaction()` it waits for
 * the commit. Rejects with `CacheopsConfigError` if no data source knows the entity, with `CacheopsStoreError` if the
 * store cannot be reached.
 */
export async function invalidateWhere<E extends ObjectLiteral>(
  entity: EntityTarget<E>,
  where: FindOptionsWhere<E> | FindOptionsWhere<E>[],
  options: InvalidateOptions = {},
): Promise<void> {
  const alternatives: readonly FindOptionsWhere<E>[] = Array.isArray(where) ? where : [where];
  await Promise.all(
    installationsKnowing(entity as Entity, options).map((each) => {
      const metadata = each.dataSource.getMetadata(entity);
      const imageOf = (facts: TableFacts, row: ObjectLiteral): RowImage =>
        rowOfWhere(metadata, row, facts, each.dialect);
      return each.cacheops.invalidate(rowsOf(each, metadata, alternatives, imageOf));
    }),
  );
}

/**
 * Runs an update builder and gives the rows that it has changed, as entities, as they are then. What is invalidated
 * goes row by row, by the old values and the new ones. It reads the rows under lock before it writes, in the
 * builder's own transaction or in one of its own.
 *
 * Rejects with `CacheopsUnsupportedError` for a builder whose rows cannot be told beforehand (it has no entity, or LIMIT).
 */
export async function invalidatedUpdate<E extends ObjectLiteral>(
  update: UpdateQueryBuilder<E>,
): Promise<E[]> {
  return runInvalidatedUpdate(update);
}

/** Makes everything that was cached unusable, of one data source or of all. */
export async function invalidateAll(options: InvalidateOptions = {}): Promise<void> {
  const everything: WriteSet = { everything: "invalidateAll", tables: new Map() };
  await Promise.all(installations(options).map((each) => each.cacheops.invalidate(everything)));
}

/** Writes that are started inside `fn` invalidate nothing: what they change stays stale until it expires. */
export function noInvalidation<T>(fn: () => T): T {
  return inScope({ noInvalidation: true }, fn);
}

/**
 * Collects the invalidations of the writes inside `fn` and does each once when `fn` ends, thrown or
 * not. Until then the tables concerned are read from the database.
 */
export async function postponeInvalidation<T>(fn: () => T | Promise<T>): Promise<T> {
  const postponement = new Postponement();
  try {
    return await inScope({ postponement }, fn);
  } finally {
    await postponement.finish();
  }
}

function installations({ dataSource }: InvalidateOptions): readonly Installed[] {
  if (!dataSource) return everyInstalled();
  const installation = installedOn(dataSource);
  if (installation) return [installation];
  throw new CacheopsConfigError(
    "dataSource: it is not initialised, or it has no `cache: cacheops(…)` option.",
  );
}

function installationsKnowing(target: Entity, options: InvalidateOptions): readonly Installed[] {
  const known = installations(options).filter((each) => each.dataSource.hasMetadata(target));
  if (known.length > 0) return known;
  throw new CacheopsConfigError(
    `${nameOf(target)} is no entity of ${options.dataSource ? "this" : "any initialised"} data source with a cache.`,
  );
}

function rowOf(installation: Installed, object: ObjectLiteral): WriteSet {
  const metadata = installation.dataSource.getMetadata(classOf(object));
  return rowsOf(installation, metadata, [object], (facts, row) => {
    return rowOfEntity(metadata, row, facts, installation.dialect);
  });
}

/** Of an entity whose table's columns are not known, or that has a closure table beside it: its tables. */
function rowsOf(
  installation: Installed,
  metadata: EntityMetadata,
  rows: readonly ObjectLiteral[],
  imageOf: (facts: TableFacts, row: ObjectLiteral) => RowImage,
): WriteSet {
  const path = pathOf(metadata);
  const facts = installation.schema.facts(path);
  if (!facts || metadata.closureJunctionTable) return whole(tablesOfEntity(installation, metadata.target));
  const changes = rows.map((row): RowChange => {
    const image = imageOf(facts, row);
    return { before: image, after: image, changed: "all" };
  });
  return { everything: undefined, tables: new Map([[path, bounded(changes)]]) };
}

/** Closure tables change with their entity's rows but have rows of their own. */
function tablesOfEntity({ dataSource, schema }: Installed, target: Entity): ReadonlySet<string> {
  const metadata = dataSource.getMetadata(target);
  const own = [metadata, metadata.closureJunctionTable].filter((each) => each !== undefined).map(pathOf);
  return new Set(own.flatMap((path) => [...schema.affected(path, "insert")]));
}

function classOf(object: ObjectLiteral): Entity {
  const target: unknown = (object as object | null)?.constructor;
  if (typeof target === "function" && target !== Object) return target;
  throw new CacheopsConfigError(
    "invalidateObj: give an instance of an entity class (plain objects: invalidateModel).",
  );
}

function nameOf(target: Entity): string {
  if (typeof target === "string") return target;
  if (typeof target === "function") return target.name;
  return "options" in target ? target.options.name : target.name;
}
