import { expect } from "chai";
import {
  BaseEntity,
  Column,
  Entity,
  EntitySchema,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from "typeorm";
import { Cached } from "../../../src";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";
import { failing, sql } from "./raw/sql";

/** A name that wants quotes, in the case in which it is written. */
@Entity("The Guilds")
@Cached("all", "10m")
class Guild {
  @PrimaryColumn({ name: "guild_code", length: 10 })
  code!: string;

  @Column({ name: "Full Name" })
  name!: string;
}

@Entity("wizards")
@Cached("all", "10m")
class Wizard extends BaseEntity {
  @PrimaryGeneratedColumn({ name: "wizard_id" })
  id!: number;

  @Column()
  name!: string;

  @ManyToMany(() => Guild)
  @JoinTable({
    name: "Guild-Guests",
    joinColumn: { name: "guest", referencedColumnName: "id" },
    inverseJoinColumn: { name: "host", referencedColumnName: "code" },
  })
  visits!: Guild[];
}

/** A junction that is an entity itself. */
@Entity()
@Cached("all", "10m")
class Membership {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  rank!: string;

  @ManyToOne(() => Wizard, { onDelete: "CASCADE" })
  @JoinColumn({ name: "wizard_fk" })
  wizard!: Wizard;

  @ManyToOne(() => Guild, { onDelete: "CASCADE" })
  guild!: Guild;
}

interface Spell {
  id: number;
  words: string;
}

const SpellSchema = new EntitySchema<Spell>({
  name: "Spell",
  tableName: "SPELLS",
  columns: { id: { type: Number, primary: true, generated: true }, words: { type: String, name: "Words" } },
});

const WIZARD_DELETED = ["wizards", "guild-guests", "membership"];
const GUILD_DELETED = ["the guilds", "guild-guests", "membership"];

const DOORS: readonly Door[] = [
  {
    name: "ActiveRecord: save() of a new one",
    write: () => Object.assign(new Wizard(), { name: "Mim" }).save(),
    changes: ["wizards"],
  },
  {
    name: "ActiveRecord: save() of one that was read",
    write: async () => {
      const wizard = await Wizard.findOneByOrFail({ id: 1 });
      wizard.name = "Merlyn";
      await wizard.save();
    },
    changes: ["wizards"],
  },
  {
    name: "ActiveRecord: remove()",
    write: async () => (await Wizard.findOneByOrFail({ id: 1 })).remove(),
    changes: WIZARD_DELETED,
  },
  {
    name: "ActiveRecord: static update()",
    write: () => Wizard.update(1, { name: "x" }),
    changes: ["wizards"],
  },
  { name: "ActiveRecord: static delete()", write: () => Wizard.delete(1), changes: WIZARD_DELETED },
  {
    name: "an EntitySchema: save()",
    write: (lab) => lab.repository(SpellSchema).save({ words: "simsalabim" }),
    changes: ["spells"],
  },
  {
    name: "an EntitySchema: by its name",
    write: ({ dataSource }) => dataSource.manager.update("Spell", { id: 1 }, { words: "changed" }),
    changes: ["spells"],
  },
  {
    name: "a table's name that wants quotes: update() (cacheops test_db_column)",
    write: (lab) => lab.repository(Guild).update("mages", { name: "Magi" }),
    changes: ["the guilds"],
  },
  {
    name: "a key's name of its own: update(), which the junction follows (cacheops test_db_column)",
    prepare: (lab) => lab.repository(Membership).clear(),
    write: (lab) => lab.repository(Guild).update("mages", { code: "magi" }),
    changes: ["the guilds", "guild-guests"],
  },
  {
    name: "a table's name that wants quotes: raw",
    write: sql(`DELETE FROM "The Guilds" WHERE "guild_code" = 'mages'`),
    changes: GUILD_DELETED,
  },
  {
    name: "a junction with names of its own: add",
    write: ({ dataSource }) => dataSource.createQueryBuilder().relation(Wizard, "visits").of(1).add("bards"),
    changes: ["guild-guests"],
  },
  {
    name: "a junction with names of its own: save() of an empty list",
    write: (lab) => lab.repository(Wizard).save({ id: 1, visits: [] }),
    changes: ["guild-guests"],
  },
  {
    name: "a junction with names of its own: raw",
    write: sql(`DELETE FROM "Guild-Guests"`),
    changes: ["guild-guests"],
  },
  {
    name: "a junction that is an entity: create (cacheops M2MThroughTests)",
    write: (lab) =>
      lab.repository(Membership).save({ rank: "adept", wizard: { id: 1 }, guild: { code: "bards" } }),
    changes: ["membership"],
  },
  {
    name: "a junction that is an entity: delete (cacheops M2MThroughTests)",
    write: (lab) => lab.repository(Membership).delete({ wizard: { id: 1 } }),
    changes: ["membership"],
  },
  {
    name: "a junction that is an entity: delete of its target (cacheops M2MThroughTests, 407)",
    write: (lab) => lab.repository(Guild).delete("mages"),
    changes: GUILD_DELETED,
  },
];

onEveryCombination("names and kinds of entities", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store, entities: [Guild, Wizard, Membership, SpellSchema] });
    Wizard.useDataSource(lab.dataSource);
  });
  after(() => lab.close());

  async function seed({ dataSource: { manager } }: Lab): Promise<void> {
    await manager.insert(Guild, [
      { code: "mages", name: "Mages" },
      { code: "bards", name: "Bards" },
    ]);
    await manager.insert(Wizard, { name: "Merlin" });
    await manager.createQueryBuilder().relation(Wizard, "visits").of(1).add("mages");
    await manager.insert(Membership, { rank: "novice", wizard: { id: 1 }, guild: { code: "mages" } });
    await manager.insert(SpellSchema, { words: "abracadabra" });
  }

  itInvalidatesThrough(DOORS, { database, lab: () => lab, seed });
});

