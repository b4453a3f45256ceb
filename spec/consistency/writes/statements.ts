import type { QueryDeepPartialEntity } from "typeorm";
import { type Row, specOf } from "../family";
import { literal } from "../filter-sql";
import {
  drawAssigned,
  drawCondition,
  drawParent,
  drawText,
  drawValues,
  rowsIn,
  type Step,
  type Target,
  type Values,
} from "./target";

type Insertable = QueryDeepPartialEntity<Row>;

/** A value as text. */
const text = (value: Values[keyof Values]): string => (value === null ? "NULL" : literal(value));

const listed = ({ escape }: Target, values: Partial<Values>): string =>
  Object.entries(values)
    .map(([name, value]) => `${escape(name)} = ${text(value)}`)
    .join(", ");

/** The table of the database that makes ids. */
const generating = (target: Target): Target => ({
  ...target,
  table: target.family.tables.find(({ generated }) => generated)!,
});

const parentTable = ({ family, table }: Target): string | undefined =>
  table.parent === undefined ? undefined : specOf(family, table.parent).name;

/** By builders, and by statements as somebody types them. */
export const STATEMENTS: Record<string, Step> = {
  raw: (target) => {
    const [table, value, id] = [target.table.name, "value", "id"].map(target.escape);
    return target.manager.query(`UPDATE ${table} SET ${value} = ${target.next()} WHERE ${id} = ${target.id}`);
  },
  rawWhere: (target) => {
    const table = target.escape(target.table.name);
    return target.manager.query(
      `UPDATE ${table} SET ${listed(target, drawAssigned(target))} WHERE ${drawText(target)}`,
    );
  },
  rawMove: (target) => {
    const [table, parent] = [target.table.name, "parentId"].map(target.escape);
    const to = text(drawParent(target));
    return target.manager.query(`UPDATE ${table} SET ${parent} = ${to} WHERE ${parent} = ${target.id}`);
  },
  rawDelete: (target) =>
    target.manager.query(`DELETE FROM ${target.escape(target.table.name)} WHERE ${drawText(target)}`),
  rawInsert: (target) => {
    const values = { id: target.id, ...drawValues(target) };
    const names = Object.keys(values).map(target.escape).join(", ");
    const row = Object.values(values).map(text).join(", ");
    return target.manager.query(`INSERT INTO ${target.escape(target.table.name)} (${names}) VALUES (${row})`);
  },
  /** Values that only the database knows. */
  expression: (target) => {
    const [table, value, kind, label] = [target.table.name, "value", "kind", "label"].map(target.escape);
    const set = target.random.pick([
      `${value} = ${value} + 1`,
      `${label} = CASE WHEN ${label} = 'a' THEN 'b' ELSE 'a' END`,
      `${kind} = CASE WHEN ${value} > 1000000 THEN NULL ELSE ${kind} END`,
    ]);
    return target.manager.query(`UPDATE ${table} SET ${set} WHERE ${drawText(target)}`);
  },
  /** Rows that are picked by another table's. */
  updateJoined: async (target) => {
    const parent = parentTable(target);
    if (parent === undefined) return;
    const { escape, id } = target;
    const [table, other, parentId, key] = [target.table.name, parent, "parentId", "id"].map(escape);
    const chosen = `SELECT ${key} FROM (SELECT ${key} FROM ${other} WHERE ${key} = ${id}) AS chosen`;
    const set = listed(target, drawAssigned(target));
    await target.manager.query(`UPDATE ${table} SET ${set} WHERE ${parentId} IN (${chosen})`);
  },
  updateFrom: async (target) => {
    const parent = parentTable(target);
    if (parent === undefined) return;
    const [table, other, parentId, key, value] = [target.table.name, parent, "parentId", "id", "value"].map(
      target.escape,
    );
    const on = `c.${parentId} = p.${key} AND p.${key} = ${target.id}`;
    const next = target.next();
    await target.manager.query(
      target.family.database === "mariadb"
        ? `UPDATE ${table} c JOIN ${other} p ON ${on} SET c.${value} = ${next}`
        : `UPDATE ${table} AS c SET ${value} = ${next} FROM ${other} AS p WHERE ${on}`,
    );
  },
  /** Another key, with whatever refers to it. */
  rekey: async (target) => {
    const other = 1 + target.random.below(target.family.ids);
    await rowsIn(target).delete({ id: other });
    await rowsIn(target).update({ id: target.id }, { id: other });
  },
  buildUpdate: (target) => {
    const { text: where, parameters } = drawCondition(target);
    const set = drawAssigned(target) as Insertable;
    return rowsIn(target).createQueryBuilder().update().set(set).where(where, parameters).execute();
  },
  buildExpression: (target) => {
    const { text: where, parameters } = drawCondition(target);
    const value = (): string => `${target.escape("value")} + 1`;
    return rowsIn(target).createQueryBuilder().update().set({ value }).where(where, parameters).execute();
  },
  buildDelete: (target) => {
    const { text: where, parameters } = drawCondition(target);
    return rowsIn(target).createQueryBuilder().delete().where(where, parameters).execute();
  },
  buildAll: (target) => rowsIn(target).createQueryBuilder().update().set({ kind: null }).execute(),
  orUpdate: (target) =>
    rowsIn(target)
      .createQueryBuilder()
      .insert()
      .values({ id: target.id, ...drawValues(target) })
      .orUpdate(["value", "label"], ["id"])
      .execute(),
  insertGenerated: (target) => {
    const into = generating(target);
    return rowsIn(into).insert(drawValues(into));
  },
  saveGenerated: (target) => {
    const into = generating(target);
    return rowsIn(into).save(drawValues(into));
  },
  insertSeveral: (target) => {
    const into = generating(target);
    return rowsIn(into).insert([drawValues(into), drawValues(into)] as Insertable[]);
  },
  /** Those with ids that the database has made; else there would be more and more. */
  deleteGenerated: (target) => {
    const into = generating(target);
    const { ids } = target.family;
    return rowsIn(into)
      .createQueryBuilder()
      .delete()
      .where(`${into.escape("id")} > :ids`, { ids })
      .execute();
  },
  insertSelect: (target) => {
    const into = generating(target);
    const { escape, id, table } = target;
    const [to, from, value, label, key] = [into.table.name, table.name, "value", "label", "id"].map(escape);
    const rows = `SELECT ${value}, ${label} FROM ${from} WHERE ${key} = ${id}`;
    return target.manager.query(`INSERT INTO ${to} (${value}, ${label}) ${rows}`);
  },
};
