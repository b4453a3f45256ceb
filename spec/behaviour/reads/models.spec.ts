import { expect } from "chai";
import {
  BaseEntity,
  ChildEntity,
  Column,
  DeleteDateColumn,
  Entity,
  EntitySchema,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
} from "typeorm";
import { Cached } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";

@Entity()
@TableInheritance({ column: { type: "varchar", name: "kind" } })
@Cached("all", "10m")
class Animal {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
}

@ChildEntity()
class Dog extends Animal {
  @Column({ default: 0 }) tricks!: number;
}

@ChildEntity()
@Cached("count", "20m")
class Cat extends Animal {
  @Column({ default: 9 }) lives!: number;
}

@ChildEntity()
@Cached(null)
class Ghost extends Animal {}

class Address {
  @Column({ name: "street_line" }) street!: string;
  @Column() town!: string;
}

class Person {
  @Column(() => Address) home!: Address;
  @Column() nick!: string;
}

@Entity({ name: "people who visit" })
@Cached({ ops: "all", timeout: "10m" })
class Visitor {
  @PrimaryGeneratedColumn({ name: "visitor_no" }) id!: number;
  @Column({ name: "E-Mail", unique: true }) email!: string;
  @Column(() => Person) self!: Person;
  @DeleteDateColumn() deletedAt!: Date | null;
  @OneToMany(() => Visit, (visit) => visit.visitor) visits!: Visit[];
}

@Entity()
@Cached("all", 60_000)
class Visit {
  @PrimaryColumn({ name: "place_code" }) place!: string;
  @PrimaryColumn({ name: "order" }) turn!: number;
  @Index()
  @ManyToOne(() => Visitor, (visitor) => visitor.visits)
  @JoinColumn({ name: "who", referencedColumnName: "email" })
  visitor!: Visitor;
}

interface Coin {
  id: number;
  face: string;
}

const CoinSchema = new EntitySchema<Coin>({
  name: "Coin",
  tableName: "coins",
  columns: { id: { type: Number, primary: true, generated: true }, face: { type: String, name: "obverse" } },
});

@Entity()
@Cached(["get", "count"], "1h")
class Record extends BaseEntity {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
}

const MODELS = [Animal, Dog, Cat, Ghost, Visitor, Visit, CoinSchema, Record];

