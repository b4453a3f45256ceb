import { claimOf } from "../dependencies/claims";
import type { Reliance } from "../dependencies/reliance";
import { specOf } from "../dependencies/scheme";
import type { TableChange } from "../dependencies/row-change";
import { inWords } from "../dependencies/words";
import type { WriteSet } from "../dependencies/writes";
import type { BypassReason } from "../events";
import type { Op } from "../profiles/profile";
import type { Schema } from "../schema/schema";
import type { SqlDialect } from "../sql/analysis";
import type { Scheme } from "../stores/store";
import type { Bypass, CachingPlan } from "./caching-plan";
import type { Namespaces } from "./namespaces";
import type { Registries } from "./registries";
import { MOST_PROBED } from "./row-writes";

/** What the library makes of a statement. Values of parameters appear nowhere in it. */
export type Explanation = ReadExplanation | WriteExplanation;

export interface ReadExplanation {
  readonly kind: "read";
  readonly op: Op;
  /** Name of the main entity. */
  readonly entity: string | undefined;
  /** Whether its result would be answered from the cache, or stored in it. */
  readonly cached: boolean;
  /** Why not. */
  readonly reason: BypassReason | undefined;
  readonly detail: string | undefined;
  /** Milliseconds; `undefined` if it is not cached. */
  readonly timeout: number | undefined;
  readonly tables: readonly string[];
  readonly dependencies: readonly DependencyExplanation[];
  /** Bounds past which it relies on more than the statement says. */
  readonly coarser: readonly string[];
  /** All of it in words. */
  readonly text: string;
}

export interface DependencyExplanation {
  readonly table: string;
  /** In words: which rows, by which columns; `undefined`: any change of the table. */
  readonly scheme: string | undefined;
  /** How many sets of values the statement asks that scheme for. */
  readonly parts: number;
  /** The values come from the result: rows of a joined table that its rows lead to. */
  readonly byResult: boolean;
}

export interface WriteExplanation {
  readonly kind: "write";
  readonly tables: readonly string[];
  /** Why everything would be dropped, if so. */
  readonly everything: string | undefined;
  /** What it would drop, of what reads rely on at present. */
  readonly drops: readonly DropExplanation[];
  /** Whether it would read the rows that it is about to write, to drop less. */
  readonly probes: boolean;
  /** Bounds past which it would drop more than the statement says. */
  readonly coarser: readonly string[];
  readonly text: string;
}

export interface DropExplanation {
  readonly table: string;
  /** In words; `undefined`: whatever relies on the table. */
  readonly scheme: string | undefined;
  /** How many sets of values of it; `"all"`: which ones is not known. */
  readonly parts: number | "all";
}

export function explainRead(plan: CachingPlan | Bypass, entity: string | undefined): ReadExplanation {
  const { op, tables } = plan;
  const planned = "entry" in plan ? plan : undefined;
  const dependencies = (planned?.reliances ?? []).flatMap(dependenciesInWords);
  const explained = {
    kind: "read" as const,
    op,
    entity,
    cached: planned !== undefined,
    reason: "reason" in plan ? plan.reason : undefined,
    detail: "detail" in plan ? plan.detail : undefined,
    timeout: planned?.timeout,
    tables,
    dependencies,
    coarser: planned?.coarser ?? [],
  };
  return { ...explained, text: readInWords(explained) };
}

export interface DropContext {
  readonly schema: Schema;
  readonly namespaces: Namespaces;
  readonly registries: Registries;
  readonly dialect: SqlDialect;
  readonly coarser: (why: string) => void;
}

export function explainWrite(
  { everything, tables: changes }: WriteSet,
  expected: Pick<WriteExplanation, "drops" | "probes" | "coarser">,
): WriteExplanation {
  const tables = [...changes.keys()].sort();
  const explained = { kind: "write" as const, tables, everything, ...expected };
  return { ...explained, text: writeInWords(explained) };
}

/** Of what reads rely on at present. */
export async function dropsOf(writes: WriteSet, context: DropContext): Promise<readonly DropExplanation[]> {
  const changes = [...writes.tables].sort(([a], [b]) => (a < b ? -1 : 1));
  await context.registries.refresh(changes.map(([path]) => context.namespaces.table(path)));
  return changes.flatMap(([path, change]) => dropsOfTable(path, change, context));
}

function dropsOfTable(table: string, change: TableChange, context: DropContext): readonly DropExplanation[] {
  const { namespaces, registries, schema } = context;
  const record = namespaces.table(table);
  const registry = registries.known(record);
  const { changes } = claimOf({ record, change, facts: schema.facts(table) }, registry, context);
  if (!changes) return [{ table, scheme: undefined, parts: "all" }];
  return (registry?.schemes ?? []).flatMap((scheme): DropExplanation[] => {
    if (changes.schemes.includes(scheme.id)) return [{ table, scheme: schemeInWords(scheme), parts: "all" }];
    const parts = changes.parts.filter((part) => part.scheme === scheme.id).length;
    return parts > 0 ? [{ table, scheme: schemeInWords(scheme), parts }] : [];
  });
}

function dependenciesInWords({ path, parts, schemes, late }: Reliance): readonly DependencyExplanation[] {
  if (!parts) return [{ table: path, scheme: undefined, parts: 0, byResult: false }];
  const lateSchemes = new Set(late.map(({ scheme }) => scheme.id));
  return schemes.map((scheme): DependencyExplanation => {
    const byResult = lateSchemes.has(scheme.id);
    const many = parts.filter((part) => part.scheme === scheme.id).length;
    return { table: path, scheme: schemeInWords(scheme), parts: many, byResult };
  });
}

function schemeInWords(scheme: Scheme): string {
  const spec = specOf(scheme);
  return spec ? inWords(spec) : "rows that another version of this package describes";
}

function readInWords(read: Omit<ReadExplanation, "text">): string {
  const { op, entity, cached, reason, detail, timeout, dependencies, coarser } = read;
  const head = `${op}${entity === undefined ? "" : ` of ${entity}`}: `;
  if (!cached) return `${head}not cached (${[reason, detail].filter(Boolean).join(": ")})`;
  return [
    `${head}cached for ${timeout} ms`,
    ...dependencies.map(({ table, scheme = "any change", byResult }) => {
      return `  ${table}: ${scheme}${byResult ? " (as the result shows)" : ""}`;
    }),
    ...coarser.map((why) => `  coarser: ${why}`),
  ].join("\n");
}

function writeInWords(write: Omit<WriteExplanation, "text">): string {
  const { tables, everything, drops, probes, coarser } = write;
  if (everything !== undefined) return `drops everything (${everything})`;
  return [
    `writes ${tables.join(", ") || "nothing"}`,
    ...(probes
      ? [`  reads the rows first that it is about to write, if they are no more than ${MOST_PROBED}`]
      : []),
    ...drops.map(({ table, scheme = "whatever relies on it", parts }) => {
      return `  drops of ${table}: ${scheme}${parts === "all" ? "" : ` (${parts} of its values)`}`;
    }),
    ...(drops.length === 0 ? ["  drops nothing that is relied on at present"] : []),
    ...coarser.map((why) => `  coarser: ${why}`),
  ].join("\n");
}
