import { expect } from "chai";
import { type DataSource, EntitySchema } from "typeorm";
import type { DatabaseName, PerDatabase } from "../../support/databases";
import { Lab, onEveryCombination } from "../../support/lab";

interface Shelf {
  readonly id: number;
  readonly width: number;
}

const shelves = new EntitySchema<Shelf>({
  name: "shelf",
  columns: { id: { type: "int", primary: true }, width: { type: "int" } },
});

const CACHE = { profiles: { "*": { ops: "all" as const, timeout: "1h" } } };

/** What somebody makes of the table while another process goes on with what it knew. */
const ALTERATIONS: Record<string, PerDatabase<readonly string[]>> = {
  "a column that is computed": {
    postgres: ["ALTER TABLE shelf ADD area int GENERATED ALWAYS AS (width * 2) STORED"],
    mariadb: ["ALTER TABLE shelf ADD area int GENERATED ALWAYS AS (width * 2) STORED"],
    sqljs: [],
  },
  "a trigger": {
    postgres: [
      "ALTER TABLE shelf ADD area int",
      "CREATE FUNCTION measure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.area = NEW.width * 2; RETURN NEW; END $$",
      "CREATE TRIGGER measured BEFORE UPDATE ON shelf FOR EACH ROW EXECUTE FUNCTION measure()",
    ],
    mariadb: [
      "ALTER TABLE shelf ADD area int",
      "CREATE TRIGGER measured BEFORE UPDATE ON shelf FOR EACH ROW SET NEW.area = NEW.width * 2",
    ],
    sqljs: [],
  },
};

onEveryCombination("tables that another process alters", ({ database, store }) => {
  // sql.js and the store in the process are nobody else's.
  if (database === "sqljs" || store === "memory") return;

  for (const [title, statements] of Object.entries(ALTERATIONS)) {
    it(`${title}: a writer that has not heard of it leaves nothing stale`, async () => {
      const lab = await open(database);
      const writer = await lab.sibling(CACHE);
      try {
        await writer.getRepository(shelves).insert({ id: 1, width: 1 });
        await writer.getRepository(shelves).update({ id: 1 }, { width: 2 });
        for (const sql of statements[database]) await lab.dataSource.query(sql);
        // The first read hears of it, and its result is not kept.
        for (let asked = 0; asked < 3; asked++) await areaOf(lab.dataSource);
        expect(await lab.outcomes(() => areaOf(lab.dataSource))).to.deep.equal(["hit"]);

        await writer.getRepository(shelves).update({ id: 1 }, { width: 5 });

        expect(await areaOf(lab.dataSource)).to.equal(10);
      } finally {
        await writer.destroy();
        await lab.close();
      }
    });
  }
});

function open(database: DatabaseName): Promise<Lab> {
  return Lab.open({ database, store: "redis", entities: [shelves], cache: CACHE });
}

/** By a name that the entity does not know. */
async function areaOf(dataSource: DataSource): Promise<number | undefined> {
  const builder = dataSource
    .createQueryBuilder(shelves, "s")
    .select("s.area", "area")
    .where("s.id = :id", { id: 1 });
  return (await builder.getRawOne<{ area: number }>())?.area;
}
