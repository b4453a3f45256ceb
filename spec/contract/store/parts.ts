import { expect } from "chai";
import { claim, entryBeside, some } from "../addresses";
import { OLD, type Fixture } from "../fixture";

export function describeParts(fixture: Fixture): void {
  const { look, put, fill, isCurrent, registry } = fixture;
  const city = (...names: string[]) => some(fixture.city.record, ...names);
  const entry = (hash: string) => entryBeside(fixture.city.record, hash);
  const replace = async (...names: string[]) =>
    fixture.replace("writer", [claim(fixture.city.record, (await registry()).stamp, ...names)]);
  /** An entry of its own for each dependency; which of them are current. */
  const fillAll = async (lists: readonly string[][]) => {
    for (const names of lists) expect(await fill([city(...names)], entry(names.join()))).to.equal(true);
  };
  const current = async (lists: readonly string[][]) => {
    const outcomes = [];
    for (const names of lists)
      if (await isCurrent([city(...names)], entry(names.join()))) outcomes.push(names);
    return outcomes;
  };

  describe("parts", () => {
    it("are replaced alone, and with them what relies on all of the record", async () => {
      await fillAll([["id/1"], ["id/2"], ["owner/1"], ["id/1", "owner/1"]]);
      expect(await fill([fixture.city])).to.equal(true);
      const before = await fixture.versionsOf(fixture.city);
      await replace("id/1");
      expect(await current([["id/1"], ["id/2"], ["owner/1"], ["id/1", "owner/1"]])).to.deep.equal([
        ["id/2"],
        ["owner/1"],
      ]);
      expect(await isCurrent([fixture.city])).to.equal(false);
      expect(await fixture.versionsOf(fixture.city)).to.not.deep.equal(before);
    });

    it("are replaced together with their scheme", async () => {
      await fillAll([["id/1"], ["id/2"], ["owner/1"]]);
      await replace("id");
      expect(await current([["id/1"], ["id/2"], ["owner/1"]])).to.deep.equal([["owner/1"]]);
      await fillAll([["id/1"]]);
      expect(await current([["id/1"], ["owner/1"]])).to.deep.equal([["id/1"], ["owner/1"]]);
    });

    it("are replaced with all of their record", async () => {
      await fillAll([["id/1"], ["owner/1"]]);
      await fixture.replace("writer", [fixture.city]);
      expect(await current([["id/1"], ["owner/1"]])).to.deep.equal([]);
    });

    it("begin anew with their record", async () => {
      await look([city("id/1")]);
      for (let round = 0; round < 3; round++) await replace("id/1");
      await fixture.replace("writer", [fixture.city]);
      expect(await fill([city("id/1")])).to.equal(true);
    });

    it("of the same key in another scheme or record are others", async () => {
      const country = some(fixture.country.record, "id/1");
      await fillAll([["id/1"], ["owner/1"]]);
      expect(await fill([country], entryBeside(fixture.country.record))).to.equal(true);
      await replace("id/1");
      expect(await current([["id/1"], ["owner/1"]])).to.deep.equal([["owner/1"]]);
      expect(await isCurrent([country], entryBeside(fixture.country.record))).to.equal(true);
    });

    it("refuse what was read before they were replaced, and take what was read before others were", async () => {
      const { versions } = (await look([city("id/1", "id/2")])).snapshot;
      await replace("id/1");
      expect(await put(versions, OLD, [city("id/1")])).to.equal(false);
      expect(await put(versions, OLD, [city("id/1", "id/2")])).to.equal(false);
      expect(await put(versions, OLD, [fixture.city])).to.equal(false);
      expect(await put(versions, OLD, [city("id/2")])).to.equal(true);
      expect(await isCurrent([city("id/2")])).to.equal(true);
    });

    it("that a claim names and nobody asked for are not known, and stale to all who read before", async () => {
      const { versions } = (await look([city("id")])).snapshot;
      await replace("id/1");
      expect(await put(versions, OLD, [city("id/1")])).to.equal(false);
      expect(await fill([city("id/1")])).to.equal(true);
    });

    it("that come to be after a replacement of others are refused, and then accepted", async () => {
      const { versions } = (await look([city("id")])).snapshot;
      await replace("id/7");
      expect(await put(versions, OLD, [city("id/1")])).to.equal(false);
      const busy = (await look([city("id")])).snapshot.versions;
      await replace("id/7");
      expect(await put(busy, OLD, [city("id/1")])).to.equal(true);
    });

    it("need not be any", async () => {
      expect(await fill([city()])).to.equal(true);
      await replace("id/1");
      expect(await isCurrent([city()])).to.equal(true);
      await fixture.replace("writer", [fixture.city]);
      expect(await isCurrent([city()])).to.equal(false);
    });

    it("of two claims on one record are all replaced", async () => {
      await fillAll([["id/1"], ["id/2"], ["id/3"]]);
      const { stamp } = await registry();
      const claims = ["id/1", "id/2"].map((name) => claim(fixture.city.record, stamp, name));
      await fixture.fence("writer", claims, 60_000);
      expect(await current([["id/1"], ["id/2"]])).to.deep.equal([]);
      await fixture.replace("writer", claims);
      expect(await current([["id/1"], ["id/2"], ["id/3"]])).to.deep.equal([["id/3"]]);
    });

    it("can be thousands in one call", async () => {
      const names = Array.from({ length: 5000 }, (_, index) => `id/${index}`);
      expect(await fill([city(...names)])).to.equal(true);
      expect(await isCurrent([city("id")])).to.equal(true);
      const claims = [claim(fixture.city.record, (await registry()).stamp, ...names.slice(1))];
      await fixture.fence("writer", claims, 60_000);
      expect((await look([city("id/0")])).snapshot.fenced).to.equal(false);
      expect((await look([city("id/4999")])).snapshot.fenced).to.equal(true);
      await fixture.replace("writer", claims);
      expect(await isCurrent([city("id")])).to.equal(false);
    });
  });

  describe("parts that the result tells", () => {
    const relied = () => city("id/1", "owner/1", "owner/2");

    it("count though the look-up does not know them", async () => {
      for (const name of ["id/1", "owner/1", "owner/2", "owner"]) {
        const { versions } = (await look([city("id/1", "owner")])).snapshot;
        expect(await put(versions, OLD, [relied()])).to.equal(true);
        expect(await isCurrent([city("id/1", "owner")])).to.equal(true);
        await replace("id/2", "owner/3");
        expect(await isCurrent([city("id/1", "owner")])).to.equal(true);
        await replace(name);
        expect(await isCurrent([city("id/1", "owner")]), name).to.equal(false);
      }
    });

    it("make the entry not current when they are marked, though nothing fences the look-up", async () => {
      const { versions } = (await look([city("id/1", "owner")])).snapshot;
      expect(await put(versions, OLD, [relied()])).to.equal(true);
      const claims = [claim(fixture.city.record, (await registry()).stamp, "owner/2")];
      await fixture.fence("writer", claims, 60_000);
      const marked = await look([city("id/1", "owner")]);
      expect([marked.snapshot.fenced, marked.entry?.current]).to.deep.equal([false, false]);
      expect(await put(versions, OLD, [relied()])).to.equal(false);
      expect(await put(versions, OLD, [city("id/1", "owner/1")])).to.equal(true);
      await fixture.replace("writer", claims);
    });

    it("refuse what was read before they were replaced for the first time", async () => {
      const { versions } = (await look([city("id/1", "owner")])).snapshot;
      const claims = [claim(fixture.city.record, (await registry()).stamp, "owner/2")];
      await fixture.fence("writer", claims, 60_000);
      await fixture.replace("writer", claims);
      expect(await put(versions, OLD, [relied()])).to.equal(false);
    });

    it("of schemes that the look-up was not told are refused", async () => {
      const { versions } = (await look([city("id/1")])).snapshot;
      expect(await put(versions, OLD, [city("id/1", "owner/1")])).to.equal(false);
    });
  });
}
