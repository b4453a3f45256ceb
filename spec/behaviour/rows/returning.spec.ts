import { expect } from "chai";
import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Cached, withoutCache } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached } from "../../support/soundness";

@Entity()
@Cached("all", "10m")
class Note {
  @PrimaryGeneratedColumn() id!: number;
  @Column() authorId!: number;
  @Column() text!: string;
}

onEveryCombination("a DELETE that gives its rows back", ({ database, store }) => {
  // TypeORM sends RETURNING to these alone.
  if (database === "sqljs") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Note] })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Note).insert([
      { authorId: 1, text: "a" },
      { authorId: 1, text: "b" },
      { authorId: 2, text: "c" },
    ]);
  });
  after(() => lab.close());

  const notesOf = (authorId: number) => (): Promise<Note[]> =>
    lab.repository(Note).find({ where: { authorId }, order: { id: "ASC" } });
  const erase = (text: string, returning: string) =>
    lab.repository(Note).createQueryBuilder().delete().where("text = :text", { text }).returning(returning);

  for (const returning of ["*", "id, authorId"])
    it(`is not preceded by a look at them: ${returning}`, async () => {
      const columns = returning === "*" ? "*" : ["id", "authorId"];
      for (const authorId of [1, 2]) await expectCached(lab, notesOf(authorId));
      await lab.expectStatements(1, () => erase("c", columns as string).execute());
      expect(new Set(await lab.outcomes(notesOf(1)))).to.deep.equal(new Set(["hit"]));
      expect(await notesOf(2)()).to.deep.equal([]);
      expectSameValues(await notesOf(1)(), await withoutCache(notesOf(1)));
    });

  it("is, if it does not give back what would tell them apart", async () => {
    for (const authorId of [1, 2]) await expectCached(lab, notesOf(authorId));
    lab.forget();
    await erase("c", ["id"] as never).execute();
    expect(lab.statements.length).to.be.above(1);
    expect(new Set(await lab.outcomes(notesOf(1)))).to.deep.equal(new Set(["hit"]));
    expect(await notesOf(2)()).to.deep.equal([]);
  });
});
