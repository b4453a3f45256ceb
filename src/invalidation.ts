import type { DataSource, EntityTarget, FindOptionsWhere, ObjectLiteral, UpdateQueryBuilder } from "typeorm";
import { Postponement } from "./core/postponement";
import { inScope } from "./core/scope";
import { NOTHING, union, whole, type WriteSet } from "./dependencies/writes";
import { CacheopsConfigError } from "./errors";
import { pathOf } from "./typeorm/describe";
import { rowOfEntity } from "./typeorm/entity-row";
import { everyInstalled, type Installed, installedOn } from "./typeorm/registry";

/** Entity class, `EntitySchema`, entity name or table name. */
export type Entity = EntityTarget<ObjectLiteral>;

export interface InvalidateOptions {
  /** Default: every initialised data source that knows the entity. */
  dataSource?: DataSource;
}

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
    return { object, known: installationsKnowing(classOf(object as ObjectLiteral), options) };
  });
  const writes = new Map<Installed, WriteSet>();
  for (const { object, known } of work)
    for (const each of known) writes.set(each, union(writes.get(each) ?? NOTHING, rowOf(each, object)));
  await Promise.all([...writes].map(([each, rows]) => each.cacheops.invalidate(rows)));
}

/** Makes every cached result unusable that may show rows of the entity that match. */
export async function invalidateWhere<E extends ObjectLiteral>(
  _entity: EntityTarget<E>,
  _where: FindOptionsWhere<E> | FindOptionsWhere<E>[],
  _options: InvalidateOptions = {},
): Promise<void> {
  throw new CacheopsConfigError("invalidateWhere is being built.");
}

/** Runs an update builder, invalidates row by row, and gives the rows as they are then. */
export async function invalidatedUpdate<E extends ObjectLiteral>(
  _update: UpdateQueryBuilder<E>,
): Promise<E[]> {
  throw new CacheopsConfigError("invalidatedUpdate is being built.");
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

/** Of an entity whose table's columns are not known, or that has a closure table beside it: its tables. */
function rowOf(installation: Installed, object: ObjectLiteral): WriteSet {
  const { dataSource, schema, dialect } = installation;
  const metadata = dataSource.getMetadata(classOf(object));
  const facts = schema.facts(pathOf(metadata));
  if (!facts || metadata.closureJunctionTable) return whole(tablesOfEntity(installation, metadata.target));
  const row = rowOfEntity(metadata, object, facts, dialect);
  const change = { before: row, after: row, changed: "all" } as const;
  return { everything: undefined, tables: new Map([[pathOf(metadata), [change]]]) };
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

function splitOptions<T>(list: readonly unknown[]): { targets: T[]; options: InvalidateOptions } {
  const last = list[list.length - 1];
  const isOptions = typeof last === "object" && last !== null && isInvalidateOptions(last);
  return { targets: (isOptions ? list.slice(0, -1) : [...list]) as T[], options: isOptions ? last : {} };
}

/** `{}` and `{ dataSource }`; an EntitySchema is an object, too, but has members of its own. */
function isInvalidateOptions(value: object): value is InvalidateOptions {
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).every((key) => key === "dataSource")
  );
}
