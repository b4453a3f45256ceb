import { expect } from "chai";
import type { ValueType } from "../../../src/schema/column";
import { RANK_BITS, rankOf } from "../../../src/schema/rank";
import { canonicalStored } from "../../../src/schema/stored";

const MOMENTS: ValueType = { kind: "opaque", ordering: "moments" };
const UNSIGNED: ValueType = { kind: "integer", min: 0n, max: 2n ** 64n - 1n };

describe("ranks", () => {
  it("stand for moments by their day", () => {
    const day = (text: string): string | undefined => canonicalStored(MOMENTS, "postgres", new Date(text));
    expect(day("2020-01-02T23:59:59.999Z")).to.equal(day("2020-01-02T00:00:00Z"));
    expect(day("1969-12-31T23:00:00Z")).to.equal("-1");
    expect(day("no date")).to.equal(undefined);
    expect(canonicalStored(MOMENTS, "postgres", "2020-01-02"), "as the driver gave no Date").to.equal(
      undefined,
    );
    expect(canonicalStored({ kind: "opaque" }, "postgres", new Date())).to.equal(undefined);
  });

  it("take no year on MySQL that may be one of the first century", () => {
    const stored = (text: string): string | undefined => canonicalStored(MOMENTS, "mysql", new Date(text));
    expect(stored("1950-01-01T00:00:00Z")).to.equal(undefined);
    expect(stored("2001-01-01T00:00:00Z")).to.be.a("string");
  });

  it("have room for the largest and the smallest numbers", () => {
    for (const value of [2n ** 64n - 1n, -(2n ** 63n), 0n])
      expect(rankOf(UNSIGNED, "mysql", value.toString())).to.be.within(0, 2 ** RANK_BITS - 1);
    const ranks = [-65537n, -2n, -1n, 0n, 1n, 2n, 65535n, 65536n, 2n ** 40n].map((value) =>
      rankOf(UNSIGNED, "mysql", value.toString()),
    );
    expect(ranks).to.deep.equal([...ranks].sort((a, b) => Number(a) - Number(b)));
    expect(new Set(ranks).size).to.equal(ranks.length);
  });
});
