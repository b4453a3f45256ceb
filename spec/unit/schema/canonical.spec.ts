import { expect } from "chai";
import { canonical, isExact, isTrue } from "../../../src/schema/canonical";
import type { TextType, ValueType } from "../../../src/schema/column";
import { like } from "../../../src/schema/like";
import { compare } from "../../../src/schema/order";
import { canonicalStored } from "../../../src/schema/stored";
import type { SqlDialect } from "../../../src/sql/analysis";

const text = (equality: TextType["equality"], more: Partial<TextType> = {}): ValueType => ({
  kind: "text",
  equality,
  repertoire: "unicode",
  maxLength: undefined,
  ordering: "bytes",
  ...more,
});
const INTEGER: ValueType = { kind: "integer", min: -(1n << 63n), max: (1n << 63n) - 1n };
const BYTE: ValueType = { kind: "integer", min: 0n, max: 255n };
const MYSQL_ENUM: ValueType = {
  kind: "enum",
  equality: "ascii-insensitive",
  repertoire: "unicode",
  labels: new Set(["one", "2", "a-b"]),
};

/** Type, dialect, value, the text expected. */
type Case = readonly [ValueType, SqlDialect, unknown, string | undefined];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "whole numbers in whatever spelling": [
    [INTEGER, "postgres", 7, "7"],
    [INTEGER, "postgres", 7n, "7"],
    [INTEGER, "postgres", "+007", "7"],
    [INTEGER, "postgres", -0, "0"],
    [INTEGER, "postgres", "-0", "0"],
    [INTEGER, "mysql", true, "1"],
    [INTEGER, "postgres", true, undefined],
  ],
  "no other numbers": [
    [INTEGER, "mysql", "1abc", undefined],
    [INTEGER, "postgres", " 1", undefined],
    [INTEGER, "postgres", "1.0", undefined],
    [INTEGER, "sqlite", 1.5, undefined],
    [INTEGER, "sqlite", NaN, undefined],
    [INTEGER, "postgres", "", undefined],
    [BYTE, "mysql", 300, undefined],
    [BYTE, "mysql", -1, undefined],
    [BYTE, "mysql", 255, "255"],
  ],
  "beyond 2^53 what is told apart": [
    [INTEGER, "postgres", "9007199254740993", "9007199254740993"],
    [INTEGER, "postgres", 2 ** 53, undefined],
    [INTEGER, "mysql", "9007199254740993", "9007199254740992"],
    [INTEGER, "sqlite", 2n ** 53n + 1n, "9007199254740992"],
    [INTEGER, "mysql", 2 ** 53, "9007199254740992"],
  ],
  "truth values": [
    [{ kind: "boolean" }, "postgres", true, "true"],
    [{ kind: "boolean" }, "postgres", "f", "false"],
    [{ kind: "boolean" }, "postgres", 1, "true"],
    [{ kind: "boolean" }, "postgres", "yes", undefined],
  ],
  "texts that are exact": [
    [text("exact"), "postgres", "a ", "a "],
    [text("exact"), "postgres", "é𝒳", "é𝒳"],
    [text("exact"), "postgres", 1, undefined],
    [text("exact"), "postgres", "a\0", undefined],
    [text("exact"), "postgres", "\ud800", undefined],
    [text("exact"), "postgres", "\ufeffa", undefined],
    [text("exact", { repertoire: "ascii" }), "postgres", "é", undefined],
    [text("exact", { maxLength: 3 }), "postgres", "abcd", undefined],
  ],
  "texts under collations": [
    [text("padded"), "mysql", "a ", undefined],
    [text("padded"), "mysql", "aÉ", "aÉ"],
    [text("ascii-insensitive"), "mysql", "Ab-1_", "ab-1_"],
    [text("ascii-insensitive"), "mysql", "a b", undefined],
    [text("ascii-insensitive"), "mysql", "é", undefined],
    [text("ascii-insensitive"), "mysql", "\u212a", undefined],
    [text("ascii-insensitive"), "mysql", "a\n", undefined],
    [text("ascii-sensitive"), "mysql", "Ab", "Ab"],
  ],
  labels: [
    [MYSQL_ENUM, "mysql", "ONE", "one"],
    [MYSQL_ENUM, "mysql", "2", "2"],
    [MYSQL_ENUM, "mysql", "3", undefined],
    [MYSQL_ENUM, "mysql", 1, undefined],
    [MYSQL_ENUM, "mysql", "three", undefined],
    [
      { kind: "enum", equality: "exact", repertoire: "unicode", labels: undefined },
      "postgres",
      "One ",
      "One ",
    ],
  ],
  "identifiers and days": [
    [
      { kind: "uuid" },
      "postgres",
      "6F1C9C3E-0A5B-4B8E-9D3C-2F6F5D3A1B2C",
      "6f1c9c3e-0a5b-4b8e-9d3c-2f6f5d3a1b2c",
    ],
    [{ kind: "uuid" }, "postgres", "6f1c9c3e0a5b4b8e9d3c2f6f5d3a1b2c", undefined],
    [{ kind: "date" }, "postgres", "2020-02-29", "2020-02-29"],
    [{ kind: "date" }, "mysql", "2019-02-29", undefined],
    [{ kind: "date" }, "mysql", "2020-13-01", undefined],
    [{ kind: "date" }, "mysql", "0000-00-00", undefined],
    [{ kind: "date" }, "postgres", "0001-01-01", "0001-01-01"],
    [{ kind: "date" }, "postgres", "2020-01-01 00:00:00", undefined],
    [{ kind: "date" }, "mysql", 20200101, undefined],
    [{ kind: "date" }, "postgres", new Date(2020, 0, 1), undefined],
  ],
  "nothing of the rest": [
    [{ kind: "opaque" }, "postgres", 1, undefined],
    [{ kind: "opaque" }, "postgres", "a", undefined],
  ],
};

