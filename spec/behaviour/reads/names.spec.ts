import { expect } from "chai";
import {
  Column,
  DefaultNamingStrategy,
  Entity,
  JoinTable,
  ManyToMany,
  PrimaryGeneratedColumn,
} from "typeorm";
import { Cached } from "../../../src";
import { onMariadb, onPostgres } from "../../support/databases";
import { Lab, onEveryCombination } from "../../support/lab";
import { services } from "../../support/services";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";

@Entity()
@Cached("all")
class OrderLine {
  @PrimaryGeneratedColumn() lineNumber!: number;
  @Column() unitPrice!: number;
  @ManyToMany(() => Label)
  @JoinTable()
  labelList!: Label[];
}

@Entity()
@Cached("all")
class Label {
  @PrimaryGeneratedColumn() id!: number;
  @Column() labelText!: string;
}

class Shouting extends DefaultNamingStrategy {
  override tableName(target: string, given: string | undefined): string {
    return `T_${(given ?? target).toUpperCase()}`;
  }

  override columnName(property: string, given: string | undefined, prefixes: string[]): string {
    return [...prefixes, given ?? property].join("_").toUpperCase();
  }

  override joinTableName(first: string, second: string): string {
    return `${first}__${second}`.toUpperCase();
  }
}

onEveryCombination("a naming strategy", (combination) => {
  let lab: Lab;
  before(async () => {
    const cache = { profiles: { T_ORDERLINE: { ops: "all" as const }, "t_lab*": { ops: "get" as const } } };
    const dataSource = { namingStrategy: new Shouting() };
    lab = await Lab.open({ ...combination, entities: [OrderLine, Label], cache, dataSource });
  });
  after(() => lab.close());

  it("names tables, columns and junctions, and all are followed (trap 8)", async () => {
    const lines = lab.repository(OrderLine);
    const read = () => lines.find({ where: { unitPrice: 5 }, relations: { labelList: true } });
    const label = await lab.repository(Label).save({ labelText: "new" });
    await expectFollows(lab, read, () => lines.save({ unitPrice: 5, labelList: [label] }));
    await expectFollows(lab, read, () => lab.repository(Label).update(label.id, { labelText: "old" }));
    await expectFollows(lab, read, () =>
      lines.createQueryBuilder().relation("labelList").of(1).remove(label.id),
    );
    await expectFollows(lab, read, () => lines.update({ lineNumber: 1 }, { unitPrice: 6 }));
  });

  it("names profiles, too", async () => {
    await expectBypassed(lab, () => lab.repository(Label).find(), "profile");
    await expectCached(lab, () => lab.repository(Label).findOneBy({ id: 1 }));
  });
});

/** `other` holds the schema (PostgreSQL) or database (MariaDB) of the lab at hand, where the second town lives. */
const SCHEMA = "elsewhere";

@Entity({ schema: SCHEMA, name: "town" })
@Cached("all")
class FarTown {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
}

@Entity({ name: "town" })
@Cached("all")
class NearTown {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
}

@Entity({ database: SCHEMA, name: "town" })
@Cached("all")
class FarTownOfDatabase {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
}

onEveryCombination("schemas and databases", ({ database, store }) => {
  if (database === "sqljs") return;
  const Far = database === "postgres" ? FarTown : FarTownOfDatabase;
  const path = `${SCHEMA}.town`;
  let lab: Lab;
  before(async () => {
    // MariaDB's databases are the server's, so this one is not the lab's alone.
    if (database === "mariadb") await onMariadb(services().mysqlUrl, `CREATE OR REPLACE DATABASE ${SCHEMA}`);
    const cache = { profiles: { "elsewhere.*": { ops: ["fetch", "count"] as const } } };
    lab = await Lab.open({
      database,
      store,
      entities: [Far, NearTown],
      cache,
      dataSource: { synchronize: false },
    });
    if (database === "postgres") await lab.dataSource.query(`CREATE SCHEMA ${SCHEMA}`);
    await lab.dataSource.synchronize();
  });
  after(async () => {
    await lab.close();
    if (database === "mariadb") await onMariadb(services().mysqlUrl, `DROP DATABASE IF EXISTS ${SCHEMA}`);
  });

  it("tables of one name in two of them are two tables (trap 8)", async () => {
    const far = () => lab.repository<FarTown>(Far).find();
    const near = () => lab.repository(NearTown).find();
    await expectFollows(lab, far, () => lab.repository<FarTown>(Far).insert({ name: "Oz" }));
    await expectFollows(lab, near, () => lab.repository(NearTown).insert({ name: "Home" }));
    await far();
    lab.forget();
    await far();
    expect(lab.reads[0]?.tables).to.include(path);
  });

  it("a write that names the schema is seen, and one that does not, too", async () => {
    const far = () => lab.repository<FarTown>(Far).find();
    const near = () => lab.repository(NearTown).find();
    await expectFollows(lab, far, () => lab.dataSource.query(`UPDATE ${path} SET name = 'Emerald City'`));
    await expectFollows(lab, near, () => lab.dataSource.query("UPDATE town SET name = 'Kansas'"));
    const own = database === "postgres" ? "public" : (lab.dataSource.driver.database as string);
    await expectFollows(lab, near, () => lab.dataSource.query(`UPDATE ${own}.town SET name = 'Texas'`));
  });

  it("a glob of the schema's name gives profiles to its entities alone", async () => {
    await expectBypassed(lab, () => lab.repository<FarTown>(Far).findOneBy({ id: 1 }), "profile");
    await expectCached(lab, () => lab.repository(NearTown).findOneBy({ id: 1 }));
    await expectCached(lab, () => lab.repository<FarTown>(Far).count());
  });

  if (database === "postgres") {
    it("a table of a schema that no entity declares is unknown", async () => {
      await onPostgres(
        (lab.dataSource.options as { url: string }).url,
        "CREATE SCHEMA hidden CREATE TABLE town (id int)",
      );
      const read = () =>
        lab
          .repository(NearTown)
          .createQueryBuilder("t")
          .where("t.id IN (SELECT h.id FROM hidden.town h)")
          .getMany();
      await expectBypassed(lab, read, "unknown-table");
    });
  }
});
