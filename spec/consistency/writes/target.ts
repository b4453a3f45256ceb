import type { EntityManager } from "typeorm";
import type { Random } from "../../unit/sql/random";
import { type Family, kindIn, kindsOf, type Row, type TableSpec } from "../family";
import { drawFilter } from "../filter";
import { binding, findWhere, literal, sqlOf } from "../filter-sql";
import { LABELS } from "../labels";

/** What a writer draws its statements from. */
export interface WriteContext {
  readonly random: Random;
  readonly family: Family;
  /** A number that no other write has. */
  next(): number;
  /** Quotes a name for the database. */
  escape(name: string): string;
}

export interface Target extends WriteContext {
  readonly manager: EntityManager;
  readonly table: TableSpec;
  readonly id: number;
}

export type Step = (target: Target) => Promise<unknown>;

export interface Values {
  value: number;
  parentId: number | null;
  label: string;
  kind: number | boolean | null;
}

export function drawParent({ random, family, table }: Target): number | null {
  return table.parent !== undefined && random.chance(0.7) ? 1 + random.below(family.ids) : null;
}

export function drawKind({ random, table }: Target): number | boolean | null {
  return random.chance(0.2) ? null : kindIn(table, random.below(kindsOf(table)));
}

/** A whole row but for its id. */
export function drawValues(target: Target): Values {
  const { random, next } = target;
  return { value: next(), parentId: drawParent(target), label: random.pick(LABELS), kind: drawKind(target) };
}

/** One column, or two, to be set to other values. */
export function drawAssigned(target: Target): Partial<Values> {
  const { random } = target;
  const all = drawValues(target);
  const names = ["value", "label", "kind", "parentId"] as const;
  const chosen = new Set([random.pick(names), random.pick(names)].slice(random.below(2)));
  return Object.fromEntries(Object.entries(all).filter(([name]) => chosen.has(name as "value")));
}

/** A filter of the table's rows as WHERE, with parameters for a builder or with literals. */
export function drawCondition(target: Target): { text: string; parameters: Record<string, unknown> } {
  const { random, family, table, escape } = target;
  const filter = drawFilter(random, family, table.name);
  const { bind, parameters } = random.chance(0.5) ? { bind: literal, parameters: {} } : binding("w");
  return { text: sqlOf(filter, table, { name: escape, bind }), parameters };
}

/** The same with literals, for raw statements. */
export function drawText({ random, family, table, escape }: Target, columnPrefix = ""): string {
  const filter = drawFilter(random, family, table.name);
  return sqlOf(filter, table, { name: (column) => columnPrefix + escape(column), bind: literal });
}

/** The same as `update` and `delete` of managers take it. */
export function drawWhere({
  random,
  family,
  table,
}: Target): NonNullable<ReturnType<typeof findWhere>>[number] {
  for (;;) {
    const where = findWhere(drawFilter(random, family, table.name), table);
    if (where?.length === 1) return where[0]!;
  }
}

/** A repository of the table's rows. */
export function rowsIn({ manager, table }: Target): ReturnType<typeof manager.getRepository<Row>> {
  return manager.getRepository<Row>(table.name);
}
