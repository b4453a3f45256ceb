import type { EntityMetadata, EntityTarget, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import type { SamplePlan } from "../core/samples-plan";
import { parameterKey } from "../core/statement-key";
import { CacheopsConfigError, CacheopsUnsupportedError } from "../errors";
import { pathOf } from "./describe";
import { rowOfEntity } from "./entity-row";
import { type Installed, installedFor } from "./registry";

/** What a sample comes to. */
export interface ResolvedSample {
  readonly plan: SamplePlan;
  /** The same for the same sample, and whatever is known of the database's tables. */
  readonly identity: readonly string[];
}

type Target = EntityTarget<ObjectLiteral>;

interface Rows {
  readonly entity: Target;
  readonly where: ObjectLiteral;
}

interface Builder {
  readonly expressionMap: {
    readonly queryType: string;
    readonly mainAlias?: { readonly hasMetadata: boolean; readonly metadata: { readonly name: string } };
  };
  getQueryAndParameters(): [string, unknown[]];
}

/** Whether the data source knows what the sample is about. */
export function knowsSample(installation: Installed, sample: unknown): boolean {
  const { dataSource } = installation;
  if (isBuilder(sample)) return installedFor(sample) === installation;
  if (isRows(sample)) return dataSource.hasMetadata(sample.entity);
  if (typeof sample === "string")
    return dataSource.hasMetadata(sample) || tablesNamed(installation, sample).length > 0;
  if (isTarget(installation, sample)) return true;
  return typeof sample === "object" && sample !== null && dataSource.hasMetadata(sample.constructor);
}

/** Whether it is an entity of the data source: a class, an `EntitySchema`. */
export function isTarget({ dataSource }: Installed, sample: unknown): sample is Target {
  return (typeof sample === "function" || isEntitySchema(sample)) && dataSource.hasMetadata(sample as Target);
}

/** @throws CacheopsConfigError if the data source does not know it. */
export function resolveSample(installation: Installed, sample: unknown): ResolvedSample {
  const { dataSource } = installation;
  if (!knowsSample(installation, sample)) throw unknownSample(sample);
  if (isBuilder(sample)) return ofBuilder(installation, sample);
  if (isRows(sample)) return ofRows(installation, sample);
  if (typeof sample === "string" && !dataSource.hasMetadata(sample)) return ofTable(installation, sample);
  if (typeof sample === "string" || isTarget(installation, sample))
    return ofEntity(installation, dataSource.getMetadata(sample));
  return ofInstance(installation, sample as ObjectLiteral);
}

export function unknownSample(sample: unknown): CacheopsConfigError {
  return new CacheopsConfigError(
    `samples: ${nameOf(sample)} is no entity, instance, query builder, table or { entity, where } that an ` +
      "initialised data source with a cache knows. Initialise it first, or add the entity to it.",
  );
}

function ofBuilder({ samples }: Installed, builder: Builder): ResolvedSample {
  const { queryType, mainAlias } = builder.expressionMap;
  if (queryType !== "select")
    throw new CacheopsConfigError(
      `samples: a builder that would ${queryType} is no sample. Give one that selects.`,
    );
  const [sql, parameters] = builder.getQueryAndParameters();
  const entity = mainAlias?.hasMetadata ? mainAlias.metadata.name : undefined;
  const key = parameterKey(parameters);
  if (key.ok)
    return { plan: samples.statement({ sql, parameters, entity }), identity: ["sql", sql, key.key] };
  return { plan: { reason: "parameter", detail: key.type }, identity: ["sql", sql] };
}

/** Eager relations are no part of it, and rows that were deleted softly are: they may come back. */
function ofRows(installation: Installed, { entity, where }: Rows): ResolvedSample {
  const builder = installation.dataSource.getRepository(entity).createQueryBuilder();
  builder.setFindOptions({ where, withDeleted: true, loadEagerRelations: false });
  return ofBuilder(installation, builder);
}

function ofTable(installation: Installed, name: string): ResolvedSample {
  const paths = tablesNamed(installation, name);
  const [entity] = paths.flatMap((path) => installation.schema.table(path)?.entities ?? []);
  return { plan: installation.samples.tables(paths, entity), identity: ["table", ...paths] };
}

/** A tree's closure table changes with its rows. */
function ofEntity({ samples }: Installed, metadata: EntityMetadata): ResolvedSample {
  const own = [metadata, metadata.closureJunctionTable].filter((each) => each !== undefined).map(pathOf);
  return { plan: samples.tables(own, metadata.name), identity: ["entity", metadata.name] };
}

function ofInstance(
  { dataSource, samples, schema, dialect }: Installed,
  instance: ObjectLiteral,
): ResolvedSample {
  const metadata = dataSource.getMetadata(instance.constructor);
  const path = pathOf(metadata);
  const key = parameterKey(
    metadata.primaryColumns.map((column) => {
      const value: unknown = column.getEntityValue(instance, true);
      return value === undefined
        ? null
        : (dataSource.driver.preparePersistentValue(value, column) as unknown);
    }),
  );
  if (!key.ok)
    throw new CacheopsUnsupportedError(`samples: the key of ${metadata.name} is of the type ${key.type}.`);
  const facts = schema.facts(path);
  const image = facts ? rowOfEntity(metadata, instance, facts, dialect) : new Map<string, undefined>();
  return { plan: samples.row(path, image, metadata.name), identity: ["row", metadata.name, key.key] };
}

function tablesNamed({ schema }: Installed, name: string): readonly string[] {
  const dot = name.lastIndexOf(".");
  const named =
    dot < 0 ? { schema: undefined, name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) };
  return schema.resolve(named).map(({ path }) => path);
}

function isBuilder(sample: unknown): sample is Builder & SelectQueryBuilder<ObjectLiteral> {
  const { expressionMap, getQueryAndParameters } = Object(sample) as Partial<Builder>;
  return typeof getQueryAndParameters === "function" && typeof expressionMap === "object";
}

function isRows(sample: unknown): sample is Rows {
  if (typeof sample !== "object" || sample === null || Object.getPrototypeOf(sample) !== Object.prototype)
    return false;
  return "entity" in sample && "where" in sample;
}

function isEntitySchema(sample: unknown): boolean {
  return (Object(sample) as Record<string, unknown>)["@instanceof"] === Symbol.for("EntitySchema");
}

function nameOf(sample: unknown): string {
  if (typeof sample === "string") return JSON.stringify(sample);
  if (typeof sample === "function") return sample.name || "a function";
  if (isRows(sample)) return `{ entity: ${nameOf(sample.entity)}, where }`;
  if (typeof sample !== "object" || sample === null) return String(sample);
  return isBuilder(sample)
    ? "a query builder of another data source"
    : `an instance of ${sample.constructor?.name}`;
}
