import { expect } from "chai";
import { entryKey, isRecordKey, keysUnder, partKey, recordKey } from "../../src/stores/redis/keyspace";
import type { RecordName } from "../../src/stores/store";
import { epoch, table } from "./addresses";

/** A change of any of these needs a new format version in keyspace.ts. */
describe("redis store: its keys", () => {
  const namespace = { prefix: "cacheops", database: "shop" };
  const city = table(namespace, "public.city");
  const slotTag = (key: string) => /\{(.+?)\}/.exec(key)?.[1];

  const golden: [RecordName, string][] = [
    [city, "cacheops:v4:{shop/table:public.city}:record"],
    [epoch(namespace), "cacheops:v4:{shop/everything:}:record"],
    [{ namespace, kind: "id", name: "my list" }, "cacheops:v4:{shop/id:my list}:record"],
    [
      { namespace: { prefix: "a{b}", database: "c/{d}%" }, kind: "id", name: "e/{f}%" },
      "a%7bb%7d:v4:{c%2f%7bd%7d%25/id:e/%7bf%7d%25}:record",
    ],
  ];

  for (const [dependency, key] of golden) {
    it(`of a record: ${key}`, () => {
      expect(recordKey(dependency)).to.equal(key);
      expect(isRecordKey(Buffer.from(key))).to.equal(true);
    });
  }

  it("of an entry: in the slot of its home record", () => {
    const key = entryKey({ namespace, hash: "0a1b", home: city });
    expect(key).to.equal("cacheops:v4:{shop/table:public.city}:entry:0a1b");
    expect(slotTag(key)).to.equal(slotTag(recordKey(city)));
    expect(isRecordKey(Buffer.from(key))).to.equal(false);
  });

  it("of a part: in the slot of its record", () => {
    const key = partKey(city, { scheme: "_Ab-9", key: "0x1" });
    expect(key).to.equal("cacheops:v4:{shop/table:public.city}:part:_Ab-9:0x1");
    expect(slotTag(key)).to.equal(slotTag(recordKey(city)));
    expect(isRecordKey(Buffer.from(key))).to.equal(false);
  });

  it("are found by a pattern in which the prefix stands for itself", () => {
    expect(keysUnder("cacheops")).to.equal("cacheops:v4:{*");
    expect(keysUnder("a*b?[c]\\{")).to.equal("a\\*b\\?\\[c\\]\\\\%7b:v4:{*");
  });
});
