import type { DataSource } from "typeorm";
import { Cacheops, type CacheopsState } from "../cacheops";
import { agnosticTables } from "../core/agnostic-tables";
import { AlterationWatch } from "../core/alteration-watch";
import type { PlanContext } from "../core/caching-plan";
import { CachedLoads } from "../core/cached-load";
import { createCodec } from "../core/codec";
import { compressing } from "../core/compression";
import { Explainer } from "../core/explainer";
import type { FenceContext } from "../core/fence";
import { Fences } from "../core/fences";
import { granularTables } from "../core/granular-tables";
import { Granularity } from "../core/granularity";
import { KnownClasses } from "../core/known-classes";
import { Namespaces } from "../core/namespaces";
import { Reader } from "../core/reader";
import { RecentReliances } from "../core/recent-reliances";
import { Registries } from "../core/registries";
import { Writer } from "../core/writer";
import { type CacheopsEmitter, createEmitter } from "../events";
import { checkedPrefix } from "../option-checks";
import type { CacheopsOptions } from "../options";
import { type ResolvedOptions, resolveOptions } from "../resolved-options";
import type { WriteSet } from "../dependencies/writes";
import { matchProfiles } from "../profiles/match";
import { resolveProfile } from "../profiles/profile";
import { Schema } from "../schema/schema";
import type { Analysis, SqlDialect } from "../sql/analysis";
import { createAnalyser } from "../sql/analyser";
import { prepareParser } from "../sql/parser";
import { checkStatementHooks, configError } from "./compatibility";
import { importPatches } from "./database-imports";
import { connectStore, type ConnectedStore } from "./connected-store";
import { declaredTriggers } from "./declared-triggers";
import { defaultSchemasOf, dialectOf, entitiesOf, tablesOf } from "./describe";
import { driverClasses } from "./driver-classes";
import { explainedStatement } from "./explained";
import { functionParts } from "./function-parts";
import { serverIsolation } from "./isolation";
import { localSettingsOf } from "./local-settings";
import { agnosticName, agnosticStampOf, databaseNameOf, nameOf, rowStampOf } from "./namespace";
import { applyPatches } from "./patch";
import { persistencePatches } from "./persistence";
import { refusalPatches } from "./refusals";
import { register, unregister } from "./registry";
import { checkSavedFields, savedRowsOf } from "./saved-rows";
import { schemaOperationPatches } from "./schema-operations";
import { selectQueryBuilderPatches } from "./select-query-builder";
import { Sessions } from "./sessions";
import { sharedWith } from "./shared-database";
import { settlingPatches } from "./settling";
import { streamPatches } from "./streams";
import { CacheopsSubscriber } from "./subscriber";
import { TableFactsLoader } from "./table-facts";
import { warnOfVisibleRows } from "./visible-rows";
import { createWarnings } from "./warnings";

export interface Installation {
  uninstall(): Promise<void>;
  clear(): Promise<void>;
  removeIdentifiers(identifiers: readonly string[]): Promise<void>;
}

/** The composition root: makes all the parts of one data source and joins them. */
export async function install(dataSource: DataSource, given: CacheopsOptions): Promise<Installation> {
  const options = resolveOptions(given);
  const dialect = dialectOf(dataSource);
  await prepareParser();
  const analyse = createAnalyser(dialect, options);
  const schema = new Schema(tablesOf(dataSource), defaultSchemasOf(dataSource, dialect), analyse);
  const events = createEmitter();
  const warn = createWarnings(events);
  schema.declareTriggers(declaredTriggers(options.triggers, schema));
  const profiles = matchProfiles(entitiesOf(dataSource), options.profiles, options.defaults, warn);
  checkSavedFields(dataSource, profiles);
  const fallback = resolveProfile([options.defaults], "defaults");
  const agnostic = agnosticTables(schema, profiles);
  const namespaces = namespacesOf(dataSource, dialect, options, agnostic.size > 0);
  const granularity = new Granularity({
    dialect,
    maxInList: options.maxInList,
    isGranular: granularTables(schema, profiles, fallback),
  });
  const plan: PlanContext = {
    analyse,
    schema,
    profiles,
    fallback,
    namespaces,
    granularity,
    recent: new RecentReliances(schema, granularity),
    stamp: namespaces.own + rowStampOf(dataSource),
    agnosticStamp: agnosticStampOf(dataSource),
    agnostic,
  };
  const store = await connectStore(options, events, warn);
  const parts = { dataSource, dialect, options, analyse, plan, store, events, warn };
  try {
    if (typeof options.prefix === "string") await store.guard.open(plan.namespaces.everything());
    return await assemble(parts);
  } catch (error) {
    await store.guard.disconnect();
    throw configError(error);
  }
}

interface Parts {
  readonly dataSource: DataSource;
  readonly dialect: SqlDialect;
  readonly options: ResolvedOptions;
  readonly analyse: (sql: string) => Analysis;
  readonly plan: PlanContext;
  readonly store: ConnectedStore;
  readonly events: CacheopsEmitter;
  readonly warn: (message: string) => void;
}

