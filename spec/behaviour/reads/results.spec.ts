import { expect } from "chai";
import { Column, Entity, PrimaryGeneratedColumn, type ObjectLiteral } from "typeorm";
import { Cached } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectCached } from "../../support/soundness";

@Entity()
@Cached("all")
class Document {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: "simple-json" }) body!: { tags: string[]; nested: { deep: number[] } };
  @Column({ type: "simple-array" }) words!: string[];
  @Column({
    type: "text",
    transformer: {
      to: (value: Set<string>) => [...value].join(),
      from: (text: string) => new Set(text?.split(",")),
    },
  })
  set!: Set<string>;
}

onEveryCombination("results", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: [Document] });
    const body = { tags: ["a"], nested: { deep: [1, 2] } };
    await lab.repository(Document).insert({ body, words: ["x", "y"], set: new Set(["s"]) });
  });
  after(() => lab.close());

  function vandalise(document: Document): void {
    document.body.nested.deep.push(99);
    document.body.tags.length = 0;
    document.words.push("vandal");
    document.set.add("vandal");
    document.id = -1;
  }

  it("changing a returned entity changes no later hit (trap 9, cachalot mutating)", async () => {
    const read = () => lab.repository(Document).findOneOrFail({ where: {} });
    const fresh = await expectCached(lab, read);
    for (const call of ["hit", "hit again"]) {
      vandalise(await lab.expectStatements(0, read));
      expect(await read(), call).to.deep.equal(fresh);
    }
  });

  it("changing what a miss returned changes no hit (trap 9)", async () => {
    const read = () => lab.repository(Document).find({ order: { id: "DESC" } });
    const [first] = await read();
    vandalise(first as Document);
    const [hit] = await lab.expectStatements(0, read);
    expect(hit?.body).to.deep.equal({ tags: ["a"], nested: { deep: [1, 2] } });
    expect([...(hit as Document).set]).to.deep.equal(["s"]);
  });

  it("changing raw rows, of a miss and of a hit, changes no later hit (trap 9)", async () => {
    const read = () => lab.repository(Document).createQueryBuilder("d").getRawMany<ObjectLiteral>();
    for (const call of ["miss", "hit", "hit"]) {
      const rows = await read();
      expect(Object.keys(rows[0] as object), call)
        .to.include("d_words")
        .and.not.include("added");
      (rows[0] as ObjectLiteral)["added"] = 1;
      (rows[0] as ObjectLiteral)["d_words"] = "vandal";
      rows.push({});
    }
    const [row, ...more] = await lab.expectStatements(0, read);
    expect(more).to.have.length(0);
    expect(row?.["d_words"]).to.equal("x,y");
  });

  it("two hits at a time share no object", async () => {
    const read = () => lab.repository(Document).findOneOrFail({ where: { id: 1 } });
    await read();
    const [one, other] = await lab.expectStatements(0, () => Promise.all([read(), read()]));
    expect(one).to.deep.equal(other);
    expect(one).to.not.equal(other);
    expect(one.body).to.not.equal(other.body);
    expect(one.body.nested).to.not.equal(other.body.nested);
  });

  it("an empty result is cached, and so is the absence of a row (johnny-cache failed exists, cache-machine empty)", async () => {
    expect(await expectCached(lab, () => lab.repository(Document).findBy({ id: 77 }))).to.deep.equal([]);
    expect(await expectCached(lab, () => lab.repository(Document).findOneBy({ id: 77 }))).to.equal(null);
    expect(await expectCached(lab, () => lab.repository(Document).maximum("id", { id: 77 }))).to.equal(null);
  });
});
