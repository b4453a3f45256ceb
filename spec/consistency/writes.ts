import type { EntityManager } from "typeorm";
import type { Random } from "../unit/sql/random";
import type { Family, Row, TableSpec } from "./family";

/** What a writer draws its statements from. */
export interface WriteContext {
  readonly random: Random;
  readonly family: Family;
  /** A number that no other write has. */
  next(): number;
  /** Quotes a name for the database. */
  escape(name: string): string;
}

interface Target extends WriteContext {
  readonly manager: EntityManager;
  readonly table: TableSpec;
  readonly id: number;
}

const parentId = ({ random, family, table }: Target): number | null =>
  table.parent !== undefined && random.chance(0.7) ? 1 + random.below(family.ids) : null;

function insert(target: Target): Promise<unknown> {
  const values = { id: target.id, value: target.next(), parentId: parentId(target) };
  return target.manager
    .createQueryBuilder()
    .insert()
    .into<Row>(target.table.name)
    .values(values)
    .orIgnore()
    .execute();
}

const anyPair = ({ random, family }: Target): [owner: number, other: number] => [
  1 + random.below(family.ids),
  1 + random.below(family.ids),
];

/** The doors. Each writes once, to a row of `table` or to the junction. */
const STEPS = {
  update: ({ manager, table, id, next }: Target) =>
    manager.update<Row>(table.name, { id }, { value: next() }),
  updateKids: ({ manager, table, id, next }: Target) =>
    manager.update<Row>(table.name, { parentId: id }, { value: next() }),
  raw: (target: Target) => {
    const [table, value, id] = [target.table.name, "value", "id"].map(target.escape);
    return target.manager.query(`UPDATE ${table} SET ${value} = ${target.next()} WHERE ${id} = ${target.id}`);
  },
  save: async ({ manager, table, id, next }: Target) => {
    const row = await manager.getRepository<Row>(table.name).findOneBy({ id });
    if (row) await manager.getRepository<Row>(table.name).save({ ...row, value: next() });
  },
  saveNew: (target: Target) =>
    target.manager
      .getRepository<Row>(target.table.name)
      .save({ id: target.id, value: target.next(), parentId: parentId(target) }),
  delete: ({ manager, table, id }: Target) => manager.delete<Row>(table.name, { id }),
  insert,
  replace: async (target: Target) => {
    await target.manager.delete<Row>(target.table.name, { id: target.id });
    await insert(target);
  },
  reparent: (target: Target) =>
    target.manager.update<Row>(target.table.name, { id: target.id }, { parentId: parentId(target) }),
  softDelete: ({ manager, table, id, next }: Target) =>
    table.soft
      ? manager.softDelete<Row>(table.name, { id })
      : manager.update<Row>(table.name, { id }, { value: next() }),
  restore: ({ manager, table, id, next }: Target) =>
    table.soft
      ? manager.restore<Row>(table.name, { id })
      : manager.update<Row>(table.name, { id }, { value: next() }),
  link: (target: Target) => {
    const { manager, family } = target;
    const [ownerId, otherId] = anyPair(target);
    return manager
      .createQueryBuilder()
      .insert()
      .into(family.junction.table)
      .values({ ownerId, otherId })
      .orIgnore()
      .execute();
  },
  unlink: (target: Target) => {
    const { manager, family } = target;
    const [owner, other] = anyPair(target);
    return manager.createQueryBuilder().relation(family.junction.owner, "others").of(owner).remove(other);
  },
} satisfies Record<string, (target: Target) => Promise<unknown>>;

type Step = keyof typeof STEPS;

const NAMES = Object.keys(STEPS) as Step[];

/** Rows that go have to come back, or soon there would be none. */
const WEIGHTED: readonly Step[] = [
  ...NAMES,
  "insert",
  "insert",
  "insert",
  "link",
  "restore",
  "update",
  "raw",
];

export async function writeOnce(manager: EntityManager, context: WriteContext): Promise<void> {
  const { random, family } = context;
  const table = random.pick(family.tables);
  const step = random.pick(WEIGHTED);
  await STEPS[step]({ ...context, manager, table, id: 1 + random.below(family.ids) });
}
