import { expect } from "chai";
import { claim, some } from "../addresses";
import { LEASE, OLD, type Fixture } from "../fixture";

/** A mark on `names`, of a writer who knows `id` and `owner`; which look-ups it fences. */
const CASES: readonly { names: string[]; fenced: string[][]; free: string[][] }[] = [
  {
    names: ["id/1"],
    fenced: [["id/1"], ["id/1", "id/2"], ["id/1", "owner"]],
    free: [["id/2"], ["owner/1"], ["id"], ["id", "owner"], []],
  },
  { names: ["owner"], fenced: [["owner/1"], ["owner"], ["id/1", "owner"]], free: [["id/1"], ["id"], []] },
  { names: ["id/1", "owner"], fenced: [["id/1"], ["owner/2"]], free: [["id/2"], ["id"]] },
  { names: [], fenced: [["newer"], ["newer/1", "id/1"]], free: [["id/1"], ["owner"]] },
];

export function describePartMarks(fixture: Fixture): void {
  const { look, put, fill, isCurrent, registry, unfenced } = fixture;
  const city = (...names: string[]) => some(fixture.city.record, ...names);
  const isFenced = async (names: string[]) => (await look([city(...names)])).snapshot.fenced;
  const claimOn = async (...names: string[]) => {
    await look([city("id", "owner")]);
    return claim(fixture.city.record, (await registry()).stamp, ...names);
  };

  describe("marks on parts", () => {
    for (const { names, fenced, free } of CASES) {
      it(`on ${names.join(", ") || "nothing"} fence what they concern, and all that is whole`, async () => {
        await fixture.fence("writer", [await claimOn(...names)], LEASE);
        for (const relied of fenced) expect(await isFenced(relied), relied.join()).to.equal(true);
        for (const relied of free) expect(await isFenced(relied), relied.join()).to.equal(false);
        expect((await look([fixture.city])).snapshot.fenced).to.equal(true);
        await fixture.replace("writer", [await claimOn(...names)]);
        for (const relied of [...fenced, ...free])
          expect(await isFenced(relied), relied.join()).to.equal(false);
        expect((await look([fixture.city])).snapshot.fenced).to.equal(false);
      });
    }

    it("keep entries of other parts current, and take others", async () => {
      expect(await fill([city("id/2")])).to.equal(true);
      await fixture.fence("writer", [await claimOn("id/1")], LEASE);
      expect(await isCurrent([city("id/2")])).to.equal(true);
      expect(await fill([city("id/2")])).to.equal(true);
      expect(await fill([city("id/1")])).to.equal(false);
      await fixture.replace("writer", [await claimOn("id/1")]);
    });

    it("of a writer without a stamp fence every scheme", async () => {
      await look([city("id/2")]);
      await fixture.fence("writer", [claim(fixture.city.record, "", "id/1")], LEASE);
      expect(await isFenced(["id/2"])).to.equal(true);
      await fixture.replace("writer", [claim(fixture.city.record, "", "id/1")]);
    });

    it("count for every scheme once all of the record was replaced by another", async () => {
      await fixture.fence("writer", [await claimOn("id/1")], LEASE);
      await fixture.replace("another", [fixture.city]);
      expect(await isFenced(["id/2"])).to.equal(true);
      await fixture.replace("writer", [await claimOn("id/1")]);
      expect(await isFenced(["id/2"])).to.equal(false);
    });

    it("take the place of the writer's earlier one, wider or narrower, and of no other's", async () => {
      await fixture.fence("other", [await claimOn("owner/9")], LEASE);
      await fixture.fence("writer", [await claimOn("id/1")], LEASE);
      await fixture.fence("writer", [await claimOn("id/2")], LEASE);
      expect([await isFenced(["id/1"]), await isFenced(["id/2"])]).to.deep.equal([false, true]);
      await fixture.fence("writer", [fixture.city], LEASE);
      expect([await isFenced(["id/1"]), await isFenced(["id/2"])]).to.deep.equal([true, true]);
      await fixture.fence("writer", [await claimOn("id/1")], LEASE);
      expect([await isFenced(["id/1"]), await isFenced(["id/2"])]).to.deep.equal([true, false]);
      await fixture.replace("writer", [await claimOn("id/1")]);
      expect([await isFenced(["id/1"]), await isFenced(["owner/9"])]).to.deep.equal([false, true]);
      await fixture.replace("other", [fixture.city]);
    });

    it("replace all of the record once their lease ran out", async () => {
      expect(await fill([city("owner/1")])).to.equal(true);
      const before = await registry();
      await fixture.fence("died", [await claimOn("id/1")], 20);
      await unfenced();
      expect(await isCurrent([city("owner/1")])).to.equal(false);
      expect((await registry()).stamp).to.not.equal(before.stamp);
    });

    it("that ran out refuse what they concern, whoever comes first after it", async () => {
      const claims = [await claimOn("id/1")];
      const { versions } = (await look([city("id/1", "id/2")])).snapshot;
      await fixture.fence("died", claims, 20);
      for (let ticks = 0; ticks < 25; ticks++) await fixture.tick();
      expect(await put(versions, OLD, [city("id/1")])).to.equal(false);
    });

    it("on a record that was missing fence what comes to be", async () => {
      await fixture.fence("writer", [claim(fixture.city.record, "", "id/1")], LEASE);
      expect(await isFenced(["id/2"])).to.equal(true);
      await fixture.replace("writer", [claim(fixture.city.record, "", "id/1")]);
      expect(await isFenced(["id/2"])).to.equal(false);
    });
  });
}
