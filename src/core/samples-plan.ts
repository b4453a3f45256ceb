import { inOrder, specOn } from "../dependencies/narrowing";
import type { Reliance } from "../dependencies/reliance";
import type { RowImage } from "../dependencies/row-change";
import { partKey, schemeOf } from "../dependencies/scheme";
import type { Analysis, SqlDialect } from "../sql/analysis";
import { isForbidden, planRecorded, type PlanContext } from "./caching-plan";
import type { Granularity } from "./granularity";
import type { Part, Scheme } from "../stores/store";
import type { Refusal } from "./recording";
import { Session } from "./session";

/** What samples stand for. */
export interface PlannedSamples {
  readonly tables: readonly string[];
  readonly reliances: readonly Reliance[];
  readonly coarser: readonly string[];
  /** The shortest of their profiles, in milliseconds. */
  readonly timeout: number;
}

export type SamplePlan = PlannedSamples | Refusal;

export interface SamplePlannerContext {
  readonly analyse: (sql: string) => Analysis;
  readonly plan: PlanContext;
  readonly granularity: Granularity;
  readonly dialect: SqlDialect;
}

/** A statement that stands for what could change its result. */
export interface SampleStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Name of the main entity. */
  readonly entity: string | undefined;
}

/** What results depend on that rely on tables, rows or statements which are named and not run. */
export class SamplePlanner {
  readonly #context: SamplePlannerContext;
  /** Of nobody: a statement that is not run differs by no connection. */
  readonly #session: Session;

  constructor(context: SamplePlannerContext) {
    this.#context = context;
    this.#session = new Session(context.dialect, undefined, false);
  }

  /** Every row of these tables, and of those that are views, of their base tables. */
  tables(paths: readonly string[], entity: string | undefined): SamplePlan {
    const { schema } = this.#context.plan;
    const all = new Set<string>();
    for (const path of paths) {
      const base = schema.base(path);
      if (base.kind === "unknown") return { reason: "unknown-table", detail: base.name };
      if (base.kind === "volatile") return { reason: "volatile", detail: base.volatility.what };
      for (const each of base.paths) all.add(each);
    }
    const reliances = [...all].sort().map(wholly);
    return this.#allowed({ reliances, coarser: [], tables: [...all].sort() }, entity);
  }

  /** One row of a table, by its primary key. */
  row(path: string, image: RowImage, entity: string): SamplePlan {
    const found = this.#rowOf(path, image);
    if (!found) return this.tables([path], entity);
    return this.#allowed({ tables: [path], coarser: [], reliances: [{ path, late: [], ...found }] }, entity);
  }

  statement({ sql, parameters, entity }: SampleStatement): SamplePlan {
    const session = (): Session => this.#session;
    const manual = { cache: undefined, timeout: undefined, id: undefined };
    const known = { sql, parameters, entity, session, manual } as const;
    const request = { ...known, settings: "", method: "many", locks: false } as const;
    return planRecorded(request, this.#context.analyse(sql), false, this.#context.plan);
  }

  /** All of them together. */
  union(plans: readonly SamplePlan[]): SamplePlan {
    const planned: PlannedSamples[] = [];
    for (const plan of plans) {
      if ("reason" in plan) return plan;
      planned.push(plan);
    }
    const [only, another] = planned;
    if (only && !another) return only;
    return {
      tables: [...new Set(planned.flatMap(({ tables }) => tables))].sort(),
      reliances: merged(planned.flatMap(({ reliances }) => reliances)),
      coarser: [...new Set(planned.flatMap(({ coarser }) => coarser))],
      timeout: Math.min(...planned.map(({ timeout }) => timeout), this.#longest(planned)),
    };
  }

  #longest(planned: readonly PlannedSamples[]): number {
    return planned.length > 0 ? Infinity : this.#context.plan.fallback.timeout;
  }

  #rowOf(path: string, image: RowImage): Pick<Reliance, "parts" | "schemes"> | undefined {
    const { plan, granularity } = this.#context;
    const facts = plan.schema.facts(path);
    if (!facts || !granularity.isGranular(path) || plan.schema.table(path)?.view) return undefined;
    const values = facts.primaryKey.map((column) => [column, image.get(column)] as const);
    if (values.length === 0 || values.some(([, value]) => typeof value !== "string")) return undefined;
    const scheme: Scheme = schemeOf(specOn(facts.primaryKey, [], "all", facts));
    if (granularity.isRefused(scheme)) return undefined;
    const part: Part = { scheme: scheme.id, key: partKey(inOrder(values as [string, string][])) };
    return { parts: [part], schemes: [scheme] };
  }

  #allowed(planned: Omit<PlannedSamples, "timeout">, entity: string | undefined): SamplePlan {
    const { plan } = this.#context;
    const profile = (entity === undefined ? undefined : plan.profiles.get(entity)) ?? plan.fallback;
    if (profile.forbidden) return { reason: "forbidden", detail: entity };
    const forbidden = planned.tables.find((path) => isForbidden(path, entity, plan));
    if (forbidden !== undefined) return { reason: "forbidden", detail: forbidden };
    return { ...planned, timeout: profile.timeout };
  }
}

function wholly(path: string): Reliance {
  return { path, parts: undefined, schemes: [], late: [] };
}

function merged(reliances: readonly Reliance[]): readonly Reliance[] {
  const paths = [...new Set(reliances.map(({ path }) => path))].sort();
  return paths.map((path) => {
    const all = reliances.filter((each) => each.path === path);
    if (all.some(({ parts }) => !parts)) return wholly(path);
    const parts = new Map(
      all.flatMap((each) => each.parts ?? []).map((part) => [`${part.scheme} ${part.key}`, part]),
    );
    const schemes = new Map(all.flatMap((each) => each.schemes).map((scheme) => [scheme.id, scheme]));
    return { path, parts: [...parts.values()], schemes: [...schemes.values()], late: [] };
  });
}
