import { expect } from "chai";
import {
  Column,
  DataSource,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  ViewColumn,
  ViewEntity,
} from "typeorm";
import { cachedAs, cacheops, CacheopsConfigError, type CacheopsOptions, withoutCache } from "../../../src";
import type { DatabaseName } from "../../support/databases";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached, expectFollows } from "../../support/soundness";
import { exactly } from "../rows/told-apart";

@Entity()
class City {
  @PrimaryColumn("int")
  id!: number;

  @Column("varchar")
  name!: string;
}

@Entity()
class Bridge {
  @PrimaryColumn("int")
  id!: number;

  @Column("int")
  cityId!: number;

  @ManyToOne(() => City, { onDelete: "CASCADE" })
  @JoinColumn({ name: "cityId" })
  city?: City;
}

@Entity()
class River {
  @PrimaryColumn("int")
  id!: number;

  @Column("int")
  bridges!: number;
}

@Entity()
class CityAudit {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column("varchar")
  what!: string;

  @Column("varchar")
  name!: string;
}

/** One row, which counts those of the audit. */
@Entity()
class Tally {
  @PrimaryColumn("int")
  id!: number;

  @Column("int")
  audits!: number;
}

@ViewEntity({ expression: "SELECT name, MAX(id) AS latest FROM city_audit GROUP BY name" })
class Latest {
  @ViewColumn()
  name!: string;

  @ViewColumn()
  latest!: number;
}

@ViewEntity({ expression: "SELECT id, name FROM city" })
class Place {
  @ViewColumn()
  id!: number;

  @ViewColumn()
  name!: string;
}

// Tables are emptied in this order, and some of that the triggers see.
const ENTITIES = [Bridge, City, River, CityAudit, Tally, Latest, Place];

const CACHE: CacheopsOptions = {
  defaults: { ops: "all" },
  triggers: { city: ["city_audit"], CityAudit: ["Tally"], Bridge: ["river"] },
};

const ON_POSTGRES = [
  `CREATE FUNCTION record_city() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO city_audit (what, name) VALUES (TG_OP, COALESCE(NEW.name, OLD.name));
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION count_bridge() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     UPDATE river SET bridges = bridges - 1;
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION tally_audit() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     UPDATE tally SET audits = audits + 1;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON city
   FOR EACH ROW EXECUTE FUNCTION record_city()`,
  "CREATE TRIGGER counted AFTER DELETE ON bridge FOR EACH ROW EXECUTE FUNCTION count_bridge()",
  "CREATE TRIGGER tallied AFTER INSERT ON city_audit FOR EACH ROW EXECUTE FUNCTION tally_audit()",
];

const ELSEWHERE = [
  ...Object.entries({ INSERT: "NEW", UPDATE: "NEW", DELETE: "OLD" }).map(
    ([event, row]) => `CREATE TRIGGER recorded_${event} AFTER ${event} ON city FOR EACH ROW
     BEGIN INSERT INTO city_audit (what, name) VALUES ('${event}', ${row}.name); END`,
  ),
  `CREATE TRIGGER counted AFTER DELETE ON bridge FOR EACH ROW
   BEGIN UPDATE river SET bridges = bridges - 1; END`,
  `CREATE TRIGGER tallied AFTER INSERT ON city_audit FOR EACH ROW
   BEGIN UPDATE tally SET audits = audits + 1; END`,
];

type Act = (lab: Lab) => Promise<unknown>;

/** All of them rely on what triggers on `city` write, and on nothing else. */
const READS: Record<string, Act> = {
  "the audit": (lab) => lab.repository(CityAudit).find({ order: { id: "ASC" } }),
  "its number of rows": (lab) => lab.repository(CityAudit).count(),
  "its newest row": (lab) =>
    lab.repository(CityAudit).createQueryBuilder("a").orderBy("a.id", "DESC").take(1).getOne(),
  "the view over it": (lab) => lab.repository(Latest).find({ order: { latest: "ASC" } }),
  "what its own trigger changes": (lab) => lab.repository(Tally).findOneBy({ id: 1 }),
  "a function of the audit": (lab) =>
    cachedAs(CityAudit, { dataSource: lab.dataSource })(() =>
      withoutCache(() => lab.repository(CityAudit).find({ order: { id: "ASC" } })),
    )(),
};

