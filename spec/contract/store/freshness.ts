import { expect } from "chai";
import type { Dependency } from "../../../src/stores/store";
import { all, epoch } from "../addresses";
import { type Fixture, LEASE, TTL } from "../fixture";

const BY_ID = { id: "byId", text: "by id" };
const BY_NAME = { id: "byName", text: "by name" };

export function describeFreshness(fixture: Fixture): void {
  const look = (...dependencies: Dependency[]) =>
    fixture.store.freshness([all(epoch(fixture.namespace)), ...dependencies], TTL, LEASE);
  const tokensOf = async (...dependencies: Dependency[]) => (await look(...dependencies)).tokens.slice(1);
  const part = (key: string, scheme = BY_ID): Dependency => ({
    record: fixture.city.record,
    parts: [{ scheme: scheme.id, key }],
    schemes: [scheme],
  });
  const replaceParts = async (keys: readonly string[], schemes: readonly string[] = []) => {
    const { stamp } = await fixture.registry();
    const parts = keys.map((key) => ({ scheme: BY_ID.id, key }));
    await fixture.replace("writer", [{ record: fixture.city.record, changes: { stamp, schemes, parts } }]);
  };

  describe("freshness", () => {
    it("has tokens that stay, in the order of the dependencies", async () => {
      const tokens = await tokensOf(fixture.city, fixture.country, part("1"));
      expect(tokens).to.have.length(3);
      expect(await tokensOf(fixture.city, fixture.country, part("1"))).to.deep.equal(tokens);
      expect(await tokensOf(fixture.country)).to.deep.equal([tokens[1]]);
    });

    it("has another token for a record of which anything was replaced", async () => {
      const before = await tokensOf(fixture.city, fixture.country);
      await replaceParts(["1"]);
      const after = await tokensOf(fixture.city, fixture.country);
      expect(after[0]).to.not.equal(before[0]);
      expect(after[1]).to.equal(before[1]);
    });

    it("has another token for the part that was replaced, and no other", async () => {
      const before = await tokensOf(part("1"), part("2"));
      await replaceParts(["1"]);
      const after = await tokensOf(part("1"), part("2"));
      expect(after[0]).to.not.equal(before[0]);
      expect(after[1]).to.equal(before[1]);
    });

    it("has another token for all parts of a scheme that was replaced, and of no other scheme", async () => {
      const before = await tokensOf(part("1"), part("1", BY_NAME));
      await replaceParts([], [BY_ID.id]);
      const after = await tokensOf(part("1"), part("1", BY_NAME));
      expect(after[0]).to.not.equal(before[0]);
      expect(after[1]).to.equal(before[1]);
    });

    it("has other tokens when all of a record was replaced", async () => {
      const before = await tokensOf(part("1"), fixture.city);
      await fixture.replace("writer", [fixture.city]);
      const after = await tokensOf(part("1"), fixture.city);
      expect(after[0]).to.not.equal(before[0]);
      expect(after[1]).to.not.equal(before[1]);
    });

    it("has tokens that never come back", async () => {
      const seen = new Set<string | undefined>();
      for (let round = 0; round < 20; round++) {
        seen.add((await tokensOf(part("1")))[0]);
        if (round % 3 === 0) await fixture.store.clear(fixture.namespace.prefix);
        else if (round % 3 === 1) await replaceParts(["1"]);
        else await fixture.replace("writer", [fixture.city]);
      }
      expect(seen.size).to.equal(20);
    });

    it("tells of writes in flight that concern the dependencies, and of no others", async () => {
      await look(part("1"), part("2"));
      const { stamp } = await fixture.registry();
      const parts = [{ scheme: BY_ID.id, key: "1" }];
      await fixture.fence(
        "writer",
        [{ record: fixture.city.record, changes: { stamp, schemes: [], parts } }],
        LEASE,
      );
      const fenced = async (dependency: Dependency) => (await look(dependency)).fenced;
      expect([await fenced(part("1")), await fenced(part("2")), await fenced(fixture.country)]).to.deep.equal(
        [true, false, false],
      );
    });
  });
}
