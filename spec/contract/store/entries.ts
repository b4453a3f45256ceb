import { expect } from "chai";
import { all, entryBeside, table } from "../addresses";
import { OLD, NEW, type Fixture } from "../fixture";

export function describeEntries(fixture: Fixture): void {
  const { look, put, versionsOf } = fixture;

  describe("entries", () => {
    it("gives nothing before anything was stored", async () => {
      expect((await look()).entry).to.equal(undefined);
    });

    for (const [what, bytes] of Object.entries({
      "every byte value": Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
      "no bytes at all": Buffer.alloc(0),
      "a megabyte": Buffer.alloc(1024 * 1024, "\r\n$-1\r\n\0{}"),
    })) {
      it(`gives back ${what}`, async () => {
        const versions = await versionsOf(fixture.city, fixture.country);
        expect(await put(versions, bytes, [fixture.city, fixture.country])).to.equal(true);
        const found = (await look([fixture.city, fixture.country])).entry;
        expect(found?.payload.equals(bytes)).to.equal(true);
        expect(found?.current).to.equal(true);
      });
    }

    it("shares no bytes with its callers", async () => {
      const given = Buffer.from("given");
      await put(await versionsOf(fixture.city), given);
      given.fill(0);
      (await look()).entry?.payload.fill(0);
      expect((await look()).entry?.payload.toString()).to.equal("given");
    });

    it("keeps the later of two results", async () => {
      const versions = await versionsOf(fixture.city);
      await put(versions, OLD);
      await put(versions, NEW);
      expect((await look()).entry?.payload.equals(NEW)).to.equal(true);
    });

    it("loses an entry at the end of its time", async () => {
      const versions = await versionsOf(fixture.city);
      expect(await put(versions, OLD, [fixture.city], fixture.entry, 20)).to.equal(true);
      while ((await look()).entry) await fixture.tick();
      expect(await versionsOf(fixture.city)).to.deep.equal(versions);
    });

    it("tells how long an entry took to load, and how long it has left", async () => {
      const versions = await versionsOf(fixture.city);
      await put(versions, OLD, [fixture.city], fixture.entry, 5000, 70);
      const { took, left } = (await look()).entry ?? {};
      expect(took).to.equal(70);
      expect(left).to.be.above(0).and.at.most(5000);
      await put(versions, NEW, [fixture.city], fixture.entry, 9000, 12.4);
      const replaced = (await look()).entry;
      expect(replaced?.took).to.be.within(12, 13);
      expect(replaced?.left).to.be.above(5000).and.at.most(9000);
    });

    it("removes the entries it is told to and no others", async () => {
      const other = entryBeside(fixture.city.record, "other");
      const versions = await versionsOf(fixture.city);
      await put(versions);
      await put(versions, OLD, [fixture.city], other);
      await fixture.store.remove([fixture.entry, entryBeside(fixture.country.record, "never stored")]);
      expect((await look()).entry).to.equal(undefined);
      expect((await look([fixture.city], other)).entry?.payload.equals(OLD)).to.equal(true);
      await fixture.store.remove([]);
    });

    it("keeps an entry apart from the same hash elsewhere", async () => {
      await put(await versionsOf(fixture.city));
      const elsewhere = all(table({ ...fixture.namespace, database: "other" }, "city"));
      expect((await look([elsewhere], entryBeside(elsewhere.record))).entry).to.equal(undefined);
    });
  });
}
