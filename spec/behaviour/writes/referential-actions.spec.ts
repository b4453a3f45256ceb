import { Column, Entity, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";
import { Cached } from "../../../src";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";
import {
  Building,
  City,
  Country,
  District,
  GEOGRAPHY,
  Language,
  Region,
  Station,
  Street,
} from "./entities/geography";
import { sql } from "./raw/sql";

const OF_CITY = ["city", "district", "spoken", "street"];
const OF_COUNTRY = ["country", ...OF_CITY, "region", "station"];

const DOORS: readonly Door[] = [
  {
    name: "ON DELETE CASCADE, four levels and through a junction, up to SET NULL",
    write: (lab) => lab.repository(Country).delete("de"),
    changes: OF_COUNTRY,
  },
  {
    name: "the same by raw SQL",
    write: sql(`DELETE FROM "country" WHERE "code" = 'de'`),
    changes: OF_COUNTRY,
  },
  {
    name: "the same by remove()",
    write: async (lab) =>
      lab.repository(Country).remove(await lab.repository(Country).findBy({ code: "de" })),
    changes: OF_COUNTRY,
  },
  { name: "from the middle of the chain", write: (lab) => lab.repository(City).delete(1), changes: OF_CITY },
  {
    name: "ON DELETE CASCADE of a table that refers to itself",
    write: (lab) => lab.repository(District).delete(1),
    changes: ["district", "street"],
  },
  {
    name: "ON DELETE SET NULL (cacheops 348)",
    write: (lab) => lab.repository(Region).delete({ number: 1 }),
    changes: ["region", "station"],
  },
  {
    name: "ON DELETE CASCADE after SET NULL",
    write: (lab) => lab.repository(Street).delete(1),
    changes: ["street", "building"],
  },
  {
    name: "the other end of a junction (cacheops 407_reverse)",
    write: (lab) => lab.repository(Language).delete(1),
    changes: ["language", "spoken"],
  },
  { name: "the end of the chain", write: (lab) => lab.repository(Building).delete(1), changes: ["building"] },
  {
    name: "ON UPDATE CASCADE, through a key that contains the reference",
    write: (lab) => lab.repository(Country).update("de", { code: "fr" }),
    // Not the junction, which follows the keys of `city`: those do not change.
    changes: ["country", "city", "region", "station"],
  },
  {
    name: "ON UPDATE CASCADE of a junction (cacheops 407)",
    prepare: ({ dataSource }) => dataSource.manager.insert("spoken", { city_id: 2, language_id: 1 }),
    write: (lab) => lab.repository(City).update(2, { id: 9 }),
    changes: ["city", "spoken"],
  },
  {
    name: "an update of a column that nobody refers to",
    write: (lab) => lab.repository(Country).update("de", { name: "changed" }),
    changes: ["country"],
  },
  {
    name: "an insert changes no other table",
    write: (lab) => lab.repository(Country).insert({ code: "it", name: "Italy" }),
    changes: ["country"],
  },
  {
    name: "an update of a table whose key nobody follows",
    write: (lab) => lab.repository(District).update(2, { city: { id: 2 } }),
    changes: ["district"],
  },
];

async function seed(lab: Lab): Promise<void> {
  const { manager } = lab.dataSource;
  await manager.insert(Country, [
    { code: "de", name: "Germany" },
    { code: "at", name: "Austria" },
  ]);
  await manager.insert(City, [
    { name: "Berlin", country: { code: "de" } },
    { name: "Graz", country: { code: "at" } },
  ]);
  await manager.insert(District, { city: { id: 1 } });
  await manager.insert(District, { city: { id: 1 }, parent: { id: 1 } });
  await manager.insert(Street, { district: { id: 2 } });
  await manager.insert(Building, { street: { id: 1 } });
  await manager.insert(Language, { name: "German" });
  await manager.insert("spoken", { city_id: 1, language_id: 1 });
  await manager.insert(Region, { country: { code: "de" }, number: 1 });
  await manager.insert(Station, { region: { countryCode: "de", number: 1 } });
}

onEveryCombination("referential actions (trap 13; section 5)", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: GEOGRAPHY })));
  after(() => lab.close());

  itInvalidatesThrough(DOORS, { database, lab: () => lab, seed });
});

// TypeORM passes it on but leaves it out of its types.
const SET_DEFAULT = "SET DEFAULT" as "DEFAULT";

@Entity()
@Cached("all", "10m")
class Shelf {
  @PrimaryColumn()
  id!: number;
}

@Entity()
@Cached("all", "10m")
class Volume {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ default: 1 })
  shelfId!: number;

  @ManyToOne(() => Shelf, { onDelete: SET_DEFAULT, onUpdate: "SET NULL" })
  shelf!: Shelf;
}

const DEFAULTS: readonly Door[] = [
  {
    name: "ON DELETE SET DEFAULT",
    write: (lab) => lab.repository(Shelf).delete(2),
    changes: ["shelf", "volume"],
  },
];

onEveryCombination("SET DEFAULT (trap 13)", ({ database, store }) => {
  // InnoDB refuses it.
  if (database === "mariadb") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Shelf, Volume] })));
  after(() => lab.close());

  const fill = async ({ dataSource: { manager } }: Lab): Promise<void> => {
    await manager.insert(Shelf, [{ id: 1 }, { id: 2 }]);
    await manager.insert(Volume, { shelfId: 2 });
  };
  itInvalidatesThrough(DEFAULTS, { database, lab: () => lab, seed: fill });
});
