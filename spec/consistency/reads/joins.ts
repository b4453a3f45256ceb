import { type Family, kidsOf, parentOf, type Row } from "../family";
import { holds } from "../filter";
import { byId, childrenOf, rowsOf, shown, shownAll, type State, type StoredRow } from "../state";
import {
  asks,
  conditionOf,
  type Definition,
  hasKids,
  hasParent,
  isOwner,
  one,
  picked,
  type Read,
} from "./read";

const kidsName = (family: Family, table: string): string => kidsOf(family, table)!.name;
const parentsName = (family: Family, table: string): string => parentOf(family, table)!.name;

/** Whether a row of another table than the read's satisfies its filter. */
const fits = ({ filter }: Read, { database }: Family, row: StoredRow): boolean =>
  holds(filter, row, database) === true;

function parentRow(state: State, family: Family, table: string, row: StoredRow): StoredRow | undefined {
  return rowsOf(state, parentsName(family, table)).find(([id]) => id === row[2]);
}

/** The filters of these are asked of the table that is joined, or that the subquery reads. */
export const JOINS: Record<string, Definition> = {
  innerJoin: {
    statements: one,
    possible: hasParent,
    filters: parentsName,
    run: async (manager, read, family) => {
      const { text, parameters } = conditionOf("p", read, family, parentsName(family, read.table));
      const builder = manager
        .createQueryBuilder<Row>(read.table, "r")
        .innerJoin("r.parent", "p", text, parameters);
      return shownAll(await builder.getMany());
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table).filter((row) => {
        const parent = parentRow(state, family, read.table, row);
        return parent !== undefined && fits(read, family, parent);
      }),
  },
  leftJoin: {
    statements: one,
    possible: hasParent,
    filters: parentsName,
    run: async (manager, read, family) => {
      const { text, parameters } = conditionOf("p", read, family, parentsName(family, read.table));
      const rows = await manager
        .createQueryBuilder<Row>(read.table, "r")
        .leftJoinAndSelect("r.parent", "p", text, parameters)
        .orderBy("r.id")
        .getMany();
      return rows.map((row) => [shown(row), row.parent ? shown(row.parent) : null]);
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table).map((row) => {
        const parent = parentRow(state, family, read.table, row);
        return [row, parent && fits(read, family, parent) ? parent : null];
      }),
  },
  /** A condition of the joined rows in WHERE: of rows without one, too. */
  leftJoinWhere: {
    statements: one,
    possible: hasParent,
    filters: parentsName,
    run: async (manager, read, family) => {
      const builder = manager.createQueryBuilder<Row>(read.table, "r").leftJoin("r.parent", "p");
      const { text, parameters } = conditionOf("p", read, family, parentsName(family, read.table));
      return shownAll(await builder.where(`(${text} OR p.id IS NULL)`, parameters).getMany());
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table).filter((row) => {
        const parent = parentRow(state, family, read.table, row);
        return !parent || fits(read, family, parent);
      }),
  },
  orderByParent: {
    statements: one,
    possible: hasParent,
    run: async (manager, { table, skip, take }) =>
      (
        await manager
          .createQueryBuilder<Row>(table, "r")
          .leftJoin("r.parent", "p")
          .where("p.id IS NOT NULL")
          .orderBy("p.value", "DESC")
          .addOrderBy("r.id", "ASC")
          .offset(skip)
          .limit(take)
          .getMany()
      ).map(shown),
    answer: ({ table, skip, take }, family, state) => {
      const valueOf = (row: StoredRow): number => parentRow(state, family, table, row)?.[1] ?? 0;
      return rowsOf(state, table)
        .filter((row) => parentRow(state, family, table, row))
        .sort((a, b) => valueOf(b) - valueOf(a) || byId(a, b))
        .slice(skip, skip + take);
    },
  },
  /** In the order of what is joined, which picks none of them. */
  sortedByParent: {
    statements: one,
    possible: hasParent,
    run: async (manager, { table, id }) => {
      const rows = await manager
        .createQueryBuilder<Row>(table, "r")
        .leftJoinAndSelect("r.parent", "p")
        .where("r.id <> :id AND r.parentId IS NOT NULL", { id })
        .orderBy("p.value", "DESC")
        .addOrderBy("r.id", "ASC")
        .getMany();
      // Databases disagree about the place of those whose parent is softly deleted.
      return rows.flatMap((row) => (row.parent ? [[shown(row), shown(row.parent)]] : []));
    },
    answer: ({ table, id }, family, state) => {
      const valueOf = (row: StoredRow): number => parentRow(state, family, table, row)?.[1] ?? 0;
      return rowsOf(state, table)
        .filter((row) => row[0] !== id && parentRow(state, family, table, row))
        .sort((a, b) => valueOf(b) - valueOf(a) || byId(a, b))
        .map((row) => [row, parentRow(state, family, table, row)]);
    },
  },
  /** The kids of one, by what they are worth. */
  sortedKids: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table, id }) => {
      const rows = await manager
        .createQueryBuilder<Row>(table, "r")
        .leftJoinAndSelect("r.kids", "k")
        .where("r.id = :id", { id })
        .orderBy("k.value", "DESC")
        .addOrderBy("k.id", "ASC")
        .getMany();
      return rows.map((row) => [shown(row), (row.kids ?? []).map(shown)]);
    },
    answer: ({ table, id }, family, state) =>
      rowsOf(state, table)
        .filter((row) => row[0] === id)
        .map((row) => [
          row,
          childrenOf(state, kidsName(family, table), id).sort((a, b) => b[1] - a[1] || byId(a, b)),
        ]),
  },
  /** What the kids of some rows add up to; of those alone that have some where the filter is written out. */
  kidsAddedUp: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table, id, style }) => {
      const builder = manager
        .createQueryBuilder<Row>(table, "r")
        .leftJoin("r.kids", "k")
        .select("r.id", "id")
        .addSelect("COUNT(k.id)", "many")
        .addSelect("COALESCE(SUM(k.value), 0)", "total")
        .where("r.id <= :id", { id })
        .groupBy("r.id")
        .orderBy("r.id");
      if (style === "literal") builder.having("COUNT(k.id) > 0");
      const rows = await builder.getRawMany<{ id: unknown; many: unknown; total: unknown }>();
      return rows.map((row) => [row.id, row.many, row.total].map(Number));
    },
    answer: ({ table, id, style }, family, state) =>
      rowsOf(state, table)
        .filter((row) => row[0] <= id)
        .map((row) => {
          const kids = childrenOf(state, kidsName(family, table), row[0]);
          return [row[0], kids.length, kids.reduce((sum, [, value]) => sum + value, 0)] as const;
        })
        .filter(([, many]) => style !== "literal" || many > 0),
  },
  /** What the parents of all rows are worth; of some alone where the filter is written out. */
  worthOfParents: {
    statements: one,
    possible: hasParent,
    run: async (manager, { table, take, style }) => {
      const builder = manager
        .createQueryBuilder<Row>(table, "r")
        .leftJoin("r.parent", "p")
        .select("r.parentId", "parent")
        .addSelect("COUNT(*)", "many")
        .addSelect("COALESCE(MAX(p.value), -1)", "worth")
        .where("r.parentId IS NOT NULL")
        .groupBy("r.parentId")
        .orderBy("worth", "DESC")
        .addOrderBy("r.parentId", "ASC");
      if (style === "literal") builder.limit(take);
      const rows = await builder.getRawMany<{ parent: unknown; many: unknown; worth: unknown }>();
      return rows.map(({ parent, many, worth }) => [parent, many, worth].map(Number));
    },
    answer: ({ table, take, style }, family, state) => {
      const parents = rowsOf(state, parentsName(family, table));
      // One that is softly deleted is not joined.
      const worthOf = (id: number): number => parents.find((row) => row[0] === id)?.[1] ?? -1;
      const ids = new Set(rowsOf(state, table).flatMap(([, , parent]) => parent ?? []));
      const groups = [...ids]
        .map((id) => [id, childrenOf(state, table, id).length, worthOf(id)] as const)
        .sort((a, b) => b[2] - a[2] || a[0] - b[0]);
      return style === "literal" ? groups.slice(0, take) : groups;
    },
  },
  /** Each row as often as it has kids: what LIMIT cuts depends on them. */
  limitedKids: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table, take }, family) => {
      const rows = await manager
        .createQueryBuilder(table, "r")
        .leftJoin(kidsName(family, table), "k", "k.parentId = r.id")
        .select("r.id", "id")
        .addSelect("k.id", "kid")
        .where("r.id >= :least", { least: 1 })
        .orderBy("r.id")
        .addOrderBy("k.id", "ASC")
        .limit(take + 1)
        .getRawMany<{ id: unknown; kid: unknown }>();
      return rows.map(({ id, kid }) => [Number(id), kid === null ? null : Number(kid)]);
    },
    answer: ({ table, take }, family, state) => {
      const pairs = rowsOf(state, table).flatMap(([id]) => {
        const own = childrenOf(state, kidsName(family, table), id).map(([kid]) => [id, kid]);
        return own.length > 0 ? own : [[id, null]];
      });
      return pairs.slice(0, take + 1);
    },
  },
  /** What LIMIT and OFFSET cut depends on how often the kids repeat a row, though none is looked at. */
  limitedRepeats: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table, skip, take, style }) => {
      const builder = manager
        .createQueryBuilder<Row>(table, "r")
        .leftJoin("r.kids", "k")
        .select("r.id", "id")
        .orderBy("r.id")
        .offset(skip)
        .limit(take);
      // The same of all kids of one.
      if (style === "bound") builder.addSelect("k.parentId", "parent");
      const rows = await builder.getRawMany<{ id: unknown }>();
      return rows.map(({ id }) => Number(id));
    },
    answer: ({ table, skip, take }, family, state) => repeated(family, state, table).slice(skip, skip + take),
  },
  countRepeats: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table }) => {
      const builder = manager
        .createQueryBuilder<Row>(table, "r")
        .leftJoin("r.kids", "k")
        .select("COUNT(*)", "many");
      return Number((await builder.getRawOne<{ many: unknown }>())?.many);
    },
    answer: ({ table }, family, state) => repeated(family, state, table).length,
  },
  whereParent: {
    statements: one,
    possible: hasParent,
    run: async (manager, { table, id }) => {
      const where = { parent: { id } };
      return shownAll(await manager.getRepository<Row>(table).find({ where }));
    },
    answer: ({ table, id }, family, state) =>
      rowsOf(state, table).filter((row) => parentRow(state, family, table, row)?.[0] === id),
  },
  /** Owners of which some other one satisfies the filter. */
  whereOthers: {
    statements: one,
    possible: isOwner,
    filters: ({ junction }) => junction.other,
    run: async (manager, read, family) => {
      const { text, parameters } = conditionOf("o", read, family, family.junction.other);
      const builder = manager
        .createQueryBuilder<Row>(read.table, "r")
        .innerJoin("r.others", "o", text, parameters);
      return shownAll(await builder.getMany());
    },
    answer: (read, family, state) => {
      const others = rowsOf(state, family.junction.other).filter((row) => fits(read, family, row));
      return rowsOf(state, read.table).filter(([id]) =>
        state.links.some(([owner, other]) => owner === id && others.some((row) => row[0] === other)),
      );
    },
  },
  countOfParent: {
    statements: one,
    possible: hasParent,
    run: (manager, read, family) =>
      asks(
        manager.createQueryBuilder<Row>(read.table, "r").innerJoin("r.parent", "p"),
        "r",
        read,
        family,
      ).getCount(),
    answer: (read, family, state) =>
      picked(read, family, state).filter((row) => parentRow(state, family, read.table, row)).length,
  },
  kidsWhere: {
    statements: one,
    possible: hasKids,
    filters: kidsName,
    run: async (manager, read, family) => {
      const { text, parameters } = conditionOf("k", read, family, kidsName(family, read.table));
      const rows = await manager
        .createQueryBuilder<Row>(read.table, "r")
        .leftJoinAndSelect("r.kids", "k", text, parameters)
        .orderBy("r.id")
        .getMany();
      return rows.map((row) => [shown(row), shownAll(row.kids)]);
    },
    answer: (read, family, state) =>
      rowsOf(state, read.table).map((row) => [
        row,
        childrenOf(state, kidsName(family, read.table), row[0]).filter((kid) => fits(read, family, kid)),
      ]),
  },
};

/** The ids of rows, each as often as it has kids, and once if it has none. */
function repeated(family: Family, state: State, table: string): number[] {
  return rowsOf(state, table).flatMap(([id]) => {
    const kids = childrenOf(state, kidsName(family, table), id);
    return kids.length > 0 ? kids.map(() => id) : [id];
  });
}
