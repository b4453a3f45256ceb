import { expect } from "chai";
import { claim, some } from "../addresses";
import { LEASE, OLD, NEW, type Fixture } from "../fixture";

export function describeMarks(fixture: Fixture): void {
  const { look, put, versionsOf, isCurrent, unfenced } = fixture;

  describe("marks", () => {
    it("keep readers from hitting and from storing, and do not change the version", async () => {
      const versions = await versionsOf(fixture.city, fixture.country);
      await put(versions, OLD, [fixture.city, fixture.country]);
      await fixture.fence("writer", [fixture.country], LEASE);
      const { snapshot, entry: found } = await look([fixture.city, fixture.country]);
      expect(snapshot).to.deep.equal({ versions, fenced: true, refused: [] });
      expect(found?.payload.equals(OLD)).to.equal(true);
      expect(found?.current).to.equal(false);
      expect(await put(versions, NEW, [fixture.city, fixture.country])).to.equal(false);
      expect((await look([fixture.city])).snapshot.fenced).to.equal(false);
    });

    it("stand on a record that was missing", async () => {
      await fixture.fence("writer", [fixture.city], LEASE);
      const { snapshot } = await look();
      expect(snapshot.fenced).to.equal(true);
      expect(await put(snapshot.versions)).to.equal(false);
    });

    it("go with their writer's replacement, which gives a new version", async () => {
      const before = await versionsOf(fixture.city);
      await fixture.fence("writer", [fixture.city], LEASE);
      await fixture.replace("writer", [fixture.city]);
      const { snapshot } = await look();
      expect(snapshot.fenced).to.equal(false);
      expect(snapshot.versions).to.not.deep.equal(before);
      expect(await put(before)).to.equal(false);
      expect(await put(snapshot.versions)).to.equal(true);
    });

    it("of several writers stay until each has replaced", async () => {
      await fixture.fence("first", [fixture.city], LEASE);
      await fixture.fence("second", [fixture.city], LEASE);
      await fixture.replace("first", [fixture.city]);
      expect((await look()).snapshot.fenced).to.equal(true);
      await fixture.replace("a third without a mark", [fixture.city]);
      expect((await look()).snapshot.fenced).to.equal(true);
      await fixture.replace("second", [fixture.city]);
      expect((await look()).snapshot.fenced).to.equal(false);
    });

    it("count as a replacement once their lease ran out", async () => {
      const before = await versionsOf(fixture.city);
      await put(before);
      await fixture.fence("died", [fixture.city], 20);
      const after = await unfenced();
      expect(after.versions).to.not.deep.equal(before);
      expect(await isCurrent()).to.equal(false);
      expect(await versionsOf(fixture.city)).to.deep.equal(after.versions);
    });

    it("count as a replacement once their lease ran out, though their writer marks anew", async () => {
      const versions = await versionsOf(fixture.city);
      await fixture.fence("writer", [fixture.city], 1);
      for (let ticks = 0; ticks < 5; ticks++) await fixture.tick();
      await fixture.fence("writer", [claim(fixture.city.record, "")], LEASE);
      expect(await put(versions, OLD, [some(fixture.city.record)])).to.equal(false);
      await fixture.replace("writer", [fixture.city]);
    });

    it("of a dead writer do not end those of a live one", async () => {
      const before = await versionsOf(fixture.city);
      await fixture.fence("alive", [fixture.city], LEASE);
      await fixture.fence("died", [fixture.city], 20);
      while ((await versionsOf(fixture.city))[0] === before[0]) await fixture.tick();
      expect((await look()).snapshot.fenced).to.equal(true);
      await fixture.replace("alive", [fixture.city]);
      expect((await look()).snapshot.fenced).to.equal(false);
    });

    it("refuse a result whose writer died, whoever comes first after it", async () => {
      const before = await versionsOf(fixture.city);
      await fixture.fence("died", [fixture.city], 20);
      for (let ticks = 0; ticks < 25; ticks++) await fixture.tick();
      expect(await put(before)).to.equal(false);
    });

    it("live longer when set again", async () => {
      await fixture.fence("writer", [fixture.city], 1);
      await fixture.fence("writer", [fixture.city], LEASE);
      for (let ticks = 0; ticks < 5; ticks++) await fixture.tick();
      expect((await look()).snapshot.fenced).to.equal(true);
      await fixture.replace("writer", [fixture.city]);
      expect((await look()).snapshot.fenced).to.equal(false);
    });

    it("need no claims", async () => {
      await fixture.fence("writer", [], LEASE);
      await fixture.replace("writer", []);
      expect((await look([])).snapshot).to.deep.equal({ versions: [], fenced: false, refused: [] });
    });
  });
}
