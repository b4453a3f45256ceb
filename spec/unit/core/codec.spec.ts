import { deepStrictEqual, notStrictEqual } from "node:assert/strict";
import { expect } from "chai";
import { types } from "pg";
import { createCodec } from "../../../src/core/codec";
import { KnownClasses, plainClass } from "../../../src/core/known-classes";
import { CacheopsUnsupportedError } from "../../../src/errors";
import { expectSameValues } from "../../support/same-values";

const interval = types.getTypeParser(1186)("-1 years 2 mons 3 days -04:05:06.789") as object;
const knowingCodec = createCodec(
  new KnownClasses([plainClass("PostgresInterval", Object.getPrototypeOf(interval) as object)]),
);

/** Named values of every kind that drivers put into raw rows. */
const VALUES: Readonly<Record<string, unknown>> = {
  "an empty text": "",
  "a text beyond the BMP": "a\u0000\n\"'\\ ü 😀 \u2028",
  "a lone surrogate": "\ud800 and \udfff",
  "a text that looks like a tag": '["undefined"]',
  "an integer": 42,
  "a float": 0.1,
  "the largest safe integer": Number.MAX_SAFE_INTEGER,
  "the smallest float": Number.MIN_VALUE,
  "the largest float": -Number.MAX_VALUE,
  zero: 0,
  "negative zero": -0,
  NaN: NaN,
  Infinity,
  "-Infinity": -Infinity,
  "a bigint": 9_223_372_036_854_775_807n,
  "a bigint of 200 digits": -(10n ** 200n),
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  "a Date": new Date("2024-02-29T12:34:56.789Z"),
  "a Date before Christ": new Date(-62_198_755_200_000),
  "the last Date": new Date(8.64e15),
  "an invalid Date": new Date(NaN),
  "an empty Buffer": Buffer.alloc(0),
  "a Buffer": Buffer.from([0, 1, 127, 128, 255]),
  "a Buffer of 100 kB": Buffer.alloc(100_000, "seven chars"),
  "a Uint8Array": Uint8Array.of(0, 128, 255),
  "a view of a part": new Uint8Array(Uint8Array.of(1, 2, 3, 4, 5).buffer, 1, 3),
  "an Int8Array": Int8Array.of(-128, 127),
  "a Float64Array": Float64Array.of(-0, NaN, 1.5),
  "a BigInt64Array": BigInt64Array.of(-1n, 2n ** 62n),
  "an empty array": [],
  "an array that looks like a tag": ["date", 0],
  "an array of everything": [1, null, undefined, "a", [new Date(5), [Buffer.from("x")]], { a: -0 }],
  "an array of Dates": [new Date(1), null, new Date(2)],
  "an empty object": {},
  "a point": { x: 1.5, y: -0 },
  "an object of many levels": { a: { b: [{ c: { d: null, e: [true, { f: "g" }] } }] } },
  "an absent and an undefined property": { a: undefined, c: { d: undefined } },
  "an object of Dates": { at: new Date(7), in: { at: new Date(NaN) } },
  "an own __proto__": JSON.parse('{"__proto__": {"polluted": true}, "a": 1}'),
  "an own __proto__ beside what JSON has not": Object.assign(JSON.parse('{"__proto__": [1]}') as object, {
    a: 1n,
  }),
  "an own constructor": { constructor: "c", toString: 1, hasOwnProperty: null },
  "a null prototype": Object.assign(Object.create(null) as object, { a: 1, b: [new Date(3)] }),
  "a Map": new Map<unknown, unknown>([
    ["a", 1],
    [{ key: 1 }, new Date(2)],
    [1, undefined],
  ]),
  "a Set": new Set([1, "1", null, -1n]),
};

class Money {
  constructor(readonly cents: number) {}
}

class Bytes extends Uint8Array {}

const cyclic: unknown[] = [];
cyclic.push({ again: cyclic });

