import { expect } from "chai";
import type { Whole } from "../addresses";
import type { Fixture } from "../fixture";

/** Ages of records that are some time apart, so that no delay of a call can turn their order. */
const APART = 20;

export function describeAges(fixture: Fixture): void {
  const { look } = fixture;
  const ageOf = async (...records: Whole[]): Promise<number> => (await look(records)).age;

  async function older(record: Whole): Promise<void> {
    while ((await ageOf(record)) < APART) await fixture.tick();
  }

  describe("ages", () => {
    it("count from the creation of a record, whose history nobody knows", async () => {
      await older(fixture.city);
      const young = await ageOf(fixture.country);
      expect(await ageOf(fixture.city)).to.be.at.least(young + APART);
    });

    it("count from the last replacement, of the youngest", async () => {
      await look([fixture.city, fixture.country]);
      await older(fixture.country);
      await fixture.replace("writer", [fixture.city]);
      const both = await ageOf(fixture.country, fixture.city);
      expect(await ageOf(fixture.country)).to.be.at.least(both + APART);
    });

    it("count from the end of a lease that ran out", async () => {
      await look([fixture.city, fixture.country]);
      await fixture.fence("died", [fixture.city], APART);
      await fixture.unfenced();
      const replaced = await ageOf(fixture.city);
      expect(await ageOf(fixture.country)).to.be.above(replaced);
    });

    it("do not start anew with a mark", async () => {
      await older(fixture.city);
      await fixture.fence("writer", [fixture.city], 60_000);
      expect(await ageOf(fixture.city)).to.be.at.least(APART);
    });
  });
}
