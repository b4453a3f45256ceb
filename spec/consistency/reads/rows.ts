import type { Family, Row } from "../family";
import { alive, byId, childrenOf, rowsOf, shown, shownAll, type StoredRow } from "../state";
import { always, chosen, columnsIn, type Definition, number, one, picked, type Read, whereOf } from "./read";

/** More rows than a table begins with. */
const WHOLE = 20;

/** Rows of one table. */
export const ROWS: Record<string, Definition> = {
  one: {
    statements: one,
    possible: always,
    run: async (manager, { table, id }) => {
      const row = await manager.getRepository<Row>(table).findOneBy({ id });
      return row && shown(row);
    },
    answer: ({ table, id }, _family, state) => alive(state, table).find((row) => row[0] === id) ?? null,
  },
  children: {
    statements: one,
    possible: always,
    run: async (manager, { table, id }) =>
      (await manager.getRepository<Row>(table).find({ where: { parentId: id }, order: { id: "ASC" } })).map(
        shown,
      ),
    answer: ({ table, id }, _family, state) => childrenOf(state, table, id),
  },
  page: {
    statements: one,
    possible: always,
    run: async (manager, { table, skip, take }) =>
      (await manager.getRepository<Row>(table).find({ order: { id: "DESC" }, skip, take })).map(shown),
    answer: ({ table, skip, take }, _family, state) =>
      rowsOf(state, table)
        .reverse()
        .slice(skip, skip + take),
  },
  deletedToo: {
    statements: one,
    possible: always,
    run: async (manager, { table }) =>
      (await manager.getRepository<Row>(table).find({ withDeleted: true, order: { id: "ASC" } })).map(shown),
    answer: ({ table }, _family, state) => [...(state.tables[table] ?? [])].sort(byId),
  },
  where: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => shownAll(await chosen(manager, read, family).getMany()),
    answer: picked,
  },
  firstWhere: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const where = whereOf(read, family);
      const row = where
        ? await manager.getRepository<Row>(read.table).findOne({ where, order: { id: "DESC" } })
        : await chosen(manager, read, family).orderBy("r.id", "DESC").limit(1).getOne();
      return row && shown(row);
    },
    answer: (read, family, state) => picked(read, family, state).at(-1) ?? null,
  },
  /** Ordered by another column than those that pick the rows. */
  pageWhere: {
    statements: one,
    possible: always,
    run: async (manager, read, family) =>
      (
        await chosen(manager, read, family)
          .orderBy("r.value", "DESC")
          .addOrderBy("r.id", "ASC")
          .skip(read.skip)
          .take(read.take)
          .getMany()
      ).map(shown),
    answer: (read, family, state) =>
      picked(read, family, state)
        .sort((a, b) => b[1] - a[1] || byId(a, b))
        .slice(read.skip, read.skip + read.take),
  },
  /** With room for more, unless a table of generated keys has grown beyond it. */
  wholePage: {
    statements: one,
    possible: always,
    run: async (manager, { table }) =>
      (await manager.getRepository<Row>(table).find({ order: { id: "ASC" }, take: WHOLE })).map(shown),
    answer: ({ table }, _family, state) => rowsOf(state, table).slice(0, WHOLE),
  },
  /** By a column that may be NULL, and that others tie in. */
  pageByParent: {
    statements: one,
    possible: always,
    run: async (manager, read) => {
      const builder = manager
        .createQueryBuilder<Row>(read.table, "r")
        .orderBy("r.parentId", directionOf(read));
      return (await builder.addOrderBy("r.id").skip(read.skip).take(read.take).getMany()).map(shown);
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table)
        .sort((a, b) => compareParents(a, b, directionOf(read), family) || byId(a, b))
        .slice(read.skip, read.skip + read.take),
  },
  /** Some columns of entities. */
  partial: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const select = ["r.id", ...read.columns.map((column) => `r.${column}`)];
      const rows = await chosen(manager, read, family).select(select).orderBy("r.id").getMany();
      return rows.map((row) => ["id", ...read.columns].map((column) => plain(column, row[column as "id"])));
    },
    answer: (read, family, state) =>
      picked(read, family, state).map((row) => columnsIn(row, ["id", ...read.columns])),
  },
  /** Some columns as the driver gives them; the rows in any order. */
  raw: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const builder = chosen(manager, read, family).select([]);
      for (const column of read.columns) builder.addSelect(`r.${column}`, column);
      const rows = await builder.getRawMany<Record<string, unknown>>();
      return inOrder(rows.map((row) => read.columns.map((column) => plain(column, row[column]))));
    },
    answer: (read, family, state) =>
      inOrder(picked(read, family, state).map((row) => columnsIn(row, read.columns))),
  },
};

function directionOf({ strategy }: Read): "ASC" | "DESC" {
  return strategy === "join" ? "ASC" : "DESC";
}

/** NULL is above all others on PostgreSQL, below them elsewhere. */
function compareParents(
  [, , a]: StoredRow,
  [, , b]: StoredRow,
  direction: "ASC" | "DESC",
  { database }: Family,
): number {
  const none = database === "postgres" ? Infinity : -Infinity;
  const [one, other] = [a ?? none, b ?? none];
  if (one === other) return 0;
  return one < other === (direction === "ASC") ? -1 : 1;
}

function plain(column: string, value: unknown): unknown {
  return column === "label" ? value : number(value ?? null);
}

function inOrder(rows: readonly unknown[][]): unknown[][] {
  return rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}