describe("canonical texts", () => {
  for (const [title, cases] of Object.entries(CASES)) {
    it(title, () => {
      const found = cases.map(([type, dialect, value]) => canonical(type, dialect, value));
      expect(found).to.deep.equal(cases.map(([, , , expected]) => expected));
    });
  }

  it("are exact where nothing was rounded and nothing lost", () => {
    expect(isExact(INTEGER, "postgres", "9007199254740993")).to.equal(true);
    expect(isExact(INTEGER, "mysql", "9007199254740991")).to.equal(true);
    expect(isExact(INTEGER, "mysql", "9007199254740992")).to.equal(false);
    expect(isExact(text("ascii-insensitive"), "mysql", "a")).to.equal(true);
    expect(isExact(text("exact"), "sqlite", "a")).to.equal(false);
    expect(isExact({ kind: "opaque" }, "postgres", "a")).to.equal(false);
  });

  it("are true if they are no zero", () => {
    expect(["0", "1", "2"].map((each) => isTrue(INTEGER, each))).to.deep.equal([false, true, true]);
    expect(["true", "false"].map((each) => isTrue({ kind: "boolean" }, each))).to.deep.equal([true, false]);
    expect(isTrue(text("exact"), "1")).to.equal(undefined);
  });
});

describe("canonical texts of stored values", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  const day = (value: unknown): string | undefined => canonicalStored({ kind: "date" }, "postgres", value);

  for (const name of ["UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Kiritimati"]) {
    it(`a day of PostgreSQL is the local one in ${name}`, () => {
      process.env["TZ"] = name;
      expect(day(new Date(2020, 1, 29))).to.equal("2020-02-29");
      expect(day(new Date(2020, 1, 29, 12))).to.equal(undefined);
    });
  }

  it("a day that a zone left out is none, and nor is the one that takes its place", () => {
    process.env["TZ"] = "Pacific/Apia";
    expect([29, 30, 31].map((date) => day(new Date(2011, 11, date)))).to.deep.equal([
      "2011-12-29",
      undefined,
      undefined,
    ]);
  });

  it("other Dates, and SQLite's texts in integer columns, are not known", () => {
    expect(day(new Date(NaN))).to.equal(undefined);
    expect(day(Infinity)).to.equal(undefined);
    expect(canonicalStored({ kind: "date" }, "mysql", new Date(2020, 0, 1))).to.equal(undefined);
    expect(canonicalStored(INTEGER, "sqlite", "1")).to.equal(undefined);
    expect(canonicalStored(INTEGER, "sqlite", 1)).to.equal("1");
  });
});

describe("the order of canonical texts", () => {
  const cases: readonly (readonly [ValueType, SqlDialect, string, string, number | undefined])[] = [
    [INTEGER, "postgres", "9", "10", -1],
    [INTEGER, "postgres", "-1", "-1", 0],
    [INTEGER, "mysql", "9007199254740992", "9007199254740992", undefined],
    [INTEGER, "mysql", "9007199254740994", "9007199254740992", 1],
    [{ kind: "date" }, "postgres", "0999-12-31", "1000-01-01", -1],
    [{ kind: "date" }, "sqlite", "2020-01-01", "2020-01-02", undefined],
    [text("exact"), "postgres", "\uffff", "𝒳", -1],
    [text("exact"), "postgres", "a\t", "a", 1],
    [text("padded"), "mysql", "a\t", "a", -1],
    [text("exact", { ordering: undefined }), "postgres", "a", "b", undefined],
    [{ kind: "uuid" }, "postgres", "a", "b", undefined],
    [{ kind: "opaque" }, "postgres", "a", "b", undefined],
  ];
  for (const [type, dialect, a, b, expected] of cases) {
    it(`${type.kind} of ${dialect}: ${JSON.stringify(a)} and ${JSON.stringify(b)} -> ${expected}`, () => {
      const sign = (found: number | undefined) => found && Math.sign(found);
      expect(sign(compare(type, dialect, a, b))).to.equal(expected);
      expect(sign(compare(type, dialect, b, a))).to.equal(expected && -expected);
    });
  }
});

describe("LIKE", () => {
  const exact = text("exact");
  const cases: readonly (readonly [ValueType, SqlDialect, string, string, boolean | undefined])[] = [
    [exact, "postgres", "abc", "a%", true],
    [exact, "postgres", "abc", "A%", false],
    [exact, "postgres", "aXbXc", "a%b%c", true],
    [exact, "postgres", "abab", "%ab", true],
    [exact, "postgres", "abac", "%ab", false],
    [exact, "postgres", "𝒳", "_", true],
    [exact, "postgres", "a\nb", "a_b", true],
    [exact, "postgres", "", "%", true],
    [exact, "postgres", "", "_", false],
    [exact, "postgres", "a%", "a\\%", undefined],
    [exact, "sqlite", "abc", "a%", undefined],
    [text("ascii-insensitive"), "mysql", "Abc", "aB%", true],
    [text("ascii-insensitive"), "mysql", "abc", "á%", undefined],
    [text("ascii-sensitive"), "mysql", "Abc", "a%", false],
    [INTEGER, "postgres", "12", "1%", undefined],
  ];
  for (const [type, dialect, value, pattern, expected] of cases) {
    it(`${dialect}: ${JSON.stringify(value)} LIKE ${JSON.stringify(pattern)} -> ${expected}`, () =>
      expect(like(type, dialect, value, pattern)).to.equal(expected));
  }

  it("takes no longer for many wildcards", () => {
    expect(like(exact, "postgres", "a".repeat(5000), `${"%a".repeat(500)}%b`)).to.equal(false);
  });
});
