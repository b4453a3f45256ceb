import type { EntityManager } from "typeorm";
import { type Family, kidsOf, type Row, specOf } from "../family";
import { holds } from "../filter";
import { literal, sqlOf } from "../filter-sql";
import { childrenOf, rowsOf, shown, shownAll, type State, type StoredRow } from "../state";
import { asks, type Definition, hasKids, isOwner, always, one, picked, type Read } from "./read";

const kidsName = (family: Family, table: string): string => kidsOf(family, table)!.name;

const fittingKids = (read: Read, family: Family, state: State, [id]: StoredRow): StoredRow[] =>
  childrenOf(state, kidsName(family, read.table), id).filter(
    (kid) => holds(read.filter, kid, family.database) === true,
  );

/** The table's name and its filter as text, past TypeORM's builders: soft-deleted rows are there. */
function plainSelect(manager: EntityManager, table: string, read: Read, family: Family): string {
  const escape = (name: string): string => manager.connection.driver.escape(name);
  const condition = sqlOf(read.filter, specOf(family, table), { name: escape, bind: literal });
  return `SELECT ${escape("id")} AS n FROM ${escape(table)} WHERE ${condition}`;
}

function allPicked({ filter }: Read, { database }: Family, state: State, table: string): number[] {
  const rows = state.tables[table] ?? [];
  return rows.filter((row) => holds(filter, row, database) === true).map(([id]) => id);
}

export const SUBQUERIES: Record<string, Definition> = {
  subquery: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table }, family) => {
      const builder = manager.createQueryBuilder<Row>(table, "p").orderBy("p.id");
      const kids = builder.subQuery().select("k.parentId").from<Row>(kidsName(family, table), "k");
      return (
        await builder.where(`p.id IN ${kids.where("k.parentId IS NOT NULL").getQuery()}`).getMany()
      ).map(shown);
    },
    answer: ({ table }, family, state) =>
      // TypeORM leaves soft-deleted rows out of a subquery made with its builder, too.
      rowsOf(state, table).filter(([id]) => childrenOf(state, kidsName(family, table), id).length > 0),
  },
  /** The filter is asked of the kids. */
  inSubquery: {
    statements: one,
    possible: hasKids,
    filters: kidsName,
    run: async (manager, read, family) => {
      const builder = manager.createQueryBuilder<Row>(read.table, "p");
      const kids = kidsName(family, read.table);
      const inner = asks(
        builder.subQuery().select("k.parentId").from<Row>(kids, "k"),
        "k",
        read,
        family,
        kids,
      );
      const rows = await builder.where(`p.id IN ${inner.getQuery()}`, inner.getParameters()).getMany();
      return shownAll(rows);
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table).filter((row) => fittingKids(read, family, state, row).length > 0),
  },
  notExists: {
    statements: one,
    possible: hasKids,
    filters: kidsName,
    run: async (manager, read, family) => {
      const builder = manager.createQueryBuilder<Row>(read.table, "p");
      const kids = kidsName(family, read.table);
      const inner = builder.subQuery().select("1").from<Row>(kids, "k").where("k.parentId = p.id");
      asks(inner, "k", read, family, kids);
      const rows = await builder.where(`NOT EXISTS ${inner.getQuery()}`, inner.getParameters()).getMany();
      return shownAll(rows);
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table).filter((row) => fittingKids(read, family, state, row).length === 0),
  },
  /** How many fitting kids each has, by a scalar subquery in the select list. */
  counted: {
    statements: one,
    possible: hasKids,
    filters: kidsName,
    run: async (manager, read, family) => {
      const kids = kidsName(family, read.table);
      const rows = await manager
        .createQueryBuilder<Row>(read.table, "p")
        .select("p.id", "id")
        .addSelect(
          (inner) =>
            asks(
              inner.select("COUNT(*)").from<Row>(kids, "k").where("k.parentId = p.id"),
              "k",
              read,
              family,
              kids,
            ),
          "many",
        )
        .orderBy("p.id")
        .getRawMany<{ id: unknown; many: unknown }>();
      return rows.map(({ id, many }) => [Number(id), Number(many)]);
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table).map((row) => [row[0], fittingKids(read, family, state, row).length]),
  },
  /** Ids of one table and of another that is chosen by the same condition. */
  union: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const [first, second] = [read.table, family.tables[0]!.name].map((table) =>
        plainSelect(manager, table, { ...read, filter: unionFilter(read) }, family),
      );
      const rows = await manager
        .createQueryBuilder()
        .select("u.n", "n")
        .from(`(${first} UNION ${second})`, "u")
        .getRawMany<{ n: unknown }>();
      return rows.map(({ n }) => Number(n)).sort((a, b) => a - b);
    },
    answer: (read, family, state) => {
      const both = [read.table, family.tables[0]!.name].flatMap((table) =>
        allPicked({ ...read, filter: unionFilter(read) }, family, state, table),
      );
      return [...new Set(both)].sort((a, b) => a - b);
    },
  },
  /** The rows of a derived table. */
  derived: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const rows = await manager
        .createQueryBuilder()
        .select("d.value", "value")
        .from(
          (inner) =>
            asks(
              inner.select(["r.id AS id", "r.value AS value"]).from<Row>(read.table, "r"),
              "r",
              read,
              family,
            ),
          "d",
        )
        .where("d.id > :least", { least: 1 })
        .getRawMany<{ value: unknown }>();
      return rows.map(({ value }) => Number(value)).sort((a, b) => a - b);
    },
    answer: (read, family, state) =>
      picked(read, family, state)
        .filter(([id]) => id > 1)
        .map(([, value]) => value)
        .sort((a, b) => a - b),
  },
  links: {
    statements: one,
    possible: isOwner,
    run: async (manager, _read, family) => {
      const { table } = family.junction;
      const raw = manager.createQueryBuilder().select("COUNT(*)", "many").from(table, "l");
      return Number((await raw.getRawOne<{ many: unknown }>())?.many);
    },
    answer: (_read, _family, state) => state.links.length,
  },
  linksOfOne: {
    statements: one,
    possible: isOwner,
    run: async (manager, { id }, family) => {
      const raw = manager
        .createQueryBuilder()
        .select("l.otherId", "other")
        .from(family.junction.table, "l")
        .where("l.ownerId = :id", { id });
      const rows = await raw.getRawMany<{ other: unknown }>();
      return rows.map(({ other }) => Number(other)).sort((a, b) => a - b);
    },
    answer: ({ id }, _family, state) =>
      state.links
        .filter(([owner]) => owner === id)
        .map(([, other]) => other)
        .sort((a, b) => a - b),
  },
};

/** One that any table can be asked: `kind` has different types. */
function unionFilter({ id, columns }: Read): Read["filter"] {
  const equal = { op: "=", column: "parentId", value: id } as const;
  return columns.includes("label")
    ? { op: "or", of: [equal, { op: "=", column: "label", value: "a" }] }
    : equal;
}
