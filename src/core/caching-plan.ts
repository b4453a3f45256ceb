import type { Analysis, SqlDialect, StatementAnalysis } from "../sql/analysis";
import { meansMoment } from "../sql/moments";
import { latePartsOf } from "../dependencies/late-parts";
import { reliancesOn, tablesReadBy } from "../dependencies/reads";
import type { KeysOf } from "../dependencies/reliance-context";
import { hasSingleKey } from "../dependencies/single-key";
import type { BypassReason } from "../events";
import type { Op, Profile } from "../profiles/profile";
import type { Schema } from "../schema/schema";
import type { Dependency, EntryKey, Scheme } from "../stores/store";
import type { Granularity } from "./granularity";
import type { Namespaces } from "./namespaces";
import type { ReadRequest } from "./read-request";
import { opOf } from "./read-request";
import type { RecentReliances, Relied } from "./recent-reliances";
import type { Scope } from "./scope";
import { parameterKey, statementHash } from "./statement-key";

/** Where a read's result is kept, what it depends on and for how long. */
export interface CachingPlan extends Relied {
  readonly op: Op;
  readonly tables: readonly string[];
  readonly entry: EntryKey;
  /** The first is the epoch. Without the parts that only the result tells. */
  readonly dependencies: readonly Dependency[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds; `undefined`: it is never given once it is stale. */
  readonly staleFor: number | undefined;
  readonly lock: boolean;
  readonly earlyRefresh: number;
}

export interface Bypass {
  readonly op: Op;
  readonly tables: readonly string[];
  readonly reason: BypassReason;
  readonly detail: string | undefined;
}

export interface PlanContext {
  readonly analyse: (sql: string) => Analysis;
  readonly schema: Schema;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly fallback: Profile;
  readonly namespaces: Namespaces;
  readonly granularity: Granularity;
  readonly recent: RecentReliances;
  /** Differs where the same rows would arrive differently: driver, its options, formats. */
  readonly stamp: string;
  /** The same for results of `agnostic` tables alone, which every database gives. */
  readonly agnosticStamp: string;
  readonly agnostic: ReadonlySet<string>;
}

/** The one place that decides whether a read is answered from the cache. */
export function planCaching(
  request: ReadRequest,
  analysis: Analysis,
  enabled: boolean,
  scope: Scope,
  context: PlanContext,
): CachingPlan | Bypass {
  const statement = onlyStatement(analysis);
  const op = opOf(request.method, statement?.projection ?? "rows");
  const profile = profileOf(request, statement, context);
  const refusal = refusedByCaller(request, enabled, scope) ?? refusedByProfile(request, op, profile, scope);
  if (refusal) return { op, tables: [], reason: refusal, detail: undefined };
  const { caching } = scope;
  const timing = {
    staleFor: profile.staleFor,
    timeout: caching?.timeout ?? request.manual.timeout ?? profile.timeout,
    lock: caching?.lock ?? profile.lock,
    earlyRefresh: caching?.earlyRefresh ?? profile.earlyRefresh,
  };
  return planStatement(request, analysis, timing, true, context);
}

/**
 * What a read relies on whose result is not cached by itself, but as part of another one. `late`: that may be rows which
 * its result tells.
 */
export function planRecorded(
  request: ReadRequest,
  analysis: Analysis,
  late: boolean,
  context: PlanContext,
): CachingPlan | Bypass {
  const statement = onlyStatement(analysis);
  const profile = profileOf(request, statement, context);
  // Results that others are given are not told apart by settings.
  const alone = request.settings === "" ? undefined : "session";
  const refusal = profile.forbidden ? "forbidden" : request.locks ? "lock" : alone;
  const op = opOf(request.method, statement?.projection ?? "rows");
  if (refusal) return { op, tables: [], reason: refusal, detail: undefined };
  const timing = { timeout: profile.timeout, staleFor: undefined, lock: false, earlyRefresh: 0 };
  return planStatement(request, analysis, timing, late, context);
}

function onlyStatement({ statements }: Analysis): StatementAnalysis | undefined {
  return statements.length === 1 ? statements[0] : undefined;
}

/** Whatever the caller and the profile want. */
function planStatement(
  request: ReadRequest,
  analysis: Analysis,
  timing: Pick<CachingPlan, "timeout" | "staleFor" | "lock" | "earlyRefresh">,
  late: boolean,
  context: PlanContext,
): CachingPlan | Bypass {
  const statement = onlyStatement(analysis);
  const op = opOf(request.method, statement?.projection ?? "rows");
  const bypass = (reason: BypassReason, detail?: string, tables: readonly string[] = []): Bypass => {
    return { op, tables, reason, detail };
  };
  if (!statement) return bypass("unparsed", "several statements in one text");
  const reads = tablesReadBy(statement, context.schema);
  if (reads.kind === "uncacheable") return bypass(reads.reason, reads.detail);
  const { tables } = reads;
  const session = request.session();
  const unshareable = session.unshareableUnder(request.settings);
  // PostgreSQL and SQLite read such a string as the present moment where it becomes a date.
  const moment = request.parameters
    .flat()
    .some((each) => typeof each === "string" && meansMoment(each, session.dialect));
  if (moment) return bypass("volatile", "a parameter that may mean the present moment", tables);
  if (unshareable) return bypass(unshareable, undefined, tables);
  const forbidden = tables.find((path) => isForbidden(path, request.entity, context));
  if (forbidden !== undefined) return bypass("forbidden", forbidden, tables);
  const parameters = parameterKey(request.parameters);
  if (!parameters.ok) return bypass("parameter", parameters.type, tables);
  try {
    const entry = entryOf(request, tables, parameters.key, context);
    const relied = reliedOn(request, analysis, { tables, entry, late }, context);
    const dependencies = context.namespaces.dependencies(relied.reliances, request.manual.id);
    return { op, tables, ...timing, entry, dependencies, ...relied };
  } catch (error) {
    // A prefix function may refuse a statement (several tables of different hosts, no tenant known).
    return bypass("prefix", error instanceof Error ? error.message : String(error), tables);
  }
}

function refusedByCaller(
  { manual, locks }: ReadRequest,
  enabled: boolean,
  scope: Scope,
): BypassReason | undefined {
  if (scope.bypass) return scope.bypass;
  if (!enabled) return "disabled";
  if (manual.cache === false) return "cache-false";
  return locks ? "lock" : undefined;
}

function refusedByProfile(
  { manual }: ReadRequest,
  op: Op,
  profile: Profile,
  scope: Scope,
): BypassReason | undefined {
  if (profile.forbidden) return "forbidden";
  if (manual.cache === true) return undefined;
  return (scope.caching?.ops ?? profile.ops).has(op) ? undefined : "profile";
}

function profileOf(
  request: ReadRequest,
  statement: StatementAnalysis | undefined,
  context: PlanContext,
): Profile {
  const entity = request.entity ?? firstEntity(statement, context.schema);
  return (entity === undefined ? undefined : context.profiles.get(entity)) ?? context.fallback;
}

/** A statement without a main entity (a builder on a table's name or a subquery) is the first known table's. */
function firstEntity(statement: StatementAnalysis | undefined, schema: Schema): string | undefined {
  if (statement?.reads.kind !== "exact") return undefined;
  for (const name of statement.reads.tables) {
    const entity = schema.resolve(name)[0]?.entities[0];
    if (entity !== undefined) return entity;
  }
  return undefined;
}

/**
 * A join must not carry rows of a forbidden entity into the store. Which entity of a table with
 * several (single table inheritance) a join shows, the text does not tell: any forbidden one counts.
 * Only for the main entity it is known, and its profile has been asked.
 */
export function isForbidden(
  path: string,
  main: string | undefined,
  { schema, profiles }: PlanContext,
): boolean {
  const entities = schema.table(path)?.entities ?? [];
  if (main !== undefined && entities.includes(main)) return false;
  return entities.some((entity) => profiles.get(entity)?.forbidden);
}

interface Read {
  readonly tables: readonly string[];
  readonly entry: EntryKey;
  /** It may be rows that its result tells. */
  readonly late: boolean;
}

function reliedOn(request: ReadRequest, analysis: Analysis, read: Read, context: PlanContext): Relied {
  const key = `${read.late} ${read.entry.hash}`;
  return context.recent.of(
    key,
    () =>
      reliedOnByOneKey(request, read, context) ??
      reckoned(request, analysis, read, context, request.page?.of),
  );
}

function reckoned(
  { parameters }: Pick<ReadRequest, "parameters">,
  { statements, bindings }: Analysis,
  { tables, entry, late }: Read,
  { schema, granularity }: PlanContext,
  keysOf: KeysOf | undefined,
): Relied {
  const coarser = new Set<string>();
  const given = bindings && { schema, bindings, parameters };
  const finely = given && granularity.contextOf(entry.hash, given, (why) => coarser.add(why));
  // Without a result to tell them, it relies on all the rows that it could show.
  const told = finely && { ...finely, keysOf, ...(late ? {} : { tells: () => false }) };
  return {
    reliances: reliancesOn(statements[0] as StatementAnalysis, tables, told),
    coarser: [...coarser],
  };
}

/** Of a page that can have one key only, neither the order nor LIMIT decide anything, nor what is joined for the order. */
function reliedOnByOneKey({ page }: ReadRequest, read: Read, context: PlanContext): Relied | undefined {
  const uncut = page?.uncut?.();
  if (!page || !uncut) return undefined;
  const { schema, granularity } = context;
  const analysis = context.analyse(uncut.sql);
  const reads = onlyStatement(analysis)?.reads;
  if (!analysis.bindings || reads?.kind !== "exact" || !reads.uses) return undefined;
  const given = { schema, bindings: analysis.bindings, parameters: uncut.parameters };
  const finely = granularity.contextOf(read.entry.hash, given, () => undefined);
  return hasSingleKey(reads.uses, page.of, finely)
    ? reckoned(uncut, analysis, { ...read, late: false }, context, undefined)
    : undefined;
}

function entryOf(
  request: ReadRequest,
  tables: readonly string[],
  parameters: string,
  { namespaces, schema, agnostic, ...stampOf }: PlanContext,
): EntryKey {
  const stamps = tables.map((path) => schema.table(path)?.stamp ?? "");
  const isShared = tables.length > 0 && tables.every((path) => agnostic.has(path));
  const own = `${isShared ? stampOf.agnosticStamp : stampOf.stamp}${request.settings}`;
  return {
    namespace: namespaces.of(tables),
    hash: statementHash([request.sql, parameters, own, request.manual.id ?? "", ...stamps]),
    home: tables[0] === undefined ? namespaces.everything() : namespaces.table(tables[0]),
  };
}

interface Completed {
  readonly dependencies: readonly Dependency[];
  /** Schemes whose rows the result does not tell, or too many of them. */
  readonly untold: readonly Scheme[];
}

/**
 * With the parts that the result tells. Where it does not tell them, the result relies on the whole table: of that, too,
 * the version from before the load is known.
 */
export function completeDependencies(
  { dependencies, reliances }: CachingPlan,
  rows: unknown,
  dialect: SqlDialect,
): Completed {
  const untold: Scheme[] = [];
  const complete = dependencies.map((dependency, at): Dependency => {
    const { record, parts } = dependency;
    const late = reliances[at - 1]?.late ?? [];
    if (!parts || late.length === 0) return dependency;
    const told = late.map((each) => latePartsOf(each, rows, dialect));
    const missing = late.filter((_, place) => !told[place]);
    untold.push(...missing.map(({ scheme }) => scheme));
    return missing.length > 0
      ? { record }
      : { ...dependency, parts: [...parts, ...told.flatMap((each) => each ?? [])] };
  });
  return { dependencies: complete, untold };
}
