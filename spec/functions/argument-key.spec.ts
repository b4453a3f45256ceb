import { inspect } from "node:util";
import { expect } from "chai";
import { CacheopsError } from "../../src/errors";
import { argumentKey, cacheKey } from "../../src/functions/argument-key";

class Money {
  constructor(readonly cents: number) {}
}

class City {
  constructor(
    readonly id: number,
    readonly visits = 0,
  ) {}

  [cacheKey](): unknown {
    return [this.id];
  }
}

class Town extends City {}

class Wrapped {
  constructor(readonly inner: unknown) {}

  [cacheKey](): unknown {
    return this.inner;
  }
}

/** Lists of arguments that must never share a result. */
const DISTINCT: readonly (readonly unknown[])[] = [
  [],
  [undefined],
  [undefined, undefined],
  [null],
  [0],
  [-0],
  [1],
  ["1"],
  [1n],
  [NaN],
  ["NaN"],
  [Infinity],
  [true],
  ["true"],
  [""],
  ["", ""],
  ["a", "b"],
  [["a", "b"]],
  [["a"], "b"],
  ["a,b"],
  ["a1:s1:a"],
  ["\ud800"],
  ["\ud801"],
  [new Date(5)],
  [new Date(5).toISOString()],
  [5],
  [new Date(NaN)],
  [Buffer.from("1")],
  [Uint8Array.from(Buffer.from("1"))],
  [Float64Array.of(1)],
  [{}],
  [Object.create(null)],
  [[]],
  [new Map()],
  [new Set()],
  [new Map([["a", 1]])],
  [new Map([["a", "1"]])],
  [new Map([[1, "a"]])],
  [{ a: 1 }],
  [[["a", 1]]],
  [new Set(["a", 1])],
  [new Set([["a", 1]])],
  [["a", 1]],
  [[1, "a"]],
  [{ a: undefined }],
  [{ a: { b: 1 }, c: 2 }],
  [{ a: { b: 1, c: 2 } }],
  [{ "a.b": 1, c: 2 }],
  [JSON.parse('{"__proto__": 1}')],
  [new City(1)],
  [new City(2)],
  [new Town(1)],
  [new Wrapped(1)],
  [new Wrapped("1")],
  [new Wrapped(new City(1))],
];

/** Pairs of lists that are deeply equal. */
const EQUAL: readonly (readonly [unknown[], unknown[]])[] = [
  [[{ a: 1, b: [2] }], [{ b: [2], a: 1 }]],
  [[{ x: { a: 1, b: 2 } }], [{ x: { b: 2, a: 1 } }]],
  [[new Set([1, "1", 2])], [new Set([2, 1, "1"])]],
  [[new Set([{ a: 1, b: 2 }, 3])], [new Set([3, { b: 2, a: 1 }])]],
  [
    [
      new Map<unknown, unknown>([
        [1, "a"],
        ["1", "b"],
      ]),
    ],
    [
      new Map<unknown, unknown>([
        ["1", "b"],
        [1, "a"],
      ]),
    ],
  ],
  [[new City(1, 5)], [new City(1, 6)]],
  [
    [new Date(5), Buffer.from("b"), 1n],
    [new Date(5), Buffer.from("b"), 1n],
  ],
];

const cyclic: { again?: unknown } = {};
cyclic.again = cyclic;

const REFUSED: readonly (readonly [unknown[], ...string[]])[] = [
  [[new Money(5)], "f: argument 1 is an instance of Money", "[cacheKey]()"],
  [[1, { order: [{ price: new Money(5) }] }], "f: argument 2, at .order[0].price, is an instance of Money"],
  [[1, new Map([[1, new Money(5)]])], "f: argument 2, at value of a Map, is an instance of Money"],
  [[new Set([new Money(5)])], "at of a Set, is an instance of Money"],
  [[new Wrapped(new Money(5))], "at [cacheKey](), is an instance of Money"],
  [[() => 1], "f: argument 1 is of type function"],
  [[{ sort: Symbol("s") }], "f: argument 1, at .sort, is of type symbol"],
  [[/a/], "instance of RegExp"],
  [[Object.assign([1], { extra: 1 })], "instance of Array"],
  [[{ [Symbol("s")]: 1 }], "instance of Object"],
  [[cyclic], "cyclic"],
];

describe("keys of arguments", () => {
  it("differ for every two lists that are not deeply equal", () => {
    const seen = new Map<string, unknown>();
    for (const args of DISTINCT) {
      const key = argumentKey(args, "f");
      expect(seen.get(key), inspect(args)).to.equal(undefined);
      seen.set(key, args);
    }
    expect(seen.size).to.equal(DISTINCT.length);
  });

  for (const [one, other] of EQUAL) {
    it(`are the same for equal ones: ${inspect(one)}`, () => {
      expect(argumentKey(one, "f")).to.equal(argumentKey(other, "f"));
    });
  }

  for (const [args, ...texts] of REFUSED) {
    it(`are refused with position and class: ${texts[0]}`, () => {
      for (const text of texts) {
        expect(() => argumentKey(args, "f"))
          .to.throw(CacheopsError, text)
          .with.property("code", "CACHEOPS_ARGUMENT");
      }
    });
  }

  it("tell no content of what they refuse", () => {
    expect(() => argumentKey([{ secret: new Money(4711) }], "f"))
      .to.throw(CacheopsError)
      .with.property("message")
      .that.does.not.include("4711");
  });
});
