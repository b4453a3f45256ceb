import { expect } from "chai";
import { all, entryBeside, some, table } from "../addresses";
import { LEASE, OLD, type Fixture } from "../fixture";

export function describeKeyspace(fixture: Fixture): void {
  const { look, put, versionsOf, isCurrent } = fixture;

  describe("namespaces", () => {
    it("of another database or prefix have records of their own", async () => {
      const others = [
        all(table({ ...fixture.namespace, database: "other" }, "city")),
        all(table({ ...fixture.namespace, prefix: `${fixture.namespace.prefix}-2` }, "city")),
      ];
      const before = await versionsOf(...others);
      await fixture.fence("writer", [fixture.city], LEASE);
      await fixture.replace("writer", [fixture.city]);
      const { snapshot } = await look(others);
      expect(snapshot).to.deep.equal({ versions: before, fenced: false, refused: [] });
      await fixture.store.clear(`${fixture.namespace.prefix}-2`);
    });

    it("cannot be confused by the characters of their parts", async () => {
      const names = ["x", "x/table:y", "x}", "{x}", "x:record", "x%7d", "x}:record", "*", "x\n", "ü"];
      const records = names.flatMap((name) => [
        table({ ...fixture.namespace, database: name }, "y"),
        table({ ...fixture.namespace, database: "x" }, name),
        { namespace: { ...fixture.namespace, database: "x" }, kind: "id" as const, name },
      ]);
      expect(new Set(await versionsOf(...records.map(all))).size).to.equal(records.length);
    });
  });

  describe("clear", () => {
    it("takes entries and records of all databases under the prefix", async () => {
      const elsewhere = all(table({ ...fixture.namespace, database: "other" }, "city"));
      const before = await versionsOf(fixture.city, elsewhere);
      await put([before[0]!]);
      await fixture.store.clear(fixture.namespace.prefix);
      expect((await look()).entry).to.equal(undefined);
      const after = await versionsOf(fixture.city, elsewhere);
      expect(after[0]).to.not.equal(before[0]);
      expect(after[1]).to.not.equal(before[1]);
    });

    for (const [own, foreign] of [
      ["a", "ab"],
      ["a*", "ab"],
      ["a?", "ab"],
      ["[ab]", "a"],
      ["a\\", "a"],
      ["a", "a:v4:b"],
      ["a{", "a"],
      ["", "a"],
    ] as const) {
      it(`of "${own}" takes nothing of "${foreign}"`, async () => {
        const mine = table({ ...fixture.namespace, prefix: own && fixture.namespace.prefix + own }, "city");
        const theirs = table({ ...fixture.namespace, prefix: fixture.namespace.prefix + foreign }, "city");
        const relied = [some(theirs, "id/1")];
        const [minesVersion] = await versionsOf(all(mine));
        await put(await versionsOf(...relied), OLD, relied, entryBeside(theirs));
        await fixture.store.clear(mine.namespace.prefix);
        expect(await isCurrent(relied, entryBeside(theirs))).to.equal(true);
        expect(await versionsOf(all(mine))).to.not.deep.equal([minesVersion]);
        await fixture.store.clear(mine.namespace.prefix);
        await fixture.store.clear(theirs.namespace.prefix);
      });
    }

    it("keeps the marks of writes in flight", async () => {
      await fixture.fence("writer", [fixture.city], LEASE);
      await fixture.store.clear(fixture.namespace.prefix);
      expect((await look()).snapshot.fenced).to.equal(true);
      await fixture.replace("writer", [fixture.city]);
    });
  });
}
