import { inspect } from "node:util";
import { expect } from "chai";
import { parameterKey, statementHash } from "../../../src/core/statement-key";

/** Lists of parameters that must never be taken for one another. */
const DISTINCT: readonly (readonly unknown[])[] = [
  [],
  [1],
  ["1"],
  [1n],
  [1.5],
  ["1.5"],
  [0],
  [-0],
  [NaN],
  ["NaN"],
  [Infinity],
  [-Infinity],
  [true],
  ["true"],
  [false],
  [null],
  ["null"],
  [undefined],
  ["undefined"],
  [""],
  ["", ""],
  [1, 2],
  ["1,2"],
  ["1", "2"],
  [[1, 2]],
  [[1], 2],
  [1, [2]],
  [[1, [2]]],
  [["1", "2"]],
  [[]],
  [[[]]],
  [[], []],
  [new Date(5)],
  [new Date(5).toISOString()],
  [new Date(5).toString()],
  [5],
  [new Date(NaN)],
  ["Invalid Date"],
  [Buffer.from("1")],
  [Uint8Array.from(Buffer.from("1"))],
  [Int8Array.from(Buffer.from("1"))],
  [Buffer.from("1").toString("base64")],
  [{}],
  ["[object Object]"],
  [Object.create(null)],
  [{ a: 1 }],
  [JSON.stringify({ a: 1 })],
  [{ a: "1" }],
  [{ a: undefined }],
  [{ a: null }],
  [{ a: 1, b: 2 }],
  [{ b: 2, a: 1 }],
  [["a", 1]],
  [{ a: { b: 1 } }],
  [{ a: {}, b: 1 }],
  [JSON.parse('{"__proto__": 1}')],
  ["s1:a"],
  ["a", "s1:b"],
  ["as1:b"],
  ["\ud800"],
  ["\ud801"],
  ["\ufffd"],
  ["a\u0000"],
  ["é"],
  ["e\u0301"],
];

class Money {
  readonly cents = 5;
}

const cyclic: { again?: unknown } = {};
cyclic.again = [cyclic];

const UNKNOWN: readonly (readonly [string, unknown])[] = [
  ["Money", new Money()],
  ["Money", [{ a: new Money() }]],
  ["Map", new Map([[1, 2]])],
  ["Set", new Set([1])],
  ["Number", Object(1)],
  ["RegExp", /a/],
  ["URL", new URL("https://example.org")],
  ["function", () => "now()"],
  ["function", { toPostgres: () => "1" }],
  ["symbol", Symbol("s")],
  ["Date", Object.assign(new Date(), { toPostgres: 1 })],
  ["deeply nested or cyclic object", cyclic],
];

const keyOf = (parameters: readonly unknown[]): string => {
  const key = parameterKey(parameters);
  if (!key.ok) throw new Error(`no key for ${key.type}`);
  return key.key;
};

describe("parameterKey", () => {
  it("differs for every two lists that a driver may tell apart", () => {
    const hashes = new Map<string, unknown>();
    for (const parameters of DISTINCT) {
      const hash = statementHash([keyOf(parameters)]);
      expect(hashes.get(hash), inspect(parameters)).to.equal(undefined);
      hashes.set(hash, parameters);
    }
    expect(hashes.size).to.equal(DISTINCT.length);
  });

  it("is the same for equal lists", () => {
    const make = () => [
      1,
      "a",
      new Date(5),
      Buffer.from("b"),
      [1n, null, { c: [undefined, -0] }],
      Uint8Array.of(1),
    ];
    expect(keyOf(make())).to.equal(keyOf(make()));
  });

  it("reads only the part of memory that a view shows", () => {
    const { buffer } = Uint8Array.of(1, 2, 3);
    expect(keyOf([new Uint8Array(buffer, 1, 1)])).to.equal(keyOf([Uint8Array.of(2)]));
  });

  it("is of the values at the time of the call", () => {
    const list = [1, 2];
    const before = keyOf([list]);
    list.push(3);
    expect(keyOf([[1, 2]])).to.equal(before);
    expect(keyOf([list])).not.to.equal(before);
  });

  for (const [type, value] of UNKNOWN) {
    it(`has none for ${type}, which it names`, () => {
      expect(parameterKey([1, value])).to.deep.equal({ ok: false, type });
    });
  }

  it("does not call what objects bring along", () => {
    const spying = Object.assign(Object.create({ toString: () => expect.fail("called") }) as object, {
      a: 1,
    });
    expect(parameterKey([spying]).ok).to.equal(false);
  });
});

describe("statementHash", () => {
  it("depends on every part and on where each ends", () => {
    const lists = [
      [],
      [""],
      ["", ""],
      ["ab", "c"],
      ["a", "bc"],
      ["abc"],
      ["c", "ab"],
      ["1:a"],
      ["a", "1:b"],
      ["\ud800"],
      ["\udfff"],
    ];
    expect(new Set(lists.map(statementHash)).size).to.equal(lists.length);
  });

  it("is as it always was, since processes of two releases share a store", () => {
    const hash = statementHash(["SELECT 1", keyOf([1, "1", new Date(0)]), "stamp"]);
    expect(hash).to.equal("uwr4ezfpBxduOI4eOyLWI4RALQmT5HrKLAciEzbabaM");
    expect(keyOf([1, "1", new Date(0), null, [2n, true], { a: Buffer.from("b") }])).to.equal(
      "a6:n1;s1:1d0;0a2:i2;to2:s1:ab4:Yg==",
    );
  });
});