const rename: Act = (lab) => lab.repository(City).update({ id: 1 }, { name: "Olinda" });

const WRITES: Record<string, Act> = {
  "save of a new row": (lab) => lab.repository(City).save({ id: 3, name: "Olinda" }),
  "save of a changed row": async (lab) => {
    const city = await lab.repository(City).findOneByOrFail({ id: 1 });
    await lab.repository(City).save({ ...city, name: "Olinda" });
  },
  insert: (lab) => lab.repository(City).insert({ id: 3, name: "Olinda" }),
  "upsert of a row that is there": (lab) => lab.repository(City).upsert({ id: 1, name: "Olinda" }, ["id"]),
  "update by a builder": (lab) =>
    lab.repository(City).createQueryBuilder().update().set({ name: "Olinda" }).where({ id: 1 }).execute(),
  "an update that changes no value": (lab) => lab.repository(City).update({ id: 1 }, { name: "Recife" }),
  "raw SQL": (lab) => lab.dataSource.query("UPDATE city SET name = 'Olinda' WHERE id = 1"),
  remove: async (lab) => lab.repository(City).remove(await lab.repository(City).findOneByOrFail({ id: 1 })),
  "delete by a builder": (lab) =>
    lab.repository(City).createQueryBuilder().delete().where({ id: 1 }).execute(),
  "a transaction": (lab) =>
    lab.dataSource.transaction((manager) => manager.update(City, 1, { name: "Olinda" })),
};

onEveryCombination("tables that declared triggers change", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store, entities: ENTITIES, cache: CACHE });
    await createTriggers(lab, database);
  });
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Tally).insert({ id: 1, audits: 0 });
    await lab.repository(River).insert({ id: 1, bridges: 1 });
    await lab.repository(City).insert([
      { id: 1, name: "Recife" },
      { id: 2, name: "Natal" },
    ]);
  });
  after(() => lab.close());

  async function expectAllFollow(write: Act): Promise<void> {
    const before = new Map<string, unknown>();
    for (const [name, read] of Object.entries(READS))
      before.set(name, await expectCached(lab, () => read(lab)));
    await write(lab);
    for (const [name, read] of Object.entries(READS)) {
      const after = await read(lab);
      expectSameValues(after, await withoutCache(() => read(lab)));
      expect(after, name).to.not.deep.equal(before.get(name));
    }
  }

  const outcomesOf = (reads: Record<string, Act>): Promise<string[]> =>
    lab.outcomes(async () => {
      for (const read of Object.values(reads)) await read(lab);
    });

  for (const [what, write] of Object.entries(WRITES)) {
    it(`reads of them follow ${what}`, () => expectAllFollow(write));
  }

  // SQLite's views cannot be written to.
  if (database !== "sqljs")
    it("reads of them follow a write through a view of the table", () =>
      expectAllFollow(() => lab.dataSource.query("UPDATE place SET name = 'Olinda' WHERE id = 1")));

  // MariaDB's foreign keys run no triggers.
  if (database !== "mariadb")
    it("reads of them follow triggers on the rows that a foreign key deletes along", async () => {
      await lab.repository(Bridge).insert({ id: 1, cityId: 1 });
      const river = (): Promise<River> => lab.repository(River).findOneByOrFail({ id: 1 });
      expect((await expectFollows(lab, river, () => lab.repository(City).delete(1))).bridges).to.equal(0);
    });

  it("a trigger's own trigger is followed where the write is to the table in between", async () => {
    const tally = (): Promise<Tally> => lab.repository(Tally).findOneByOrFail({ id: 1 });
    const insert = (): Promise<unknown> => lab.repository(CityAudit).insert({ what: "TOLD", name: "Olinda" });
    expect((await expectFollows(lab, tally, insert)).audits).to.equal(3);
  });

  it("a transaction reads what its own writes made the triggers write", async () => {
    await lab.repository(CityAudit).count();
    await lab.dataSource.transaction(async (manager) => {
      await manager.update(City, 1, { name: "Olinda" });
      expect(await manager.count(CityAudit)).to.equal(3);
    });
  });

  it("what was rolled back leaves them hits, which are still right", async () => {
    for (const read of Object.values(READS)) await expectCached(lab, () => read(lab));
    const failing = lab.dataSource.transaction(async (manager) => {
      await manager.save(City, { id: 3, name: "Olinda" });
      await manager.query("UPDATE city SET name = 'Olinda' WHERE id = 1");
      await manager.delete(City, 2);
      throw new Error("spec: rolled back");
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal("spec: rolled back");
    expect(new Set(await outcomesOf(READS))).to.deep.equal(new Set(["hit"]));
    for (const read of Object.values(READS)) await expectCached(lab, () => read(lab));
  });

  it("a write leaves reads of other tables hits, and other tables' writes leave theirs", async () => {
    const rivers: Record<string, Act> = { rivers: () => lab.repository(River).find() };
    for (const read of Object.values({ ...READS, ...rivers })) await expectCached(lab, () => read(lab));
    await lab.repository(River).update({ id: 1 }, { bridges: 2 });
    expect(new Set(await outcomesOf(READS))).to.deep.equal(new Set(["hit"]));
    await outcomesOf(rivers);
    await rename(lab);
    await lab.repository(City).insert({ id: 3, name: "Olinda" });
    expect(await outcomesOf(rivers)).to.deep.equal(["hit"]);
  });

  it("the table itself is told apart by rows all the same", async () => {
    const natal = (): Promise<City | null> => lab.repository(City).findOneBy({ id: 2 });
    await expectCached(lab, natal);
    await exactly(lab, rename);
    expect(await lab.outcomes(natal)).to.deep.equal(["hit"]);
    await expectFollows(lab, natal, () => lab.repository(City).update({ id: 2 }, { name: "Olinda" }));
  });
});

