import { expect } from "chai";
import { benchMemory, type MemoryRow, TIMEOUT } from "./bench";

const ENTRIES = 30;
const WEEK = 7 * 24 * 3_600_000;

describe("what Redis keeps", function () {
  this.timeout(60_000);
  let rows: readonly MemoryRow[];
  before(async () => (rows = await benchMemory({ entries: ENTRIES, progress: () => undefined })));

  it("is an entry for each result, and less of it if it is compressed", () => {
    expect(rows.map(({ full }) => full.entry.keys)).to.deep.equal(rows.map(() => ENTRIES));
    const bytes = rows.map(({ full }) => full.entry.bytes);
    expect(bytes[2]).to.be.below(bytes[1]!);
    expect(bytes[4]).to.be.below(bytes[3]!);
  });

  it("does not grow by writes", () => {
    for (const { what, full, changed } of rows) {
      expect(changed.part.keys, what).to.be.at.most(full.part.keys);
      // Counts are a digit longer at times.
      expect(changed["every key"].bytes, what).to.be.at.most(full["every key"].bytes * 1.05);
    }
  });

  it("goes by itself: what a result needs within twice its timeout, the epoch within two weeks (trap 25)", () => {
    for (const { what, full, changed } of rows)
      for (const weights of [full, changed]) {
        for (const kind of ["entry", "part", "table record"] as const)
          expect(weights[kind].lives, `${what}: ${kind}`).to.be.within(1, 2 * TIMEOUT);
        expect(weights["every key"].lives, what).to.be.within(1, 2 * WEEK);
      }
  });
});
