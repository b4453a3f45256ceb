import { expect } from "chai";
import { MAX_SCHEMES } from "../../../src/stores/store";
import { all, claim, scheme, some, table } from "../addresses";
import { OLD, type Fixture } from "../fixture";

export function describeSchemes(fixture: Fixture): void {
  const { look, put, fill, isCurrent, registry } = fixture;
  const city = (...names: string[]) => some(fixture.city.record, ...names);
  const many = (count: number, prefix: string) =>
    city(...Array.from({ length: count }, (_, index) => `${prefix}${index}/1`));
  const idsOf = async () => (await registry()).schemes.map(({ id }) => id).sort();

  describe("schemes", () => {
    it("are registered by a look-up, with their texts, and stay while they are used", async () => {
      await look([city("id/1", "owner")]);
      const odd = { id: "_-9", text: 'größe \n"\\\0 ' };
      await look([city("id/2"), { record: fixture.city.record, parts: [], schemes: [odd] }]);
      expect((await registry()).schemes).to.have.deep.members([scheme("id"), scheme("owner"), odd]);
    });

    it("of a record that is missing, or of which only all is relied on, are none", async () => {
      expect(await registry()).to.deep.equal({ stamp: "", schemes: [] });
      await look([fixture.city]);
      expect((await registry()).schemes).to.deep.equal([]);
      expect(await fixture.store.registries([])).to.deep.equal([]);
    });

    it("are told in the order of the records, and by fence as well", async () => {
      await look([city("id"), some(fixture.country.record, "code")]);
      const records = [fixture.country.record, table(fixture.namespace, "none"), fixture.city.record];
      const registries = await fixture.store.registries(records);
      expect(registries.map(({ schemes }) => schemes.map(({ id }) => id))).to.deep.equal([
        ["code"],
        [],
        ["id"],
      ]);
      const fenced = await fixture.fence("writer", records.map(all), 1000);
      expect([fenced[0], fenced[2]]).to.deep.equal([registries[0], registries[2]]);
      expect(fenced[1]!.schemes).to.deep.equal([]);
      await fixture.replace("writer", records.map(all));
    });

    it("have a stamp that differs whenever they do, and only then", async () => {
      const stamps = [(await registry()).stamp];
      for (const names of [["id"], ["id", "owner"], ["name"]]) {
        await look([city(...names)]);
        stamps.push((await registry()).stamp);
      }
      expect(new Set(stamps).size).to.equal(4);
      await look([city("owner/7", "id/8")]);
      const { stamp } = await registry();
      await fixture.replace("writer", [claim(fixture.city.record, stamp, "id")]);
      expect((await registry()).stamp).to.equal(stamp);
    });

    it("are gone when all of the record is replaced, and come back with the next look-up", async () => {
      await look([city("id")]);
      const before = await registry();
      await fixture.replace("writer", [fixture.city]);
      expect((await registry()).schemes).to.deep.equal([]);
      await look([city("id")]);
      const after = await registry();
      expect(after.schemes).to.deep.equal(before.schemes);
      expect(after.stamp).to.not.equal(before.stamp);
    });

    it(`are at most ${MAX_SCHEMES} per record; those beyond are refused, and what relies on them`, async () => {
      expect((await look([many(MAX_SCHEMES, "s")])).snapshot.refused).to.deep.equal([]);
      const { snapshot } = await look([
        city("s0/1"),
        city("beyond/1", "s1/1"),
        some(fixture.country.record, "code"),
      ]);
      expect(snapshot.refused).to.deep.equal(["beyond"]);
      expect(await fill([city("beyond/1", "s1/1")])).to.equal(false);
      expect(await fill([city("s1/1")])).to.equal(true);
      expect((await registry()).schemes).to.have.length(MAX_SCHEMES);
    });

    it("make room when no look-up and no result has used them for their time", async () => {
      const short = 20;
      await look([many(MAX_SCHEMES - 2, "s")], fixture.entry, short);
      await look([city("long/1")]);
      const { versions } = (await look([city("stored/1")], fixture.entry, 1)).snapshot;
      expect(await put(versions, OLD, [city("stored/1")])).to.equal(true);
      while ((await look([city("next/1")])).snapshot.refused.length > 0) await fixture.tick();
      expect(await idsOf()).to.deep.equal(["long", "next", "stored"]);
    });

    it("that made room and came back are others: for who read before, and for who writes", async () => {
      const { versions } = (await look([city("id/1")], fixture.entry, 1)).snapshot;
      const old = (await registry()).stamp;
      for (let ticks = 0; ticks < 5; ticks++) await fixture.tick();
      await look([many(MAX_SCHEMES, "s")], fixture.entry, 1);
      expect(await idsOf()).to.not.include("id");
      await fixture.replace("writer", [claim(fixture.city.record, (await registry()).stamp, "s0")]);
      for (let ticks = 0; ticks < 5; ticks++) await fixture.tick();
      expect(await fill([city("id/1")])).to.equal(true);
      expect(await put(versions, OLD, [city("id/1")])).to.equal(false);
      await fixture.replace("writer", [claim(fixture.city.record, old, "s0")]);
      expect(await isCurrent([city("id/1")])).to.equal(false);
    });

    it("that a writer did not know are replaced as a whole", async () => {
      await look([city("id/1")]);
      const { stamp } = await registry();
      expect(await fill([city("id/2", "owner/1")])).to.equal(true);
      await fixture.replace("writer", [claim(fixture.city.record, stamp, "id/1")]);
      expect(await isCurrent([city("id/2", "owner/1")])).to.equal(false);
    });

    it("are all unknown to who has no stamp, or one of an earlier incarnation", async () => {
      await look([city("id/1")]);
      const { stamp } = await registry();
      await fixture.replace("writer", [fixture.city]);
      for (const old of ["", stamp, "nonsense"]) {
        expect(await fill([city("id/2")])).to.equal(true);
        await fixture.replace("writer", [claim(fixture.city.record, old, "id/1")]);
        expect(await isCurrent([city("id/2")]), old).to.equal(false);
      }
    });
  });
}
