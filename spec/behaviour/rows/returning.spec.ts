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

/** What tells what has become of the rows: of a number that is computed, and of a text that is. */
@Entity()
@Cached("all", "10m")
class Score {
  @PrimaryGeneratedColumn() id!: number;
  @Column() player!: string;
  @Column() game!: number;
  @Column() points!: number;
}

onEveryCombination("an UPDATE that gives its rows back", ({ database, store }) => {
  // MariaDB knows no such UPDATE, and to SQLite TypeORM sends none.
  if (database !== "postgres") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Score] })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Score).insert([
      { player: "ann", game: 1, points: 1 },
      { player: "bob", game: 1, points: 2 },
      { player: "cid", game: 2, points: 3 },
    ]);
  });
  after(() => lab.close());

  const playersIn = (game: number) => (): Promise<Score[]> =>
    lab.repository(Score).find({ where: { game }, order: { id: "ASC" } });
  const named = (player: string) => (): Promise<Score[]> => lab.repository(Score).findBy({ player });
  const update = (values: object, where: object, returning: string | string[]) =>
    lab
      .repository(Score)
      .createQueryBuilder()
      .update()
      .set(values)
      .where(where)
      .returning(returning)
      .execute();

  async function expectKept(reads: readonly (() => Promise<Score[]>)[]): Promise<void> {
    for (const read of reads) {
      expect(new Set(await lab.outcomes(read)), read.toString()).to.deep.equal(new Set(["hit"]));
      expectSameValues(await read(), await withoutCache(read));
    }
  }

  async function expectDropped(reads: readonly (() => Promise<Score[]>)[]): Promise<void> {
    for (const read of reads) {
      expect(await lab.outcomes(read)).to.deep.equal(["stale"]);
      expectSameValues(await read(), await withoutCache(read));
    }
  }

  for (const returning of ["*", ["id", "game"]])
    it(`is not preceded by a look at them where it leaves what tells them apart: ${String(returning)}`, async () => {
      const [first, second] = [playersIn(1), playersIn(2)];
      for (const read of [first, second]) await expectCached(lab, read);
      await lab.expectStatements(1, () => update({ points: 9 }, { player: "cid" }, returning));
      await expectKept([first]);
      await expectDropped([second]);
    });

  it("tells which rows a text has moved to that the database computes", async () => {
    const [ann, other, more] = [named("ann"), named("bob"), named("cid+")];
    const reads = [ann, other, more, playersIn(1), playersIn(2)];
    for (const read of reads) await expectCached(lab, read);
    await update({ player: () => "player || '+'" }, { player: "cid" }, "*");
    await expectKept([ann, other, playersIn(1)]);
    await expectDropped([more, playersIn(2)]);
  });

  it("tells so of several rows, by their keys", async () => {
    const reads = [named("ann"), named("ann+"), named("bob+"), named("cid+"), named("x")];
    for (const read of reads) await expectCached(lab, read);
    await update({ player: () => "player || '+'" }, { game: 1 }, ["player", "id"]);
    await expectKept([named("cid+"), named("x")]);
    await expectDropped([named("ann"), named("ann+"), named("bob+")]);
  });

  it("of which it does not give the keys: all that may be concerned is dropped", async () => {
    const reads = [named("ann+"), named("bob+"), named("x")];
    for (const read of reads) await expectCached(lab, read);
    await update({ player: () => "player || '+'" }, { game: 1 }, ["player"]);
    for (const read of reads) expectSameValues(await read(), await withoutCache(read));
  });

  it("as TypeORM's save() does of what the database has made", async () => {
    const one = await lab.repository(Score).findOneByOrFail({ player: "cid" });
    const reads = [named("ann"), named("cid"), playersIn(1), playersIn(2)];
    for (const read of reads) await expectCached(lab, read);
    await lab.repository(Score).save(Object.assign(one, { player: "ann" }));
    await expectKept([playersIn(1)]);
    await expectDropped([named("ann"), named("cid"), playersIn(2)]);
  });
});
