import { expect } from "chai";
import { Staleness } from "../../../src/core/staleness";
import type { EntryKey } from "../../../src/stores/store";

const entry = (prefix: string): EntryKey => {
  const namespace = { prefix, database: "d" };
  return { namespace, hash: "h", home: { namespace, kind: "table", name: "t" } };
};

describe("which stale results may still be given", () => {
  it("those of the one who was given a current one, not those of another tenant", async () => {
    const staleness = new Staleness();
    const [one, other] = [entry("one"), entry("other")].map((each) => ({ entry: each, staleFor: 60_000 }));
    if (!one || !other) throw new Error("There are two.");
    staleness.sawCurrent(one, performance.now());
    await staleness.refreshing(one, async () => {
      expect(staleness.mayServe(one)).to.equal(true);
      await staleness.refreshing(other, async () => expect(staleness.mayServe(other)).to.equal(false));
    });
    expect(staleness.mayServe(one)).to.equal(false);
  });
});
