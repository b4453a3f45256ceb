import { expect } from "chai";
import { Column, Entity, JoinTable, Like, ManyToMany, MoreThan, PrimaryGeneratedColumn } from "typeorm";
import { Cached, withoutCache } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { itTellsApart, type Precision } from "./told-apart";

@Entity()
@Cached("all", "10m")
class Badge {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
}

@Entity()
@Cached("all", "10m")
class Player {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
  @Column("int", { nullable: true }) score!: number | null;
  @Column("float", { nullable: true }) weight!: number | null;
  @Column("int") team!: number;
  @Column("date") born!: string;
  @Column({ type: Date }) joined!: Date;
  @ManyToMany(() => Badge) @JoinTable() badges!: Badge[];
}

type Act = (lab: Lab) => Promise<unknown>;

const day = (number: number): Date => new Date(Date.UTC(2020, 0, number, 12));

/** Six of two teams: by scores 60, 50 ... 10, and a week apart. */
async function seed({ dataSource }: Lab): Promise<void> {
  const rows = [1, 2, 3, 4, 5, 6].map((place) => ({
    name: `player ${place}`,
    score: 70 - 10 * place,
    team: 1 + (place % 2),
    born: `2000-01-0${place}`,
    joined: day(7 * place),
  }));
  await dataSource.manager.insert(Player, rows);
  await dataSource.manager.insert(Badge, [{ name: "gold" }]);
}

const players = (lab: Lab) => lab.repository(Player);
const insert =
  (player: Partial<Player>): Act =>
  (lab) =>
    players(lab).insert({ name: "new", score: 0, team: 1, born: "2001-01-01", joined: day(1), ...player });
const update =
  (id: number, player: Partial<Player>): Act =>
  (lab) =>
    players(lab).update(id, player);
const remove =
  (id: number): Act =>
  (lab) =>
    players(lab).delete(id);

const BEST = { score: "DESC", id: "ASC" } as const;

const PAGES: readonly Precision[] = [
  {
    name: "the first rows of an order: those, and those that would come before the last",
    read: (lab) => players(lab).find({ order: BEST, take: 3 }),
    unrelated: {
      "a row behind": insert({ score: 39 }),
      "a row moves behind": update(4, { score: 20 }),
      "a row behind goes": remove(6),
      "what is shown of a row behind": update(5, { name: "x" }),
    },
    related: {
      "a row that comes before": insert({ score: 55 }),
      "a row behind that moves before": update(5, { score: 70 }),
      "one of them that moves behind": update(1, { score: 1 }),
      "one of them that goes": remove(2),
      "what is shown of one": update(5, { name: "y" }),
    },
  },
  {
    name: "a tie with the last row may come before it",
    read: (lab) => players(lab).find({ order: { score: "DESC", name: "ASC", id: "ASC" }, take: 3 }),
    unrelated: { "a row behind": insert({ score: 39 }) },
    related: { "as good as the last": insert({ name: "a", score: 40 }) },
  },
  {
    name: "of a later page those before it as well",
    read: (lab) => players(lab).find({ order: BEST, skip: 2, take: 2 }),
    unrelated: { "a row behind": insert({ score: 1 }), "a row behind goes": remove(6) },
    related: { "a row before": insert({ score: 100 }), "a row before goes": remove(1) },
  },
  {
    name: "a page that is not full: any row",
    read: (lab) => players(lab).find({ where: { team: 1 }, order: BEST, take: 5 }),
    unrelated: { "of another team": insert({ team: 2, score: 100 }), "another goes": remove(1) },
    related: {
      "one at the end": insert({ score: -100 }),
      "and one without a score": insert({ score: null }),
    },
  },
  {
    name: "a page of a condition",
    read: (lab) => players(lab).find({ where: { team: 1 }, order: BEST, take: 2 }),
    unrelated: {
      "another team's best": insert({ team: 2, score: 100 }),
      "its own, behind": insert({ score: 1 }),
    },
    related: {
      "its own, before": insert({ score: 100 }),
      "one that changes teams": update(1, { team: 1 }),
    },
  },
  {
    name: "pages of ids of rows that a join multiplies",
    read: (lab) => players(lab).find({ relations: { badges: true }, order: BEST, take: 3 }),
    unrelated: { "a row behind": insert({ score: 1 }), "a row moves behind": update(5, { score: 2 }) },
    related: {
      "a row before": insert({ score: 100 }),
      "a badge for one of them": (lab) =>
        lab.dataSource.createQueryBuilder().relation(Player, "badges").of(1).add(1),
      "a row behind that moves before": update(5, { score: 70 }),
    },
  },
  {
    name: "rows with NULL, where the database puts them (trap 18)",
    databases: ["postgres"],
    read: (lab) => players(lab).find({ order: BEST, take: 2 }),
    unrelated: { "a row behind": insert({ score: 1 }) },
    related: {
      "before all others": insert({ score: null }),
      "another that loses its score": update(6, { score: null }),
      "one gets a score": update(6, { score: 1 }),
    },
  },
  {
    name: "rows with NULL, where the other databases put them (trap 18)",
    databases: ["mariadb", "sqljs"],
    read: (lab) => players(lab).find({ order: { score: "ASC", id: "ASC" }, take: 2 }),
    unrelated: { "a row behind": insert({ score: 100 }) },
    related: {
      "before all others": insert({ score: null }),
      "another that loses its score": update(1, { score: null }),
      "one gets a score": update(1, { score: 60 }),
    },
  },
  {
    name: "a page that ends with NULLs",
    databases: ["mariadb", "sqljs"],
    prepare: insert({ score: null }),
    read: (lab) => players(lab).find({ order: BEST, skip: 5, take: 2 }),
    unrelated: {},
    related: { "any score": insert({ score: -1000 }), "one that comes before": insert({ score: 1 }) },
  },
  {
    name: "a page by NULLs alone",
    databases: ["postgres"],
    prepare: insert({ score: null }),
    read: (lab) => players(lab).find({ order: BEST, take: 1 }),
    unrelated: { "any score": insert({ score: 1000 }), "one goes": remove(1) },
    related: { "its row gets one": (lab) => players(lab).update({ name: "new" }, { score: 5 }) },
  },
  {
    name: "days",
    databases: ["postgres"],
    read: (lab) => players(lab).find({ order: { born: "DESC", name: "ASC", id: "ASC" }, take: 2 }),
    unrelated: { "a day before": insert({ born: "2000-01-04" }) },
    related: { "the day of the last": insert({ name: "a", born: "2000-01-05" }), "a day behind": insert({}) },
  },
  {
    name: "moments, but for three days",
    databases: ["postgres", "mariadb"],
    read: (lab) => players(lab).find({ order: { joined: "DESC", id: "ASC" }, take: 2 }),
    unrelated: {
      "a row that is a week behind loses its score": update(4, { score: null }),
      "another goes": remove(1),
    },
    related: {
      "one of them": update(6, { joined: day(1) }),
      "one more": insert({ joined: day(50) }),
    },
  },
  {
    name: "a row whose score the database computes",
    read: (lab) => players(lab).find({ where: { team: 1 }, order: BEST, take: 2 }),
    unrelated: {
      "one of another team": (lab) => players(lab).increment({ id: 1 }, "score", 5),
      "one behind that stays behind": (lab) => players(lab).increment({ id: 6 }, "score", 5),
      "and falls": (lab) => players(lab).decrement({ id: 6 }, "score", 5),
    },
    related: {
      "one behind that comes before": (lab) => players(lab).increment({ id: 6 }, "score", 100),
      "one of them": (lab) => players(lab).decrement({ id: 2 }, "score", 100),
      "nobody knows what to": (lab) => players(lab).update({ id: 6 }, { score: () => "abs(score) + 100" }),
    },
  },
  {
    // MySQL shows seven digits of such a float, and computes with all.
    name: "a count above a bound, of what is computed of floats",
    prepare: update(6, { weight: 16_777_216 }),
    read: (lab) => players(lab).countBy({ score: MoreThan(16_777_210) }),
    unrelated: { "one that stays below": (lab) => players(lab).increment({ id: 1 }, "score", 1) },
    related: { "one that comes above": (lab) => players(lab).update({ id: 6 }, { score: () => "weight" }) },
  },
  {
    name: "a count above a bound",
    read: (lab) => players(lab).countBy({ score: MoreThan(45) }),
    unrelated: {
      "one below that stays there": (lab) => players(lab).increment({ id: 6 }, "score", 35),
      "one that loses all": (lab) => players(lab).update({ id: 6 }, { score: () => "score - score" }),
    },
    related: {
      "one that comes above": (lab) => players(lab).increment({ id: 6 }, "score", 46),
      "one that falls": (lab) => players(lab).update({ id: 1 }, { score: () => "(score - 30) / 2" }),
    },
  },
];

