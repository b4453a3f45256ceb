import { expect } from "chai";
import {
  ChildEntity,
  Column,
  Entity,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
} from "typeorm";
import { Cached } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectCached, expectFollows } from "../../support/soundness";

/** No table of its own. */
abstract class Dated {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ default: "open" }) day!: string;
}

@Entity()
@Cached("all")
class Place extends Dated {
  @Column() name!: string;
}

/** What Django calls multi-table inheritance: the child's key is its parent's. */
@Entity()
@Cached("all")
class Bar {
  @PrimaryColumn() placeId!: number;
  @OneToOne(() => Place, { onDelete: "CASCADE" })
  @JoinColumn()
  place!: Place;
  @Column() beer!: string;
}

@Entity()
@TableInheritance({ column: { type: "varchar", name: "kind" } })
@Cached("all")
class Brand extends Dated {
  @Column() name!: string;
}

@Entity()
@Cached("all")
class Label extends Dated {
  @Column() text!: string;
}

@ChildEntity()
class PremiumBrand extends Brand {
  @ManyToMany(() => Label)
  @JoinTable({ name: "brand_labels" })
  labels!: Label[];
}

/** A relation and a column of one name, in the class and in what it embeds; NULLs and a unique condition. */
class Origin {
  @Column({ name: "origin_name", default: "here" }) name!: string;
}

@Entity()
@Cached("all")
@Index(["name"], { unique: true, where: "day = 'open'" })
class Product extends Dated {
  @Column() name!: string;
  @Column(() => Origin) origin!: Origin;
  @Column({ name: "brand_id", nullable: true }) brandId!: number | null;
  @ManyToOne(() => Brand, { nullable: true, onDelete: "SET NULL" })
  @JoinColumn({ name: "brand_id" })
  brand!: Brand | null;
}

const FAMILY = [Place, Bar, Brand, PremiumBrand, Label, Product];

onEveryCombination("inheritance", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: FAMILY })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Place).insert([{ name: "Prado" }, { name: "Rex" }]);
    await lab.repository(Bar).insert({ placeId: 2, beer: "dark" });
    await lab.repository(Label).insert([{ text: "fine" }, { text: "organic" }]);
    await lab.repository(PremiumBrand).save({ name: "Ace", labels: [{ id: 1 }] });
    await lab.repository(Product).insert({ name: "soap", brandId: 1 });
  });
  after(() => lab.close());

  it("entities of one abstract base are two tables (cacheops test_model_family)", async () => {
    const labels = () => lab.repository(Label).find();
    await expectCached(lab, labels);
    expect(await lab.invalidated(() => lab.repository(Place).update(1, { day: "monday" }))).not.to.include(
      "label",
    );
    await lab.expectStatements(0, labels);
  });

  it("a child joined by its key follows its parent, and the parent's count its deletion (MultitableInheritanceTests, cachalot inheritance)", async () => {
    const bars = async () =>
      (await lab.repository(Bar).find({ relations: { place: true } })).map(
        ({ beer, place }) => `${place.name} ${beer}`,
      );
    const places = () => lab.repository(Place).count();
    const rename = () => lab.repository(Place).update(2, { name: "Max" });
    expect(await expectFollows(lab, bars, rename)).to.deep.equal(["Max dark"]);
    const refill = () => lab.repository(Bar).update(2, { beer: "pale" });
    expect(await expectFollows(lab, bars, refill)).to.deep.equal(["Max pale"]);
    expect(await expectFollows(lab, places, () => lab.repository(Place).save({ name: "new" }))).to.equal(3);
    // The key is given as a number, not as an object (cacheops 430, 430_no_error).
    expect(await expectFollows(lab, bars, () => lab.repository(Place).delete(2))).to.deep.equal([]);
  });

  it("a child's own many-to-many: add, remove and clear, from lists of either end (M2MTests with inherited brand)", async () => {
    const labelled = () => lab.repository(PremiumBrand).countBy({ labels: { text: "organic" } });
    const used = () =>
      lab
        .repository(Label)
        .createQueryBuilder("l")
        .innerJoin("brand_labels", "j", `j.${lab.dataSource.driver.escape("labelId")} = l.id`)
        .getCount();
    const both = async () => [await labelled(), await used()];
    const labels = () => lab.dataSource.createQueryBuilder().relation(PremiumBrand, "labels").of(1);
    expect(await expectFollows(lab, both, () => labels().add(2))).to.deep.equal([1, 2]);
    expect(await expectFollows(lab, both, () => labels().remove(2))).to.deep.equal([0, 1]);
    const clear = () => lab.repository(PremiumBrand).save({ id: 1, labels: [] });
    expect(await expectFollows(lab, both, clear)).to.deep.equal([0, 0]);
  });

  it("lists of base and child give instances of the row's class (ProxyTests results interchangeable)", async () => {
    const kinds = async () => [
      ...(await lab.repository(Brand).find()).map((brand) => brand.constructor.name),
      ...(await lab.repository(PremiumBrand).find()).map((brand) => brand.constructor.name),
    ];
    expect(await expectCached(lab, kinds)).to.deep.equal(["PremiumBrand", "PremiumBrand"]);
    const add = () => lab.repository(Brand).save({ name: "plain" });
    expect(await expectFollows(lab, kinds, add)).to.deep.equal(["PremiumBrand", "Brand", "PremiumBrand"]);
  });

  it("columns and relations of one name are told apart (cacheops 352)", async () => {
    const read = async () => {
      const product = await lab
        .repository(Product)
        .findOneOrFail({ where: { id: 1 }, relations: { brand: true } });
      return [product.name, product.origin.name, product.brandId, product.brand?.name];
    };
    expect(await expectCached(lab, read)).to.deep.equal(["soap", "here", 1, "Ace"]);
    const move = () => lab.repository(Product).update(1, { origin: { name: "there" } });
    expect(await expectFollows(lab, read, move)).to.deep.equal(["soap", "there", 1, "Ace"]);
    const orphan = () => lab.repository(Brand).delete(1);
    expect(await expectFollows(lab, read, orphan)).to.deep.equal(["soap", "there", null, undefined]);
  });

  it("a check before a save under a conditional unique index (cachalot admin_tests)", async () => {
    const taken = () =>
      lab.repository(Product).createQueryBuilder("p").where("p.name = 'wax' AND p.day = 'open'").getExists();
    expect(await expectFollows(lab, taken, () => lab.repository(Product).save({ name: "wax" }))).to.equal(
      true,
    );
    const refused = await lab
      .repository(Product)
      .save({ name: "wax" })
      .catch((error: Error) => error.name);
    expect(refused).to.equal("QueryFailedError");
    expect(await lab.repository(Product).countBy({ name: "wax" })).to.equal(1);
  });
});
