import type { EntityManager } from "typeorm";
import { type Family, kidsOf, parentOf, type Row } from "../family";
import { childrenOf, rowsOf, shown, shownAll, type State, type StoredRow } from "../state";
import {
  type Definition,
  find,
  hasKids,
  hasParent,
  isOther,
  isOwner,
  one,
  picked,
  type Read,
  whereOf,
} from "./read";

const idOf = ([id]: StoredRow): number => id;

/** Rows with the rows that belong to them. */
export const RELATIONS: Record<string, Definition> = {
  parents: {
    statements: one,
    possible: hasParent,
    run: async (manager, read) =>
      (await find(manager, { ...read, strategy: "join" }, { parent: true })).map(withParent),
    answer: ({ table }, family, state) =>
      rowsOf(state, table).map((row) => [row, parentRow(state, family, table, row)]),
  },
  /** The parents of some. */
  parentsWhere: {
    statements: one,
    possible: hasParent,
    run: async (manager, read, family) => {
      const where = whereOf(read, family) ?? { id: read.id };
      const repository = manager.getRepository<Row>(read.table);
      const options = { where, relations: { parent: true }, relationLoadStrategy: "join" } as const;
      return (await repository.find({ ...options, order: { id: "ASC" } })).map(withParent);
    },
    answer: (read, family, state) =>
      (whereOf(read, family) ? picked(read, family, state) : onlyId(read, state)).map((row) => [
        row,
        parentRow(state, family, read.table, row),
      ]),
  },
  grandparents: {
    statements: one,
    possible: (family, table) => hasParent(family, table) && hasParent(family, parentOf(family, table)!.name),
    run: async (manager, read) =>
      (await find(manager, { ...read, strategy: "join" }, { parent: { parent: true } })).map((row) => [
        shown(row),
        row.parent ? withParent(row.parent) : null,
      ]),
    answer: ({ table }, family, state) =>
      rowsOf(state, table).map((row) => {
        const parent = parentRow(state, family, table, row);
        const name = parentOf(family, table)!.name;
        return [row, parent && [parent, parentRow(state, family, name, parent)]];
      }),
  },
  kids: {
    statements: ({ strategy }) => (strategy === "query" ? 3 : 1),
    possible: hasKids,
    run: async (manager, read) => (await find(manager, read, { kids: true })).map(withKids),
    // One statement for the rows, by the query strategy one for the kids, and one for whose they are.
    answer: ({ table }, family, rows, kids = rows, owners = kids) => {
      const name = kidsOf(family, table)!.name;
      const all = rowsOf(rows, table);
      const loaded = rowsOf(kids, name).filter(([, , parent]) => all.some(([id]) => id === parent));
      return all.map((row) => {
        const own = new Set(childrenOf(owners, name, row[0]).map(idOf));
        return [row, loaded.filter(([id]) => own.has(id))];
      });
    },
  },
  kidsOfKids: {
    statements: one,
    possible: (family, table) => hasKids(family, table) && hasKids(family, kidsOf(family, table)!.name),
    run: async (manager, read) =>
      (await find(manager, { ...read, strategy: "join" }, { kids: { kids: true } })).map((row) => [
        shown(row),
        byFirst((row.kids ?? []).map(withKids)),
      ]),
    answer: ({ table }, family, state) => {
      const name = kidsOf(family, table)!.name;
      return rowsOf(state, table).map((row) => [
        row,
        childrenOf(state, name, row[0]).map((kid) => [
          kid,
          childrenOf(state, kidsOf(family, name)!.name, kid[0]),
        ]),
      ]);
    },
  },
  /** One row and its kids: which come and go by their own. */
  kidsOfOne: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table, id }) => {
      const options = { where: { id }, relations: { kids: true }, relationLoadStrategy: "join" } as const;
      return (await manager.getRepository<Row>(table).find(options)).map(withKids);
    },
    answer: (read, family, state) =>
      onlyId(read, state).map((row) => [row, childrenOf(state, kidsOf(family, read.table)!.name, row[0])]),
  },
  pageOfKids: {
    statements: () => 2,
    possible: hasKids,
    run: async (manager, read) => (await page(manager, read, "kids")).map(withKids),
    answer: (read, family, ids, rows = ids) =>
      onPage(read, ids, rows).map((row) => [row, childrenOf(rows, kidsOf(family, read.table)!.name, row[0])]),
  },
  others: {
    statements: one,
    possible: isOwner,
    run: async (manager, read) =>
      (await find(manager, { ...read, strategy: "join" }, { others: true })).map((row) => [
        shown(row),
        shownAll(row.others),
      ]),
    answer: ({ table }, family, state) =>
      rowsOf(state, table).map((row) => [row, othersOf(state, family, row)]),
  },
  owners: {
    statements: one,
    possible: isOther,
    run: async (manager, { table, id }) => {
      const options = { where: { id }, relations: { owners: true }, relationLoadStrategy: "join" } as const;
      const rows = await manager.getRepository<Row>(table).find(options);
      return rows.map((row) => [shown(row), shownAll(row.owners)]);
    },
    answer: (read, family, state) => onlyId(read, state).map((row) => [row, ownersOf(state, family, row)]),
  },
  pageOfOthers: {
    statements: () => 2,
    possible: isOwner,
    run: async (manager, read) =>
      (await page(manager, read, "others")).map((row) => [shown(row), shownAll(row.others)]),
    answer: (read, family, ids, rows = ids) =>
      onPage(read, ids, rows).map((row) => [row, othersOf(rows, family, row)]),
  },
  pageOfOwners: {
    statements: () => 2,
    possible: isOther,
    run: async (manager, read) =>
      (await page(manager, read, "owners")).map((row) => [shown(row), shownAll(row.owners)]),
    answer: (read, family, ids, rows = ids) =>
      onPage(read, ids, rows).map((row) => [row, ownersOf(rows, family, row)]),
  },
};

