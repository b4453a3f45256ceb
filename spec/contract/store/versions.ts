import { expect } from "chai";
import type { RecordName, Version } from "../../../src/stores/store";
import { all, epoch } from "../addresses";
import { OLD, type Fixture } from "../fixture";

export function describeVersions(fixture: Fixture): void {
  const { look, put, versionsOf, isCurrent } = fixture;

  describe("versions", () => {
    it("are the same until replaced, and differ between records", async () => {
      const everything = all(epoch(fixture.namespace));
      const three = [everything, fixture.city, fixture.country];
      const versions = await versionsOf(...three);
      expect(new Set(versions).size).to.equal(3);
      expect(await versionsOf(...three)).to.deep.equal(versions);
      expect(await versionsOf(fixture.country, everything, fixture.city)).to.deep.equal([
        versions[2],
        versions[0],
        versions[1],
      ]);
    });

    it("name the same record twice in one call, even when it is new", async () => {
      const [first, second] = await versionsOf(fixture.city, fixture.city);
      expect(first).to.equal(second);
    });

    it("change for the replaced record alone, and make its entries stale", async () => {
      const [cityBefore, countryBefore] = await versionsOf(fixture.city, fixture.country);
      await put([cityBefore!, countryBefore!], OLD, [fixture.city, fixture.country]);
      await fixture.replace("writer", [fixture.city]);
      const [cityAfter, countryAfter] = await versionsOf(fixture.city, fixture.country);
      expect(cityAfter).to.not.equal(cityBefore);
      expect(countryAfter).to.equal(countryBefore);
      expect(await isCurrent([fixture.city, fixture.country])).to.equal(false);
    });

    it("never come back", async () => {
      const seen = new Set<Version>();
      for (let round = 0; round < 20; round++) {
        seen.add((await versionsOf(fixture.city))[0]!);
        if (round % 2) await fixture.store.clear(fixture.namespace.prefix);
        else await fixture.replace("writer", [fixture.city]);
      }
      expect(seen.size).to.equal(20);
    });

    it("refuse a result that was read before a replacement", async () => {
      const before = await versionsOf(fixture.city, fixture.country);
      await fixture.replace("writer", [fixture.country]);
      expect(await put(before, OLD, [fixture.city, fixture.country])).to.equal(false);
      expect((await look()).entry).to.equal(undefined);
    });

    it("refuse a result of a record that was lost meanwhile", async () => {
      const before = await versionsOf(fixture.city);
      await fixture.store.clear(fixture.namespace.prefix);
      expect(await put(before)).to.equal(false);
      expect(await versionsOf(fixture.city)).to.not.deep.equal(before);
    });

    it("refuse a result whose versions are of other dependencies", async () => {
      const [version] = await versionsOf(fixture.city);
      await versionsOf(fixture.country);
      expect(await put([version!], OLD, [fixture.city, fixture.country])).to.equal(false);
      expect(await put([version!, version!], OLD, [fixture.city, fixture.country])).to.equal(false);
    });

    for (const kind of ["everything", "id"] as const) {
      it(`serve records of kind ${kind}, apart from a table of that name`, async () => {
        const name: RecordName = { namespace: fixture.namespace, kind, name: kind === "id" ? "city" : "" };
        const record = all(name);
        const versions = await versionsOf(fixture.city, record);
        await put(versions, OLD, [fixture.city, record]);
        await fixture.replace("writer", [record]);
        const after = await versionsOf(fixture.city, record);
        expect(after[0]).to.equal(versions[0]);
        expect(after[1]).to.not.equal(versions[1]);
      });
    }
  });
}
