import type { EntityManager } from "typeorm";
import { type Family, kindIn, kindsOf, type Row, type TableSpec } from "../../consistency/family";
import { literal } from "../../consistency/filter-sql";
import type { StoredRow } from "../../consistency/state";
import type { Random } from "../../unit/sql/random";
import { PLAIN_LABELS } from "./questions";

/** Rows to which a write assigned values, be they the same as before. */
export interface Assigned {
  readonly table: string;
  readonly columns: readonly string[];
  has(row: StoredRow): boolean;
}

interface Given {
  readonly manager: EntityManager;
  readonly random: Random;
  readonly family: Family;
  readonly table: TableSpec;
  readonly id: number;
  /** To be told of each UPDATE. */
  assign(columns: readonly string[], has: Assigned["has"]): void;
}

/** Writes whose rows are known, by their text, by what the database gives back, or by a look at them. */
const ACTS: readonly ((given: Given) => unknown)[] = [
  (given) => rowsIn(given).update({ id: given.id }, someOf(given, byId(given))),
  (given) => rowsIn(given).update({ id: given.id }, someOf(given, byId(given))),
  (given) =>
    rowsIn(given).update(
      { parentId: given.id },
      someOf(given, (row) => row[2] === given.id),
    ),
  (given) =>
    rowsIn(given)
      .createQueryBuilder()
      .update()
      .set(someOf(given, (row) => row[5] === null))
      .where("kind IS NULL")
      .execute(),
  (given) => rowsIn(given).save({ id: given.id, ...someOf(given, byId(given)) }),
  // Of rows that go along with others no more is known than their foreign keys.
  (given) => (isReferred(given) ? undefined : rowsIn(given).delete({ id: given.id })),
  (given) => rowsIn(given).insert({ id: given.id, ...allOf(given) }),
  (given) => rowsIn(given).insert({ id: given.id, ...allOf(given) }),
  (given) => {
    const generating = { ...given, table: given.family.tables.find(({ generated }) => generated)! };
    return rowsIn(generating).insert(allOf(generating));
  },
  (given) => {
    const escape = (name: string): string => given.manager.connection.driver.escape(name);
    const assigned = Object.entries(someOf(given, byId(given)));
    const set = assigned.map(([name, value]) => `${escape(name)} = ${text(value)}`).join(", ");
    const where = `${escape("id")} = ${given.id}`;
    return given.manager.query(`UPDATE ${escape(given.table.name)} SET ${set} WHERE ${where}`);
  },
];

/** Gives what was assigned; nothing if the database refused the write: then nobody knows what it might have changed. */
export async function act(
  manager: EntityManager,
  random: Random,
  family: Family,
): Promise<readonly Assigned[] | undefined> {
  const table = random.pick(family.tables);
  const id = 1 + random.below(family.ids);
  const all: Assigned[] = [];
  const assign: Given["assign"] = (columns, has) => void all.push({ table: table.name, columns, has });
  const once = async (inner: EntityManager): Promise<unknown> =>
    random.pick(ACTS)({ manager: inner, random, family, table, id, assign });
  // SQLite's rows are looked at before they are written in transactions only.
  const isAlone = family.database !== "sqljs" && random.chance(0.7);
  return (isAlone ? once(manager) : manager.transaction(once)).then(
    () => all,
    () => undefined,
  );
}

function byId({ id }: Given): Assigned["has"] {
  return (row) => row[0] === id;
}

function isReferred({ family, table }: Given): boolean {
  const { junction, tables } = family;
  return (
    tables.some(({ parent }) => parent === table.name) ||
    [junction.owner, junction.other].includes(table.name)
  );
}

function rowsIn({ manager, table }: Given) {
  return manager.getRepository<Row>(table.name);
}

function allOf({ random, family, table }: Given): Record<string, unknown> {
  const parentId = table.parent !== undefined && random.chance(0.8) ? 1 + random.below(family.ids) : null;
  const kind = random.chance(0.3) ? null : kindIn(table, random.below(kindsOf(table)));
  return { value: random.below(4), parentId, kind, label: random.pick(PLAIN_LABELS) };
}

function someOf(given: Given, has: Assigned["has"]): Record<string, unknown> {
  const all = Object.entries(allOf(given));
  const names = new Set([given.random.pick(all)[0], given.random.pick(all)[0]]);
  given.assign([...names], has);
  return Object.fromEntries(all.filter(([name]) => names.has(name)));
}

function text(value: unknown): string {
  return value === null ? "NULL" : literal(value as number | string | boolean);
}