function withParent(row: Row): unknown {
  return [shown(row), row.parent ? shown(row.parent) : null];
}

function withKids(row: Row): [StoredRow, StoredRow[]] {
  return [shown(row), shownAll(row.kids)];
}

function byFirst(rows: readonly [StoredRow, StoredRow[]][]): unknown[] {
  return [...rows].sort(([[a]], [[b]]) => a - b);
}

function page(
  manager: EntityManager,
  { table, skip, take }: Read,
  relation: "kids" | "others" | "owners",
): Promise<Row[]> {
  return manager.getRepository<Row>(table).find({
    relations: { [relation]: true },
    relationLoadStrategy: "join",
    order: { id: "ASC" },
    skip,
    take,
  });
}

/** A page takes two statements: for its ids, and for the rows. */
function onPage({ table, skip, take }: Read, ids: State, rows: State): StoredRow[] {
  const wanted = new Set(
    rowsOf(ids, table)
      .slice(skip, skip + take)
      .map(idOf),
  );
  return rowsOf(rows, table).filter(([id]) => wanted.has(id));
}

function onlyId({ table, id }: Read, state: State): StoredRow[] {
  return rowsOf(state, table).filter((row) => row[0] === id);
}

function parentRow(state: State, family: Family, table: string, row: StoredRow): StoredRow | null {
  return rowsOf(state, parentOf(family, table)!.name).find(([id]) => id === row[2]) ?? null;
}

function othersOf(state: State, { junction }: Family, [owner]: StoredRow): StoredRow[] {
  const linked = state.links.filter((link) => link[0] === owner).map(([, other]) => other);
  return rowsOf(state, junction.other).filter(([id]) => linked.includes(id));
}

function ownersOf(state: State, { junction }: Family, [other]: StoredRow): StoredRow[] {
  const linked = state.links.filter((link) => link[1] === other).map(([owner]) => owner);
  return rowsOf(state, junction.owner).filter(([id]) => linked.includes(id));
}
