import { expect } from "chai";
import { all, entryBeside, table } from "../addresses";
import { LEASE, OLD, type Fixture } from "../fixture";

export function describeCrowds(fixture: Fixture): void {
  const { look, put, isCurrent } = fixture;

  describe("many at once", () => {
    it("5,000 dependencies in one call", async () => {
      const many = Array.from({ length: 5000 }, (_, index) =>
        all(table(fixture.namespace, `table ${index}`)),
      );
      const { versions } = (await look(many)).snapshot;
      expect(new Set(versions).size).to.equal(5000);
      expect(await put(versions, OLD, many)).to.equal(true);
      expect(await isCurrent(many)).to.equal(true);
      await fixture.fence("writer", many, LEASE);
      await fixture.replace("writer", many);
      expect(await isCurrent(many)).to.equal(false);
    });

    it("50 readers who find nothing and store", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const key = entryBeside(fixture.city.record, `hash ${index % 10}`);
          const { snapshot } = await look([fixture.city, fixture.country], key);
          return put(snapshot.versions, Buffer.from(`${index % 10}`), [fixture.city, fixture.country], key);
        }),
      );
      expect(outcomes).to.deep.equal(Array(50).fill(true));
      for (let index = 0; index < 10; index++) {
        const found = await look(
          [fixture.city, fixture.country],
          entryBeside(fixture.city.record, `hash ${index}`),
        );
        expect(found.entry?.payload.toString()).to.equal(`${index}`);
      }
    });

    it("writers between the reads and the stores: nothing read before a write is current after it", async () => {
      const read = await Promise.all(Array.from({ length: 50 }, () => look()));
      await Promise.all([
        ...read.map(({ snapshot }) => put(snapshot.versions)),
        fixture.fence("writer", [fixture.city], LEASE).then(() => fixture.replace("writer", [fixture.city])),
        ...read.map(({ snapshot }) => put(snapshot.versions)),
      ]);
      expect(await isCurrent()).to.equal(false);
    });
  });
}
