import { createHash } from "node:crypto";
import type { DataSource } from "typeorm";
import type { CachedLoads } from "../core/cached-load";
import type { PlanContext } from "../core/caching-plan";
import { createCodec, type Codec } from "../core/codec";
import { compressing } from "../core/compression";
import { FunctionCalls } from "../core/function-calls";
import { KnownClasses } from "../core/known-classes";
import { LastChange } from "../core/last-change";
import type { Registries } from "../core/registries";
import { SamplePlanner } from "../core/samples-plan";
import { SimpleValues } from "../core/simple-values";
import type { StoreGuard } from "../core/store-guard";
import type { WriteSet } from "../dependencies/writes";
import type { CacheopsEmitter } from "../events";
import type { ResolvedOptions } from "../resolved-options";
import type { Analysis, SqlDialect } from "../sql/analysis";
import { driverClasses } from "./driver-classes";
import { entityClasses, keepingClasses } from "./entity-classes";

export interface FunctionPartsContext {
  readonly dataSource: DataSource;
  readonly dialect: SqlDialect;
  readonly options: ResolvedOptions;
  readonly analyse: (sql: string) => Analysis;
  readonly plan: PlanContext;
  readonly loads: CachedLoads;
  readonly store: StoreGuard;
  readonly registries: Registries;
  /** Prefixes the marks of this process. */
  readonly writer: string;
  readonly events: CacheopsEmitter;
  readonly owner: object;
  readonly name: string;
  readonly enabled: () => boolean;
  readonly invalidate: (writes: WriteSet) => Promise<void>;
}

/** What cached functions and values of the user's own need of one data source. */
export interface FunctionParts {
  readonly calls: FunctionCalls;
  readonly samples: SamplePlanner;
  readonly values: SimpleValues;
  readonly lastChange: LastChange;
}

export function functionParts(context: FunctionPartsContext): FunctionParts {
  const { dataSource, options, plan, loads, store, registries, writer, events, owner, name } = context;
  const { namespaces, fallback } = plan;
  const { timeout } = fallback;
  const codec = valueCodec(dataSource, options);
  return {
    calls: new FunctionCalls({
      loads,
      codec,
      namespaces,
      events,
      timeout,
      owner,
      name,
      replicated: dataSource.driver.isReplicated || options.shareWith !== undefined,
      stamp: stampOf(plan),
      enabled: context.enabled,
      invalidate: context.invalidate,
    }),
    samples: new SamplePlanner({ ...context, granularity: plan.granularity }),
    values: new SimpleValues({
      store,
      codec,
      namespaces,
      writer,
      maxEntrySize: options.maxEntrySize,
      timeout,
    }),
    lastChange: new LastChange({ store, namespaces, registries, owner }),
  };
}

/** Statements give rows, functions give whatever they like, entities above all. */
function valueCodec(dataSource: DataSource, { codec, compressAbove }: ResolvedOptions): Codec {
  const classes = new KnownClasses([...driverClasses(dataSource), ...entityClasses(dataSource)]);
  return codec ? keepingClasses(codec, classes) : compressing(createCodec(classes), compressAbove);
}

/** Of all tables: which of them a function reads is not known before it runs. */
function stampOf({ schema, stamp }: PlanContext): string {
  const stamps = schema.tables.map((table) => `${table.path} ${table.stamp}`).sort();
  return createHash("sha256")
    .update(JSON.stringify([stamp, stamps]))
    .digest("base64url");
}
