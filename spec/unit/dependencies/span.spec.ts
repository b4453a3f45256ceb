import { expect } from "chai";
import fc from "fast-check";
import {
  coverRange,
  coverStart,
  isRanked,
  MOST_NODES,
  nodesOf,
  type Range,
} from "../../../src/dependencies/span";
import { canonical } from "../../../src/schema/canonical";
import type { ValueType } from "../../../src/schema/column";
import { compare } from "../../../src/schema/order";
import { column, INTEGER, text } from "./facts";

const DATE: ValueType = { kind: "date" };
const BIG: ValueType = { kind: "integer", min: -(2n ** 63n), max: 2n ** 63n - 1n };
const MOMENTS: ValueType = { kind: "opaque", ordering: "moments" };
const BYTES = text("exact", { ordering: "bytes" });
const PADDED = text("padded", { ordering: "bytes" });

const texts = fc.string({
  unit: fc.constantFrom("a", "b", "\t", " ", "~", "\u00e9", "\u{1f600}"),
  maxLength: 4,
});
const days = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
const KINDS: Readonly<Record<string, readonly [ValueType, fc.Arbitrary<unknown>]>> = {
  integers: [INTEGER, fc.oneof(fc.integer(), fc.integer({ min: -9, max: 9 }))],
  "large integers": [BIG, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  dates: [DATE, days.map((day) => day.toISOString().slice(0, 10))],
  texts: [BYTES, texts],
  "padded texts": [PADDED, texts],
};

const BOUNDS = ["low", "high"] as const;

describe("ranges as nodes of a tree", () => {
  for (const [what, [type, values]] of Object.entries(KINDS)) {
    const known = values
      .map((value) => canonical(type, "postgres", value))
      .filter((value): value is string => value !== undefined);

    it(`${what}: whatever is in a range is in one of few nodes that cover it`, () => {
      fc.assert(
        fc.property(known, known, known, fc.subarray([...BOUNDS]), (value, one, other, kept) => {
          const [low, high] = [one, other].sort((a, b) => compare(type, "postgres", a, b) as number);
          const range: Range = Object.fromEntries(kept.map((bound) => [bound, { low, high }[bound]]));
          const cover = coverRange(range, type, "postgres") ?? [];
          expect(cover.length).to.be.within(1, MOST_NODES);
          if (isWithin(value, range, type)) expect(isIn(value, cover, type)).to.equal(true);
        }),
        { numRuns: 2000 },
      );
    });
  }

  it("what is behind the end of a range is in none of them, unless it is close", () => {
    const cover = coverRange({ low: "1000" }, INTEGER, "postgres") ?? [];
    for (const value of ["-1", "0", "1", "999"]) expect(isIn(value, cover, INTEGER), value).to.equal(false);
    const million = coverRange({ high: "1000000" }, INTEGER, "postgres") ?? [];
    expect(isIn("1000000", million, INTEGER)).to.equal(true);
    expect(isIn("1010000", million, INTEGER)).to.equal(false);
  });

  it("the same moment may be three days away in another process's zone", () => {
    const cover = coverRange({ low: "20000" }, MOMENTS, "postgres") ?? [];
    expect(isIn("19997", cover, MOMENTS)).to.equal(true);
    expect(isIn("19996", cover, MOMENTS)).to.equal(false);
  });

  it("texts by what they begin with, as far as twelve characters", () => {
    const span = { column: "name", by: "start" } as const;
    const isFound = (value: string, start: string): boolean =>
      nodesOf(span, value, BYTES, "postgres").some((node) => coverStart(start).includes(node));
    expect(isFound("Paris", "Par")).to.equal(true);
    expect(isFound("Par", "Par")).to.equal(true);
    expect(isFound("Pa", "Par")).to.equal(false);
    expect(isFound("paris", "Par")).to.equal(false);
    expect(isFound("abcdefghijklmnop", "abcdefghijklm")).to.equal(true);
    expect(isFound("\u{1f600}b", "\u{1f600}")).to.equal(true);
  });

  it("a value that is not known may be anywhere, and NULL is in no range", () => {
    const cover = coverRange({ low: "1" }, INTEGER, "postgres") ?? [];
    expect(isIn(undefined, cover, INTEGER)).to.equal(true);
    expect(isIn(null, cover, INTEGER)).to.equal(false);
  });

  it("columns without an order that is known have none", () => {
    const isKnown = (type: ValueType, dialect: "postgres" | "sqlite" = "postgres"): boolean =>
      isRanked(column("c", type), dialect);
    expect([INTEGER, DATE, BYTES, MOMENTS].map((type) => isKnown(type))).to.deep.equal([
      true,
      true,
      true,
      true,
    ]);
    expect([text("exact"), { kind: "opaque" } as const].map((type) => isKnown(type))).to.deep.equal([
      false,
      false,
    ]);
    expect([INTEGER, DATE, BYTES].map((type) => isKnown(type, "sqlite"))).to.deep.equal([true, false, false]);
  });
});

function isIn(value: string | null | undefined, cover: readonly string[], type: ValueType): boolean {
  const nodes = nodesOf({ column: "c", by: "order" }, value, type, "postgres");
  return nodes.some((node) => cover.includes(node));
}

function isWithin(value: string, { low, high }: Range, type: ValueType): boolean {
  const order = (bound: string): number => compare(type, "postgres", value, bound) as number;
  return (low === undefined || order(low) >= 0) && (high === undefined || order(high) <= 0);
}