async function assemble(parts: Parts): Promise<Installation> {
  const { dataSource, dialect, options, analyse, plan, store, events, warn } = parts;
  const sessions = new Sessions(dialect);
  const state: CacheopsState = { enabled: options.enabled };
  const { guard, writer: id } = store;
  const { schema, namespaces } = plan;
  const registries = new Registries((records) => guard.registries(records));
  const alterations = new AlterationWatch();
  const settings = localSettingsOf(options, dialect);
  const facts = new TableFactsLoader(schema, dialect, settings.has("search_path") || settings.has("role"));
  const classes = new KnownClasses(driverClasses(dataSource));
  const codec = options.codec ?? compressing(createCodec(classes), options.compressAbove);
  const loads = new CachedLoads({
    store: guard,
    granularity: plan.granularity,
    registries,
    alterations,
    altered: () => facts.outdate(),
    maxEntrySize: options.maxEntrySize,
    replicaLag: options.replicaLag,
    readAfterWrite: options.readAfterWrite,
    lockTimeout: options.lockTimeout,
    warn,
  });
  const fences = new Fences(fencesOf(parts, { registries, alterations, facts }), id);
  const name = labelOf(dataSource);
  const enabled = (): boolean => state.enabled;
  const reader = new Reader({ analyse, plan, dialect, loads, codec, events, enabled, owner: fences, name });
  const writer = new Writer({
    analyse,
    schema,
    namespaces,
    registries,
    dialect,
    fences,
    localSettings: settings,
    alters: () => facts.outdate(),
  });
  const explainer = new Explainer({
    analyse,
    plan,
    schema,
    namespaces,
    registries,
    dialect,
    enabled: () => state.enabled,
  });
  const cacheops = new Cacheops({
    store: guard.name,
    events,
    state,
    invalidate: (writes) => writer.invalidate(writes),
    explain: async (statement, parameters) => {
      await loadFacts(dataSource, facts);
      return explainer.explain(explainedStatement(statement, parameters, sessions));
    },
  });
  if (dialect === "sqlite") await checkStatementHooks(dataSource);
  sessions.defaultIsolation = await serverIsolation(dataSource, dialect);
  await warnOfVisibleRows(dataSource, dialect, options, plan, warn);
  const unpatch = applyPatches([
    ...selectQueryBuilderPatches(dataSource),
    ...persistencePatches(dataSource),
    ...refusalPatches(dataSource),
    ...streamPatches(dataSource),
    ...settlingPatches(dataSource),
    ...importPatches(dataSource),
    ...schemaOperationPatches(dataSource),
  ]);
  await loadFacts(dataSource, facts);
  const subscriber = new CacheopsSubscriber({ writer, sessions, facts, driver: dataSource.driver });
  const savedRows = savedRowsOf(plan.profiles, warn);
  dataSource.subscribers.unshift(subscriber);
  dataSource.subscribers.push(...savedRows);
  const invalidate = (writes: WriteSet): Promise<void> => writer.invalidate(writes);
  const forFunctions = { ...parts, loads, store: guard, registries, writer: id, owner: fences, name };
  register({
    ...functionParts({ ...forFunctions, enabled, invalidate }),
    dataSource,
    name,
    cacheops,
    reader,
    sessions,
    dialect,
    shares: options.shareWith !== undefined,
    schema,
    owner: writer.owner,
    facts,
    learnTables: () => loadFacts(dataSource, facts),
    before: (queryRunner, query) => subscriber.before({ queryRunner, query }),
    during: (writes, work) => writer.during(writes, work),
    refused: (...statement) => subscriber.refused(...statement),
    complete: (...call) => subscriber.complete(...call),
  });
  return {
    uninstall: async () => {
      unregister(dataSource);
      for (const each of [subscriber, ...savedRows])
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(each), 1);
      unpatch();
      await guard.disconnect();
    },
    clear: () => guard.clear(plan.namespaces.everything().namespace.prefix),
    removeIdentifiers: async (identifiers) => {
      // TypeORM derives these names for the count and the page of ids of one call.
      const derived = identifiers.flatMap((name) => [name, `${name}-count`, `${name}-pagination`]);
      const records = derived.map((name) => plan.namespaces.identifier(name));
      await guard.replace(
        id,
        plan.namespaces.everything(),
        records.map((record) => ({ record })),
      );
    },
  };
}

/** For messages. */
function labelOf(dataSource: DataSource): string {
  const { database, type } = dataSource.options as { database?: unknown; type: string };
  return [nameOf(dataSource), typeof database === "string" ? database : type].join("/");
}

function fencesOf(
  { plan, options, store, events, dialect }: Parts,
  {
    registries,
    alterations,
    facts,
  }: { registries: Registries; alterations: AlterationWatch; facts: TableFactsLoader },
): FenceContext {
  return {
    store: store.guard,
    namespaces: plan.namespaces,
    schema: plan.schema,
    registries,
    dialect,
    lease: options.lease,
    marks: options.consistency === "strict",
    replaced: ({ everything, tables, altered }, delivered) => {
      if (altered) {
        alterations.forget();
        facts.outdate();
      }
      // What only a key names concerns no table.
      if (everything === undefined && tables.size === 0) return;
      if (events.listenerCount("invalidate") === 0) return;
      events.emit("invalidate", { everything, tables: [...tables.keys()].sort(), delivered });
    },
  };
}

/** Before the first statement, where there is a connection to be had: tables that do not exist yet have no facts. */
async function loadFacts(dataSource: DataSource, facts: TableFactsLoader): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await facts.ready(queryRunner);
  } finally {
    await queryRunner.release();
  }
}

function namespacesOf(
  dataSource: DataSource,
  dialect: SqlDialect,
  { prefix, shareWith }: ResolvedOptions,
  agnostic: boolean,
): Namespaces {
  const other = shareWith === undefined ? undefined : sharedWith(dataSource, dialect, shareWith);
  const databases = [dataSource.driver.database ?? ""];
  const name = databaseNameOf(dataSource, dialect, other);
  return new Namespaces(
    agnostic ? agnosticName(dialect) : name,
    typeof prefix === "string"
      ? () => prefix
      : (tables) => checkedPrefix(prefix({ dataSource, tables, databases })),
    agnostic ? name : "",
  );
}