/** More constants than schemes have room for. */
const RANGES: readonly Precision[] = [
  {
    name: "many different bounds",
    prepare: async (lab) => {
      for (let bound = 100; bound < 140; bound += 1) await players(lab).countBy({ score: MoreThan(bound) });
    },
    read: (lab) => players(lab).countBy({ score: MoreThan(45) }),
    unrelated: { "one below": insert({ score: 44 }), "one without": insert({ score: null }) },
    related: { "one above": insert({ score: 46 }), "one that falls": update(1, { score: 1 }) },
  },
  {
    name: "many different beginnings",
    databases: ["postgres"],
    prepare: async (lab) => {
      for (let at = 100; at < 140; at += 1) await players(lab).countBy({ name: Like(`${at}%`) });
    },
    read: (lab) => players(lab).countBy({ name: Like("player%") }),
    unrelated: { "another beginning": insert({ name: "play" }), "another case": insert({ name: "Player" }) },
    related: { "one more": insert({ name: "player" }), "one that is renamed": update(1, { name: "x" }) },
  },
];

onEveryCombination("pages and ranges rely on the rows that they reach", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Player, Badge] })));
  after(() => lab.close());

  const house = { database, lab: () => lab, seed };
  describe("pages", () => itTellsApart(PAGES, house));
  describe("ranges", () => itTellsApart(RANGES, house));

  describe("the rows of a page of keys", () => {
    const page = () => players(lab).find({ relations: { badges: true }, order: BEST, take: 3 });
    const names = async (read: typeof page) => (await read()).map(({ name }) => name);
    beforeEach(async () => {
      await lab.wipe();
      for (const score of [3_000_002, 3_000_001, 2_000_000]) await insert({ name: `${score}`, score })(lab);
    });

    it("are asked for by one text, in whatever order the keys came", async () => {
      await page();
      await update((await page())[1]!.id, { score: 3_000_003 })(lab);
      await withoutCache(page);
      await page();
      expect(lab.reads.length).to.equal(8);
      expect(new Set(lab.reads.map(({ sql }) => sql)).size).to.equal(2);
    });

    it("come in their own order", async () => {
      const before = await names(page);
      await update((await page())[1]!.id, { score: 3_000_003 })(lab);
      // To the driver of SQLite large integers may look the same.
      const keys = database === "sqljs" ? "stale" : "hit";
      expect(await lab.outcomes(page)).to.deep.equal([keys, "stale"]);
      const after = [before[1], before[0], before[2]];
      expect([await names(page), await withoutCache(() => names(page))]).to.deep.equal([after, after]);
    });
  });
});