const REFUSED: Readonly<Record<string, unknown>> = {
  "an instance of an unknown class": new Money(5),
  "an instance deep inside": { a: [new Map([["b", new Money(5)]])] },
  "a subclass of a view": Bytes.of(1),
  "an interval whose class is not known": interval,
  "a function": () => 1,
  "a symbol": Symbol("s"),
  "a RegExp": /a/,
  "an Error": new Error("e"),
  "an ArrayBuffer": new ArrayBuffer(1),
  "a boxed number": Object(1),
  "a cycle": cyclic,
  "an array with holes": Object.assign([], { length: 2 }),
  "an array with a property": Object.assign([1], { index: 0 }),
  "a Date with a property": Object.assign(new Date(), { zone: "UTC" }),
  "a symbol as a key": { [Symbol("k")]: 1 },
};

describe("the codec", () => {
  const codec = createCodec();
  const roundTrip = (value: unknown): unknown => codec.decode(codec.encode(value));
  const keyOrder = (value: unknown): string[] => (value as object[]).map((row) => Object.keys(row).join());

  for (const [name, value] of Object.entries(VALUES)) {
    it(`keeps ${name}: alone, in a column of its kind, in a mixed column, in uneven rows`, () => {
      const uniform = [
        { id: 1, value },
        { id: 2, value },
      ];
      const mixed = [{ value }, { value: null }, { value: "text" }, { value: new Date(0) }, { value: 1 }];
      const uneven = [{ value }, { id: 1, value }, { value, id: 1 }];
      for (const rows of [value, uniform, mixed, uneven]) expectSameValues(roundTrip(rows), rows);
      for (const rows of [uniform, uneven]) expect(keyOrder(roundTrip(rows))).to.deep.equal(keyOrder(rows));
    });
  }

  for (const [name, value] of Object.entries(REFUSED)) {
    it(`refuses ${name} (cacheops 385)`, () => {
      for (const rows of [value, [{ value }], [{ value: 1 }, { value }], [{}, { value }]]) {
        expect(() => codec.encode(rows)).to.throw(CacheopsUnsupportedError);
      }
    });
  }

  it("tells undefined from absent and from null", () => {
    const rows = [{ a: undefined }, {}, { a: null }];
    const decoded = roundTrip(rows) as object[];
    expect(decoded.map((row) => "a" in row)).to.deep.equal([true, false, true]);
    deepStrictEqual(decoded, rows);
  });

  it("keeps rows that have no columns, or none that could be assigned", () => {
    const named = JSON.parse('[{"__proto__": 1}, {"__proto__": 2}]') as unknown;
    for (const rows of [
      [],
      [{}, {}],
      named,
      [
        [1, 2],
        [3, 4],
      ],
      [null],
      [{ a: 1 }, null],
    ]) {
      deepStrictEqual(roundTrip(rows), rows);
    }
  });

  it("does not change what it encodes", () => {
    const rows = [{ at: new Date(1), bytes: Buffer.from("a"), json: { b: [1n] } }];
    const { at, bytes, json } = rows[0]!;
    codec.encode(rows);
    deepStrictEqual(rows, [{ at: new Date(1), bytes: Buffer.from("a"), json: { b: [1n] } }]);
    expect([rows[0]!.at, rows[0]!.bytes, rows[0]!.json]).to.have.ordered.members([at, bytes, json]);
  });

  it("gives every caller values of its own, which share no memory with the payload", () => {
    const original = () => [
      { at: new Date(1), bytes: Buffer.from("abc"), view: Uint8Array.of(1), json: { b: [1] } },
    ];
    const payload = codec.encode(original());
    const bytesBefore = Buffer.from(payload);
    const [row] = codec.decode(payload) as ReturnType<typeof original>;
    row!.at.setTime(0);
    row!.bytes.fill(0);
    row!.view.fill(0);
    row!.json.b.push(2);
    deepStrictEqual(payload, bytesBefore);
    deepStrictEqual(codec.decode(payload), original());
    payload.fill(0);
    deepStrictEqual(row!.json, { b: [1, 2] });
  });

  it("keeps a value that occurs twice as two values", () => {
    const shared = { a: 1 };
    const [first, second] = roundTrip([{ shared }, { shared }]) as { shared: object }[];
    deepStrictEqual(first, second);
    notStrictEqual(first!.shared, second!.shared);
  });

  it("keeps as deep a nesting as json columns have, and refuses what would overflow the stack", () => {
    const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    deepStrictEqual(roundTrip([{ json: nested(400) }]), [{ json: nested(400) }]);
    expect(() => codec.encode([{ json: nested(50_000) }])).to.throw(CacheopsUnsupportedError);
  });

  it("names neither values nor parameters when it refuses", () => {
    const secret = new (class Secret {
      readonly word = "hunter2";
    })();
    expect(() => codec.encode([{ secret }])).to.throw(
      CacheopsUnsupportedError,
      /^A value of type Secret cannot/,
    );
  });

  it("throws for payloads that are not its own", () => {
    const payload = codec.encode([{ a: 1, b: "text" }]);
    const foreign = [
      Buffer.alloc(0),
      Buffer.from([0]),
      Buffer.from('[{"a":1}]'),
      Buffer.concat([Buffer.from([9]), payload.subarray(1)]),
      payload.subarray(0, -1),
      payload.subarray(0, 1),
      Buffer.from('\u0001["future",[1]]'),
      Buffer.from('\u0001["tagged",[["future",1]]]'),
      Buffer.from('\u0001["tagged",[["view","Function","AA=="]]]'),
      Buffer.from("\u0001null"),
      Buffer.from('\u0002{"names":["a"],"columns":[]}'),
      Buffer.from('\u0002{"names":["a","b"],"columns":[["json",[1]],["json",[]]]}'),
    ];
    for (const bytes of foreign) expect(() => codec.decode(bytes), bytes.toString()).to.throw();
  });

  it("writes format 1 and 2 as it always has, since processes of two releases share a store", () => {
    const rows = [{ id: 1, at: new Date(2), big: 3n }];
    const table =
      '\u0002{"names":["id","at","big"],"columns":[["json",[1]],["date",[2]],["tagged",[["bigint","3"]]]]}';
    expect(codec.encode(rows).toString()).to.equal(table);
    const tags = ["undefined", "number", "bigint", "array", "plain", "date", "buffer", "view", "map", "set"];
    const values = [
      undefined,
      -0,
      1n,
      [],
      { a: 1 },
      new Date(NaN),
      Buffer.from("a"),
      Uint8Array.of(1),
      new Map([[1, 2]]),
      new Set([1]),
    ];
    const content = [[], ["-0"], ["1"], [], ["a", 1], [null], ["YQ=="], ["Uint8Array", "AQ=="], [1, 2], [1]];
    const tagged = ["array", ...tags.map((name, i) => [name, ...content[i]!])];
    expect(codec.encode(values).toString()).to.equal(`\u0001${JSON.stringify(["tagged", [tagged]])}`);
  });
});

describe("createCodec", () => {
  it("keeps instances of the classes that it is given", () => {
    const rows = [
      { interval, list: [interval, null] },
      { interval: null, list: [] },
    ];
    const decoded = knowingCodec.decode(knowingCodec.encode(rows)) as typeof rows;
    deepStrictEqual(decoded, rows);
    const { toPostgres } = decoded[0]!.interval as { toPostgres(): string };
    expect(toPostgres.call(decoded[0]!.interval)).to.equal(toPostgres.call(interval));
  });

  it("throws for a payload with a class that this process does not know", () => {
    const payload = knowingCodec.encode([{ interval }]);
    expect(() => createCodec().decode(payload)).to.throw(CacheopsUnsupportedError, "PostgresInterval");
  });

  it("still refuses other classes, and known ones that carry symbols", () => {
    expect(() => knowingCodec.encode([{ value: new Money(1) }])).to.throw(CacheopsUnsupportedError);
    const marked = Object.assign(types.getTypeParser(1186)("1 day") as object, { [Symbol("k")]: 1 });
    expect(() => knowingCodec.encode([{ value: marked }])).to.throw(CacheopsUnsupportedError);
  });
});