async function createTriggers({ dataSource }: Lab, database: DatabaseName): Promise<void> {
  for (const sql of database === "postgres" ? ON_POSTGRES : ELSEWHERE) await dataSource.query(sql);
}

const REFUSED: readonly [title: string, triggers: unknown, ...texts: string[]][] = [
  ["a table that there is not", { cities: ["city_audit"] }, "triggers", '"cities"', "no table"],
  ["a changed table that there is not", { city: ["city_audits"] }, "triggers.city", '"city_audits"'],
  ["one in a schema that has none", { city: ["geo.city_audit"] }, "triggers.city", '"geo.city_audit"'],
  ["an empty name", { "": ["city_audit"] }, "triggers", '""'],
  ["a list", ["city_audit"], "triggers", "by table name"],
  ["a Map", new Map([["city", ["city_audit"]]]), "triggers", "Map", "by table name"],
  ["null", null, "triggers", "null", "by table name"],
  ["one name that is in no list", { city: "city_audit" }, "triggers.city", '"city_audit"', "array"],
  ["names that are none", { city: [7] }, "triggers.city", "array"],
  ["an entity in the place of its name", { city: [CityAudit] }, "triggers.city", "array"],
  ["null for a list", { city: null }, "triggers.city", "null", "array"],
];

describe("wrong triggers (issue: bad input)", () => {
  for (const [title, triggers, ...texts] of REFUSED) {
    it(`${title}: refused by initialize()`, async () => {
      const cache = cacheops({ triggers } as CacheopsOptions);
      const opening = new DataSource({ type: "sqljs", entities: ENTITIES, cache }).initialize();
      const outcome = await opening.then(
        (dataSource) => dataSource.destroy().then(() => "nothing was thrown"),
        (error: unknown) => error,
      );
      expect(outcome).to.be.instanceOf(CacheopsConfigError).with.property("code", "CACHEOPS_CONFIG");
      for (const text of texts) expect((outcome as Error).message).to.include(text);
    });
  }
});