@Entity({ schema: "north" })
@Cached("all", "10m")
class Town {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;
}

@Entity({ name: "town", schema: "south" })
@Cached("all", "10m")
class SouthernTown {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @ManyToOne(() => Town, { onDelete: "SET NULL", nullable: true })
  twin!: Town | null;
}

const SCHEMAS: readonly Door[] = [
  { name: "save()", write: (lab) => lab.repository(Town).save({ name: "new" }), changes: ["north.town"] },
  {
    name: "a raw statement with the schema's name",
    write: sql(`INSERT INTO south.town (name) VALUES ('new')`),
    changes: ["south.town"],
  },
  {
    // Which one it is depends on the search path; here it is none of them.
    name: "a raw statement without it may mean either",
    write: failing(sql("UPDATE town SET name = 'same'")),
    changes: ["north.town", "south.town"],
    changesNothing: true,
  },
  {
    name: "ON DELETE SET NULL from one schema to the other (trap 13)",
    write: (lab) => lab.repository(Town).delete(1),
    changes: ["north.town", "south.town"],
  },
];

onEveryCombination("schemas", ({ database, store }) => {
  if (database !== "postgres") return;
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({
      database,
      store,
      entities: [Town, SouthernTown],
      dataSource: { synchronize: false },
    });
    for (const schema of ["north", "south"]) await lab.dataSource.query(`CREATE SCHEMA ${schema}`);
    await lab.dataSource.synchronize();
  });
  after(() => lab.close());

  async function seed({ dataSource: { manager } }: Lab): Promise<void> {
    await manager.insert(Town, { name: "Oslo" });
    await manager.insert(SouthernTown, { name: "Rome", twin: { id: 1 } });
  }
  itInvalidatesThrough(SCHEMAS, { database, lab: () => lab, seed });

  it("tables of the same name do not answer for each other", async () => {
    await lab.wipe();
    await seed(lab);
    for (let round = 0; round < 2; round++) {
      expect((await lab.repository(Town).find()).map(({ name }) => name)).to.deep.equal(["Oslo"]);
      expect((await lab.repository(SouthernTown).find()).map(({ name }) => name)).to.deep.equal(["Rome"]);
    }
  });
});
