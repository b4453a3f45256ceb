import { classOf } from "../labels";
import type { Row } from "../family";
import { alive, childrenOf, type StoredRow } from "../state";
import { always, chosen, type Definition, number, one, picked, whereOf } from "./read";

const valuesOf = (rows: readonly StoredRow[]): number[] => rows.map(([, value]) => value);
const sumOf = (rows: readonly StoredRow[]): number | null =>
  rows.length === 0 ? null : valuesOf(rows).reduce((sum, value) => sum + value, 0);

/** What is counted, summed and grouped. */
export const AGGREGATES: Record<string, Definition> = {
  count: {
    statements: one,
    possible: always,
    run: (manager, { table, id }) => manager.getRepository<Row>(table).countBy({ parentId: id }),
    answer: ({ table, id }, _family, state) => childrenOf(state, table, id).length,
  },
  sum: {
    statements: one,
    possible: always,
    run: async (manager, { table }) => number(await manager.getRepository<Row>(table).sum("value")),
    answer: ({ table }, _family, state) => sumOf(alive(state, table)),
  },
  exists: {
    statements: one,
    possible: always,
    run: (manager, { table, id }) => manager.getRepository<Row>(table).existsBy({ id }),
    answer: ({ table, id }, _family, state) => alive(state, table).some((row) => row[0] === id),
  },
  groups: {
    statements: one,
    possible: always,
    run: async (manager, { table }) => {
      const rows = await manager
        .createQueryBuilder(table, "g")
        .select("g.parentId", "parent")
        .addSelect("COUNT(*)", "many")
        .addSelect("SUM(g.value)", "total")
        .where("g.parentId IS NOT NULL")
        .groupBy("g.parentId")
        .orderBy("g.parentId")
        .getRawMany<{ parent: unknown; many: unknown; total: unknown }>();
      return rows.map(({ parent, many, total }) => [parent, many, total].map(Number));
    },
    answer: ({ table }, _family, state) => {
      const rows = alive(state, table);
      const parents = [...new Set(rows.flatMap(([, , parent]) => parent ?? []))].sort((a, b) => a - b);
      return parents.map((parent) => {
        const group = rows.filter((row) => row[2] === parent);
        return [parent, group.length, group.reduce((sum, [, value]) => sum + value, 0)];
      });
    },
  },
  countWhere: {
    statements: one,
    possible: always,
    run: (manager, read, family) => {
      const where = whereOf(read, family);
      return where
        ? manager.getRepository<Row>(read.table).countBy(where)
        : chosen(manager, read, family).getCount();
    },
    answer: (read, family, state) => picked(read, family, state).length,
  },
  existsWhere: {
    statements: one,
    possible: always,
    run: (manager, read, family) => {
      const where = whereOf(read, family);
      return where
        ? manager.getRepository<Row>(read.table).existsBy(where)
        : chosen(manager, read, family).getExists();
    },
    answer: (read, family, state) => picked(read, family, state).length > 0,
  },
  totalWhere: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const where = whereOf(read, family);
      if (where) return number(await manager.getRepository<Row>(read.table).sum("value", where));
      const builder = chosen(manager, read, family).select("SUM(r.value)", "total");
      return number((await builder.getRawOne<{ total: unknown }>())?.total ?? null);
    },
    answer: (read, family, state) => sumOf(picked(read, family, state)),
  },
  extremes: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const builder = chosen(manager, read, family)
        .select("MIN(r.value)", "low")
        .addSelect("MAX(r.id)", "high")
        .addSelect("COUNT(DISTINCT r.label)", "labels");
      const { low, high, labels } = (await builder.getRawOne<Record<string, unknown>>()) ?? {};
      return [low, high, labels].map((each) => number(each ?? null));
    },
    answer: (read, family, state) => {
      const rows = picked(read, family, state);
      const labels = new Set(rows.map(([, , , , label]) => classOf(family.database, label))).size;
      if (rows.length === 0) return [null, null, 0];
      return [Math.min(...valuesOf(rows)), Math.max(...rows.map(([id]) => id)), labels];
    },
  },
  kinds: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const rows = await chosen(manager, read, family)
        .select("r.kind", "kind")
        .distinct()
        .getRawMany<{ kind: unknown }>();
      return sortedKinds(rows.map(({ kind }) => number(kind)));
    },
    answer: (read, family, state) =>
      sortedKinds([...new Set(picked(read, family, state).map(([, , , , , kind]) => kind))]),
  },
  /** How many rows each kind has of which there are several. */
  having: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const rows = await chosen(manager, read, family)
        .select("r.kind", "kind")
        .addSelect("COUNT(*)", "many")
        .groupBy("r.kind")
        .having("COUNT(*) > :few", { few: 1 })
        .getRawMany<{ kind: unknown; many: unknown }>();
      return sortedGroups(rows.map(({ kind, many }) => [number(kind), Number(many)]));
    },
    answer: (read, family, state) => {
      const rows = picked(read, family, state);
      const kinds = [...new Set(rows.map(([, , , , , kind]) => kind))];
      const groups = kinds.map((kind): Group => [kind, rows.filter((row) => row[5] === kind).length]);
      return sortedGroups(groups.filter(([, many]) => many > 1));
    },
  },
  /** How many rows have equal labels. Which of them a group shows is the database's choice. */
  labels: {
    statements: one,
    possible: always,
    run: async (manager, read, family) => {
      const builder = chosen(manager, read, family).select("COUNT(*)", "many").groupBy("r.label");
      const rows = await builder.getRawMany<{ many: unknown }>();
      return rows.map(({ many }) => Number(many)).sort();
    },
    answer: (read, family, state) => {
      const counts = new Map<string, number>();
      for (const [, , , , label] of picked(read, family, state)) {
        const name = classOf(family.database, label);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return [...counts.values()].sort();
    },
  },
};

type Group = [kind: number | null, many: number];

function sortedKinds(kinds: readonly (number | null)[]): (number | null)[] {
  return [...kinds].sort((a, b) => (a ?? -1) - (b ?? -1));
}

function sortedGroups(groups: readonly Group[]): Group[] {
  return [...groups].sort(([a], [b]) => (a ?? -1) - (b ?? -1));
}
