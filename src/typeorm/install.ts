import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import { Cacheops, type CacheopsState } from "../cacheops";
import type { PlanContext } from "../core/caching-plan";
import { createCodec } from "../core/codec";
import type { FenceContext } from "../core/fence";
import { Namespaces } from "../core/namespaces";
import { Reader } from "../core/reader";
import { StoreGuard } from "../core/store-guard";
import { Writer } from "../core/writer";
import { CacheopsConfigError } from "../errors";
import { type CacheopsEmitter, createEmitter } from "../events";
import { checkedPrefix } from "../option-checks";
import { type CacheopsOptions, type ResolvedOptions, resolveOptions } from "../options";
import { matchProfiles } from "../profiles/match";
import { resolveProfile } from "../profiles/profile";
import { Schema } from "../schema/schema";
import type { Analysis, SqlDialect } from "../sql/analysis";
import { createAnalyser } from "../sql/analyser";
import { prepareParser } from "../sql/parser";
import { createMemoryStore } from "../stores/memory";
import { createRedisStore } from "../stores/redis";
import type { CacheStore } from "../stores/store";
import { checkStatementHooks, configError } from "./compatibility";
import { importPatches } from "./database-imports";
import { defaultSchemasOf, dialectOf, entitiesOf, tablesOf } from "./describe";
import { driverClasses } from "./driver-classes";
import { serverIsolation } from "./isolation";
import { databaseNameOf, rowStampOf } from "./namespace";
import { applyPatches } from "./patch";
import { persistencePatches } from "./persistence";
import { refusalPatches } from "./refusals";
import { register, unregister } from "./registry";
import { selectQueryBuilderPatches } from "./select-query-builder";
import { Sessions } from "./sessions";
import { settlingPatches } from "./settling";
import { streamPatches } from "./streams";
import { CacheopsSubscriber } from "./subscriber";
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
  const plan: PlanContext = {
    schema,
    profiles: matchProfiles(entitiesOf(dataSource), options.profiles, options.defaults, warn),
    fallback: resolveProfile([options.defaults], "defaults"),
    namespaces: namespacesOf(dataSource, dialect, options),
    stamp: rowStampOf(dataSource),
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

interface ConnectedStore {
  readonly guard: StoreGuard;
  /** Prefixes the marks of this process. */
  readonly writer: string;
}

async function assemble(parts: Parts): Promise<Installation> {
  const { dataSource, dialect, options, analyse, plan, store, events, warn } = parts;
  const sessions = new Sessions(dialect);
  const state: CacheopsState = { enabled: options.enabled };
  const { guard, writer: id } = store;
  const { codec = createCodec(driverClasses(dataSource)), maxEntrySize } = options;
  const { replicaLag, readAfterWrite } = options;
  const reader = new Reader({
    analyse,
    plan: () => plan,
    store: guard,
    codec,
    maxEntrySize,
    replicaLag,
    readAfterWrite,
    events,
    enabled: () => state.enabled,
    warn,
  });
  const writer = new Writer(analyse, () => plan.schema, fencesOf(parts), id);
  const cacheops = new Cacheops(guard.name, events, state, (writes) => writer.invalidate(writes));
  if (dialect === "sqlite") await checkStatementHooks(dataSource);
  sessions.defaultIsolation = await serverIsolation(dataSource, dialect);
  const unpatch = applyPatches([
    ...selectQueryBuilderPatches(dataSource),
    ...persistencePatches(dataSource),
    ...refusalPatches(dataSource),
    ...streamPatches(dataSource),
    ...settlingPatches(dataSource),
    ...importPatches(dataSource),
  ]);
  const subscriber = new CacheopsSubscriber(writer, sessions);
  dataSource.subscribers.unshift(subscriber);
  register({
    dataSource,
    cacheops,
    reader,
    sessions,
    schema: plan.schema,
    owner: writer.owner,
    before: (queryRunner, query) => writer.before(sessions.of(queryRunner), query),
    during: (writes, work) => writer.during(writes, work),
    refused: (...statement) => subscriber.refused(...statement),
    complete: (queryRunner, call) => subscriber.complete(queryRunner, call),
  });
  return {
    uninstall: async () => {
      unregister(dataSource);
      dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      unpatch();
      await guard.disconnect();
    },
    clear: () => guard.clear(plan.namespaces.everything().namespace.prefix),
    removeIdentifiers: async (identifiers) => {
      // TypeORM derives these names for the count and the page of ids of one call.
      const derived = identifiers.flatMap((name) => [name, `${name}-count`, `${name}-pagination`]);
      const records = derived.map((name) => plan.namespaces.identifier(name));
      await guard.replace(id, plan.namespaces.everything(), records);
    },
  };
}

function fencesOf({ plan, options, store, events }: Parts): FenceContext {
  return {
    store: store.guard,
    namespaces: plan.namespaces,
    lease: options.lease,
    marks: options.consistency === "strict",
    replaced: ({ everything, tables }, delivered) => {
      if (events.listenerCount("invalidate") === 0) return;
      events.emit("invalidate", { everything, tables: [...tables].sort(), delivered });
    },
  };
}

function namespacesOf(dataSource: DataSource, dialect: SqlDialect, { prefix }: ResolvedOptions): Namespaces {
  const databases = [dataSource.driver.database ?? ""];
  return new Namespaces(
    databaseNameOf(dataSource, dialect),
    typeof prefix === "string"
      ? () => prefix
      : (tables) => checkedPrefix(prefix({ dataSource, tables, databases })),
  );
}

async function connectStore(
  options: ResolvedOptions,
  events: CacheopsEmitter,
  warn: (message: string) => void,
): Promise<ConnectedStore> {
  const store = storeOf(options);
  const writer = randomUUID();
  const guard = new StoreGuard(store, {
    policy: options.onStoreError,
    writer,
    lease: options.lease,
    listener: {
      degraded: (cause) => void events.emit("degrade", { cause }),
      recovered: () => void events.emit("recover"),
    },
  });
  try {
    await guard.connect();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (options.onStoreError === "throw") {
      await guard.disconnect();
      throw new CacheopsConfigError(
        `redis: ${message}. Start it, correct the address, or set onStoreError: "bypass".`,
        {
          cause: error,
        },
      );
    }
    warn(`${message}. Reads and writes go to the database alone until it can be reached.`);
  }
  return { guard, writer };
}

function storeOf({ store, redis, operationTimeout }: ResolvedOptions): CacheStore {
  if (store) return store;
  return redis === undefined ? createMemoryStore() : createRedisStore({ redis, operationTimeout });
}
