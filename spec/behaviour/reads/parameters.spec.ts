import { expect } from "chai";
import { Column, Entity, Like, PrimaryGeneratedColumn } from "typeorm";
import { Cached } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";

@Entity()
@Cached("all")
class Thing {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: "varchar" }) text!: string;
  @Column({ type: "int", nullable: true }) number!: number | null;
  @Column({ type: "bigint", default: 0 }) big!: string;
}

class Money {
  constructor(readonly cents: number) {}

  toString(): string {
    return String(this.cents);
  }
}

onEveryCombination("parameters", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: [Thing] });
    await lab.repository(Thing).insert([
      { text: "1", number: 1, big: "9007199254740993" },
      { text: "true", number: 0 },
      { text: "überß 漢字 🦉", number: null },
    ]);
  });
  after(() => lab.close());

  const withValue = (value: unknown) =>
    lab.repository(Thing).createQueryBuilder("t").where("t.text = :value OR t.text = 'none'", { value });

  it("values that look alike are reads of their own (trap 10)", async () => {
    // What the database makes of a number for a text differs, so it is asked with a cast.
    const looks: unknown[] = ["1", "true", "null", "", "0", "-0", "NaN", "1.0", " 1", "1 "];
    for (const value of looks) {
      lab.forget();
      await expectCached(lab, () => withValue(value).getMany());
      expect(lab.reads[0]?.outcome, String(value)).to.equal("miss");
    }
    const numbers: unknown[] = [0, 1, 1.5, 2 ** 53, null, "1"];
    for (const value of numbers) {
      lab.forget();
      await lab
        .repository(Thing)
        .createQueryBuilder("t")
        .where("t.number = :value", { value })
        .getMany()
        .catch(() => []);
      expect(lab.reads[0]?.outcome, String(value)).to.not.equal("hit");
    }
  });

  it("unicode, with and without LIKE (cacheops 114, 161, cachalot unicode)", async () => {
    for (const text of ["überß 漢字 🦉", "u\u0308berß", "%漢字%"]) {
      await expectCached(lab, () => lab.repository(Thing).findBy({ text }));
      await expectCached(lab, () => lab.repository(Thing).findBy({ text: Like(text) }));
    }
    const [found] = await lab.repository(Thing).findBy({ text: Like("%漢字%") });
    expect(found?.text).to.equal("überß 漢字 🦉");
  });

  it("bigints beyond the safe integers do not fall together", async () => {
    const byBig = (big: string) => lab.repository(Thing).countBy({ big });
    expect(await expectCached(lab, () => byBig("9007199254740993"))).to.equal(1);
    expect(await expectCached(lab, () => byBig("9007199254740992"))).to.equal(0);
  });

  it("a list that is changed after the call has no effect on it (cachalot list IN)", async () => {
    const ids = [1];
    const read = () =>
      lab.repository(Thing).createQueryBuilder("t").where("t.id IN (:...ids)", { ids }).getCount();
    expect(await read()).to.equal(1);
    ids.push(2);
    expect(await read()).to.equal(2);
    ids.pop();
    expect(await lab.expectStatements(0, read)).to.equal(1);
  });

  it("names of parameters do not matter, values do", async () => {
    const by = (name: string, value: string) => () =>
      lab
        .repository(Thing)
        .createQueryBuilder("t")
        .where(`t.text = :${name}`, { [name]: value })
        .getMany();
    await expectCached(lab, by("a", "1"));
    await lab.expectStatements(0, by("b", "1"));
    await lab.expectStatements(1, by("b", "2"));
  });

  it("a parameter of an unknown class bypasses, whatever its text says (trap 10)", async () => {
    const value = new Money(1);
    const read = () =>
      withValue(value)
        .getMany()
        .catch(() => "the driver does not know it either");
    const outcomes = await lab.outcomes(async () => [await read(), await read()]);
    for (const outcome of outcomes) expect(outcome).to.equal("bypass: parameter");
    const { dataSource } = lab;
    if (dataSource.options.type !== "sqljs") {
      await expectBypassed(
        lab,
        () => withValue(Object.assign(new Date(0), { note: 1 })).getMany(),
        "parameter",
      );
    }
  });

  it("equivalent spellings of a condition share an entry (cacheops test_exact)", async () => {
    await expectFollows(
      lab,
      () => lab.repository(Thing).find({ where: { id: 1 } }),
      () => lab.repository(Thing).update(1, { number: 5 }),
    );
    await lab.expectStatements(0, () => lab.repository(Thing).findBy({ id: 1 }));
  });
});
