import type { EntityManager, FindOptionsRelations } from "typeorm";
import type { Random } from "../unit/sql/random";
import { type Family, kidsOf, type Row } from "./family";
import { alive, shown, type State, type StoredRow } from "./state";

type Strategy = "join" | "query";

const KINDS = [
  "one",
  "children",
  "page",
  "deletedToo",
  "count",
  "sum",
  "exists",
  "groups",
  "subquery",
  "parents",
  "kids",
  "pageOfKids",
  "others",
  "links",
] as const;

/** One read, as plain data: it is drawn, written into the history, and evaluated by the model. */
export interface Read {
  readonly kind: (typeof KINDS)[number];
  readonly table: string;
  readonly id: number;
  readonly skip: number;
  readonly take: number;
  readonly strategy: Strategy;
}

interface Definition {
  /** How many SQL statements TypeORM makes of it: each may see another state, later ones no earlier. */
  statements(read: Read): number;
  possible(family: Family, table: string): boolean;
  run(manager: EntityManager, read: Read, family: Family): Promise<unknown>;
  /** The answer, had the statements in turn been run on these states. */
  answer(read: Read, family: Family, ...states: State[]): unknown;
}

const one = (): number => 1;
const always = (): boolean => true;
const hasKids = (family: Family, table: string): boolean => kidsOf(family, table) !== undefined;
const hasParent = (family: Family, table: string): boolean =>
  family.tables.some(({ name, parent }) => name === table && parent !== undefined);
const isOwner = (family: Family, table: string): boolean => family.junction.owner === table;

const byId = (a: StoredRow, b: StoredRow): number => a[0] - b[0];
const shownAll = (rows: readonly Row[] = []): StoredRow[] => rows.map(shown).sort(byId);
const rowsOf = (state: State, table: string): StoredRow[] => [...alive(state, table)].sort(byId);
const childrenOf = (state: State, table: string, parent: number): StoredRow[] =>
  rowsOf(state, table).filter(([, , parentId]) => parentId === parent);

function find(
  manager: EntityManager,
  { table, strategy }: Read,
  relations: FindOptionsRelations<Row>,
): Promise<Row[]> {
  return manager
    .getRepository<Row>(table)
    .find({ relations, relationLoadStrategy: strategy, order: { id: "ASC" } });
}

const DEFINITIONS: Record<Read["kind"], Definition> = {
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
  count: {
    statements: one,
    possible: always,
    run: (manager, { table, id }) => manager.getRepository<Row>(table).countBy({ parentId: id }),
    answer: ({ table, id }, _family, state) => childrenOf(state, table, id).length,
  },
  sum: {
    statements: one,
    possible: always,
    run: async (manager, { table }) => {
      const sum = await manager.getRepository<Row>(table).sum("value");
      return sum === null ? null : Number(sum);
    },
    answer: ({ table }, _family, state) => {
      const rows = alive(state, table);
      return rows.length === 0 ? null : rows.reduce((sum, [, value]) => sum + value, 0);
    },
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
  subquery: {
    statements: one,
    possible: hasKids,
    run: async (manager, { table }, family) => {
      const builder = manager.createQueryBuilder<Row>(table, "p").orderBy("p.id");
      const kids = builder.subQuery().select("k.parentId").from<Row>(kidsOf(family, table)!.name, "k");
      return (
        await builder.where(`p.id IN ${kids.where("k.parentId IS NOT NULL").getQuery()}`).getMany()
      ).map(shown);
    },
    answer: ({ table }, family, state) =>
      // TypeORM leaves soft-deleted rows out of a subquery made with its builder, too.
      rowsOf(state, table).filter(([id]) => childrenOf(state, kidsOf(family, table)!.name, id).length > 0),
  },
  parents: {
    statements: one,
    possible: hasParent,
    run: async (manager, read) =>
      (await find(manager, { ...read, strategy: "join" }, { parent: true })).map((row) => [
        shown(row),
        row.parent ? shown(row.parent) : null,
      ]),
    answer: ({ table }, family, state) => {
      const parents = alive(state, family.tables.find(({ name }) => name === table)!.parent!);
      return rowsOf(state, table).map((row) => [row, parents.find(([id]) => id === row[2]) ?? null]);
    },
  },
  kids: {
    statements: ({ strategy }) => (strategy === "query" ? 3 : 1),
    possible: hasKids,
    run: async (manager, read) =>
      (await find(manager, read, { kids: true })).map((row) => [shown(row), shownAll(row.kids)]),
    // One statement for the rows, by the query strategy one for the kids, and one for whose they are.
    answer: ({ table }, family, rows, kids = rows, owners = kids) => {
      const name = kidsOf(family, table)!.name;
      const all = rowsOf(rows, table);
      const loaded = rowsOf(kids, name).filter(([, , parent]) => all.some(([id]) => id === parent));
      return all.map((row) => {
        const own = new Set(childrenOf(owners, name, row[0]).map(([id]) => id));
        return [row, loaded.filter(([id]) => own.has(id))];
      });
    },
  },
  pageOfKids: {
    statements: () => 2,
    possible: hasKids,
    run: async (manager, { table, skip, take }) => {
      const rows = await manager
        .getRepository<Row>(table)
        .find({ relations: { kids: true }, relationLoadStrategy: "join", order: { id: "ASC" }, skip, take });
      return rows.map((row) => [shown(row), shownAll(row.kids)]);
    },
    answer: ({ table, skip, take }, family, ids, rows = ids) => {
      const page = rowsOf(ids, table).slice(skip, skip + take);
      const chosen = new Set(page.map(([id]) => id));
      const kids = kidsOf(family, table)!.name;
      return rowsOf(rows, table)
        .filter(([id]) => chosen.has(id))
        .map((row) => [row, childrenOf(rows, kids, row[0])]);
    },
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
      rowsOf(state, table).map((row) => {
        const linked = state.links.filter(([owner]) => owner === row[0]).map(([, other]) => other);
        return [row, rowsOf(state, family.junction.other).filter(([id]) => linked.includes(id))];
      }),
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
};

export function drawRead(random: Random, family: Family): Read {
  for (;;) {
    const kind = random.pick(KINDS);
    const table = random.pick(family.tables).name;
    if (!DEFINITIONS[kind].possible(family, table)) continue;
    const id = 1 + random.below(family.ids);
    const strategy = random.pick<Strategy>(["join", "query"]);
    return { kind, table, id, skip: random.below(2), take: 1 + random.below(3), strategy };
  }
}

export function runRead(manager: EntityManager, read: Read, family: Family): Promise<unknown> {
  return DEFINITIONS[read.kind].run(manager, read, family);
}

export function statementsOf(read: Read): number {
  return DEFINITIONS[read.kind].statements(read);
}

export function expectedAnswer(read: Read, family: Family, states: State[]): unknown {
  return DEFINITIONS[read.kind].answer(read, family, ...states);
}
