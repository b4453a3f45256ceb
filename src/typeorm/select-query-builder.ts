import type { DataSource, EntityMetadata, ObjectLiteral, QueryRunner, SelectQueryBuilder } from "typeorm";
import type { ManualCaching, ReadRequest } from "../core/read-request";
import type { Session } from "../core/session";
import { keyPageOf } from "./key-page";
import type { Method, Patch } from "./patch";
import { askingForOne, inReadScope, isAskedForOne, type ReadScope, readScopeOf } from "./read-scope";
import { type Installed, installedFor } from "./registry";
import { preferMaster, readsReplica } from "./replicas";

/** What is used of a builder; some of it is private to TypeORM. */
export interface Builder {
  readonly expressionMap: {
    readonly mainAlias?: { readonly hasMetadata: boolean; readonly metadata: EntityMetadata };
    readonly lockMode?: string;
    readonly cache?: boolean;
    readonly cacheDuration?: number;
    readonly cacheId?: string;
  };
  getQueryAndParameters(): [string, unknown[]];
}

/**
 * The one place through which every SELECT of a builder goes, and the methods around it that
 * know what the SELECT is for. The stock cache contract would not do: it is not told `cache: true`
 * from unset, sees neither parameters nor rows, and forces results through JSON.
 */
export function selectQueryBuilderPatches(dataSource: DataSource): readonly Patch[] {
  const prototype = Object.getPrototypeOf(
    dataSource.createQueryBuilder(),
  ) as SelectQueryBuilder<ObjectLiteral>;
  return [
    { prototype, name: "getOne", wrap: wantingOne },
    { prototype, name: "getRawOne", wrap: wantingOne },
    { prototype, name: "executeEntitiesAndRawResults", wrap: scoped("many") },
    { prototype, name: "executeCountQuery", wrap: scoped("count") },
    { prototype, name: "executeExistsQuery", wrap: scoped("exists") },
    { prototype, name: "loadRawResults", wrap: cachedLoad },
  ];
}

function wantingOne(original: Method): Method {
  return function (this: unknown, ...args) {
    return askingForOne(this as object, () => original.apply(this, args));
  };
}

function scoped(method: ReadRequest["method"]): (original: Method) => Method {
  return (original) =>
    function (this: unknown, ...args) {
      const queryRunner = args[0] as QueryRunner;
      if (!installedFor(this)) return original.apply(this, args);
      const own = scopeOf(this as Builder, method);
      // What TypeORM sends for a builder is asked for by the user's; but each has a page of its own.
      const { metadata } = own;
      const scope = { ...(readScopeOf(queryRunner) ?? own), metadata };
      return inReadScope(queryRunner, scope, () => original.apply(this, args));
    };
}

function cachedLoad(original: Method): Method {
  return function (this: unknown, ...args) {
    const installation = installedFor(this);
    if (!installation) return original.apply(this, args);
    return load(installation, this as Builder, args[0] as QueryRunner);
  };
}

async function load(installation: Installed, builder: Builder, queryRunner: QueryRunner): Promise<unknown> {
  const [sql, parameters] = builder.getQueryAndParameters();
  const { metadata, ...scope } = readScopeOf(queryRunner) ?? scopeOf(builder, "many");
  const page = metadata && keyPageOf(builder, metadata);
  const session = (): Session => installation.sessions.of(queryRunner);
  const loading = session().inTransaction ? undefined : installation.facts.ready(queryRunner);
  if (loading) await loading;
  const { settings } = session();
  return installation.reader.read({ sql, parameters, session, settings, page, ...scope }, async (master) => {
    if (master) preferMaster(queryRunner);
    // Which session it is, is known once there is a connection; the statement would take it anyway.
    await queryRunner.connect();
    const { generation } = session();
    const unshareable = session().unshareableUnder(settings);
    const { records } = (await queryRunner.query(sql, parameters, true)) as { records: unknown };
    return {
      rows: records,
      shareable: unshareable === undefined && session().generation === generation,
      replica: readsReplica(installation, queryRunner),
    };
  });
}

export function scopeOf(builder: Builder, method: ReadRequest["method"]): ReadScope {
  const { mainAlias, lockMode } = builder.expressionMap;
  return {
    entity: mainAlias?.hasMetadata ? mainAlias.metadata.name : undefined,
    metadata: mainAlias?.hasMetadata ? mainAlias.metadata : undefined,
    method: method === "many" && isAskedForOne(builder) ? "one" : method,
    manual: manualOf(builder),
    locks: lockMode !== undefined,
  };
}

function manualOf({ expressionMap }: Builder): ManualCaching {
  const { cache, cacheDuration, cacheId } = expressionMap;
  return { cache, timeout: timeoutOf(cacheDuration), id: cache ? cacheId : undefined };
}

/** `undefined`, the profile's timeout, for what is no time: 0 never meant "forever" in TypeORM, and stores differ on the rest. */
function timeoutOf(duration: number | undefined): number | undefined {
  return duration !== undefined && duration >= 1 && Number.isFinite(duration) ? duration : undefined;
}