onEveryCombination("models", (combination) => {
  let lab: Lab;
  before(async () => {
    const profiles = { coins: { ops: "all" as const } };
    lab = await Lab.open({ ...combination, entities: MODELS, cache: { profiles } });
  });
  beforeEach(() => lab.wipe());
  after(() => lab.close());

  describe("single table inheritance (cacheops ProxyTests)", () => {
    it("a child without a profile of its own has its parent's, one with a profile that", async () => {
      await expectCached(lab, () => lab.repository(Dog).find());
      await expectCached(lab, () => lab.repository(Cat).count());
      await expectBypassed(lab, () => lab.repository(Cat).find(), "profile");
      await expectBypassed(lab, () => lab.repository(Ghost).find({ cache: true }), "forbidden");
    });

    it("rows of a forbidden child are kept out of its parent's entries, its siblings' are not", async () => {
      await lab.repository(Ghost).save({ name: "Casper" });
      await expectBypassed(lab, () => lab.repository(Animal).find(), "forbidden");
      await expectCached(lab, () => lab.repository(Dog).find());
    });

    it("writes of a child, the base and a sibling are seen by all", async () => {
      const dogs = () => lab.repository(Dog).find({ order: { id: "ASC" } });
      const cats = () => lab.repository(Cat).count();
      await expectFollows(lab, dogs, () => lab.repository(Dog).save({ name: "Rex" }));
      await expectFollows(lab, dogs, () => lab.repository(Animal).update({ name: "Rex" }, { name: "Max" }));
      await expectFollows(lab, cats, () => lab.repository(Cat).insert({ name: "Tom" }));
      await expectFollows(lab, dogs, () => lab.repository(Animal).delete({ name: "Max" }));
    });

    it("instances keep their classes", async () => {
      await lab.repository(Dog).save({ name: "Rex", tricks: 2 });
      const [rex] = await expectCached(lab, () => lab.repository(Dog).find());
      expect(rex).to.be.instanceOf(Dog).and.include({ name: "Rex", tricks: 2 });
    });
  });

  describe("embedded, renamed and soft-deleted (trap 8)", () => {
    const someone = (email: string, town: string) => ({
      email,
      self: { nick: email, home: { street: "1st", town } },
    });

    it("filters by custom column names and embedded columns (cacheops test_db_column)", async () => {
      const byMail = () => lab.repository(Visitor).findOneBy({ email: "a@x" });
      const byTown = () => lab.repository(Visitor).findBy({ self: { home: { town: "Lima" } } });
      await expectFollows(lab, byMail, () => lab.repository(Visitor).save(someone("a@x", "Lima")));
      await expectFollows(lab, byTown, () =>
        lab.repository(Visitor).update({ email: "a@x" }, { self: { home: { town: "Cusco" } } }),
      );
      await expectFollows(lab, byMail, () => lab.repository(Visitor).increment({ id: 1 }, "id", 5));
    });

    it("a foreign key to a unique column that is no primary key (cacheops test_fk_to_db_column)", async () => {
      const visitor = await lab.repository(Visitor).save(someone("b@x", "Rome"));
      const visits = () =>
        lab.repository(Visit).find({ where: { visitor: { email: "b@x" } }, relations: { visitor: true } });
      await expectFollows(lab, visits, () =>
        lab.repository(Visit).insert({ place: "Forum", turn: 1, visitor }),
      );
      await expectFollows(lab, visits, () =>
        lab.repository(Visitor).update({ id: visitor.id }, { self: { nick: "bb" } }),
      );
    });

    it("pages of an entity with two primary keys", async () => {
      const visitor = await lab.repository(Visitor).save(someone("c", "Oslo"));
      const page = () =>
        lab.repository(Visit).findAndCount({
          relations: { visitor: true },
          order: { place: "ASC", turn: "ASC" },
          skip: 1,
          take: 2,
        });
      await lab.repository(Visit).insert([1, 2].map((turn) => ({ place: "A", turn, visitor })));
      await expectFollows(lab, page, () => lab.repository(Visit).insert({ place: "B", turn: 1, visitor }));
    });

    it("rows by a text that collations may compare in ways of their own are kept from the second time on", async () => {
      const visitor = await lab.repository(Visitor).save(someone("c@x", "Oslo"));
      await lab.repository(Visit).insert({ place: "A", turn: 1, visitor });
      const visits = () => lab.repository(Visit).find({ relations: { visitor: true } });
      await visits();
      await expectFollows(lab, visits, () =>
        lab.repository(Visitor).update(visitor.id, { self: { nick: "cc" } }),
      );
      await expectFollows(lab, visits, () => lab.repository(Visitor).softDelete(visitor.id));
    });

    it("soft deletion and withDeleted are two reads, each of which follows", async () => {
      const visitors = lab.repository(Visitor);
      const visitor = await visitors.save(someone("d", "Bonn"));
      const living = () => visitors.find();
      const all = () => visitors.find({ withDeleted: true });
      await expectFollows(lab, living, () => visitors.softDelete(visitor.id));
      await expectFollows(lab, all, () => visitors.restore(visitor.id));
      await expectFollows(lab, all, () => visitors.softRemove(visitor));
      expect([(await living()).length, (await all()).length]).to.deep.equal([0, 1]);
      await expectFollows(lab, living, () => visitors.recover(visitor));
      const joined = () => lab.repository(Visit).find({ relations: { visitor: true } });
      await lab.repository(Visit).insert({ place: "Z", turn: 1, visitor });
      await expectFollows(lab, joined, () => visitors.softDelete(visitor.id));
    });
  });

  describe("ways to declare and to ask", () => {
    it("EntitySchema entities (trap 8)", async () => {
      const coins = () => lab.repository(CoinSchema).find({ order: { id: "ASC" } });
      await expectFollows(lab, coins, () => lab.repository(CoinSchema).save({ face: "head" }));
      await expectFollows(lab, coins, () =>
        lab.repository<Coin>("Coin").update({ face: "head" }, { face: "tail" }),
      );
    });

    it("custom repositories, each time made anew (cacheops 217)", async () => {
      const recordsOf = () =>
        lab.repository(Record).extend({
          titled(title: string) {
            return this.countBy({ title });
          },
        });
      await expectFollows(
        lab,
        () => recordsOf().titled("x"),
        () => recordsOf().save({ title: "x" }),
      );
    });

    it("active records", async () => {
      Record.useDataSource(lab.dataSource);
      const record = await Record.create({ title: "one" }).save();
      const read = () => Record.findOneBy({ id: record.id });
      record.title = "two";
      await expectFollows(lab, read, () => record.save());
      await expectFollows(
        lab,
        () => Record.count(),
        () => record.remove(),
      );
    });

    it("entity managers and builders on names of tables and entities", async () => {
      const manager = lab.dataSource.manager;
      const save = (face: string) => lab.repository(CoinSchema).save({ face });
      await expectFollows(
        lab,
        () => manager.find<Coin>("Coin"),
        () => save("a"),
      );
      const rows = () =>
        lab.dataSource.createQueryBuilder().select("c.obverse", "face").from("coins", "c").getRawMany();
      await expectFollows(lab, rows, () => save("b"));
      const outer = () =>
        lab.dataSource
          .createQueryBuilder()
          .select("inner_.n", "n")
          .from((qb) => qb.select("COUNT(*)", "n").from("Coin", "c"), "inner_")
          .getRawOne();
      await expectFollows(lab, outer, () => save("c"));
    });
  });
});
