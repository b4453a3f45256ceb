import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { CacheopsConfigError, CacheopsStoreError, CacheopsUnsupportedError } from "../../src/errors";
import { fileCache } from "../../src/functions/file-cache";
import { expectSameValues } from "../support/same-values";
import { Folder } from "./folder";

class User {
  readonly id = 1;
}

const VALUES: Readonly<Record<string, unknown>> = {
  "a text": "a\u0000ü😀\ud800",
  "an empty text": "",
  NaN: NaN,
  "negative zero": -0,
  "a bigint": 10n ** 30n,
  null: null,
  "a Date": new Date("2024-02-29T12:34:56.789Z"),
  "an invalid Date": new Date(NaN),
  "a Buffer": Buffer.from([0, 1, 255]),
  "an empty Buffer": Buffer.alloc(0),
  "a Buffer of 3 MB": Buffer.alloc(3_000_000, "seven chars"),
  "a Float64Array": Float64Array.of(-0, 1.5),
  "a Map": new Map<unknown, unknown>([
    [{ a: 1 }, new Set([1n, undefined])],
    [NaN, new Date(3)],
  ]),
  "undefined in an object": { a: undefined, b: [undefined, null] },
  "an own __proto__": JSON.parse('{"__proto__": {"a": 1}}'),
  "a null prototype": Object.assign(Object.create(null) as object, { a: 1 }),
};

/** What may have happened to the bytes of a file. */
const DAMAGES: Readonly<Record<string, (path: string, bytes: Buffer) => void>> = {
  "cut to nothing": (path) => truncateSync(path, 0),
  "cut within the header": (path) => truncateSync(path, 20),
  "cut within the value": (path, bytes) => truncateSync(path, bytes.length - 1),
  "grown by a byte": (path, bytes) => writeFileSync(path, Buffer.concat([bytes, Buffer.from("x")])),
  "grown beyond what can be read": (path) => truncateSync(path, 2 ** 32),
  "full of zeros": (path, bytes) => writeFileSync(path, Buffer.alloc(bytes.length)),
  "changed by a bit in its expiry": (path, bytes) => writeFileSync(path, flipped(bytes, 33)),
  "changed by a bit in its value": (path, bytes) => writeFileSync(path, flipped(bytes, bytes.length - 2)),
};

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail("it did not reject"),
    (error: unknown) => error,
  );
}

describe("fileCache", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  for (const [name, value] of Object.entries(VALUES)) {
    it(`gives back ${name}`, async () => {
      await folder.cache().set("key", value);
      const found = await folder.cache().get("key");
      expectSameValues(found, value);
      if (typeof value === "object" && value !== null) expect(found).not.to.equal(value);
    });
  }

  it("gives fresh objects to each reader", async () => {
    const cache = folder.cache();
    await cache.set("key", { list: [1] });
    ((await cache.get("key")) as { list: number[] }).list.push(2);
    expect(await cache.get("key")).to.deep.equal({ list: [1] });
  });

  it("misses what was not set, and what was deleted", async () => {
    const cache = folder.cache();
    expect(await cache.get("key")).to.equal(undefined);
    await cache.delete("key");
    await cache.set("key", 1);
    await cache.set("other", 2);
    await cache.delete("key");
    expect(await cache.get("key")).to.equal(undefined);
    expect(await cache.get("other")).to.equal(2);
    expect(folder.files()).to.have.length(1);
  });

  it("replaces values, and holds a single file for each key", async () => {
    const cache = folder.cache();
    for (let round = 0; round < 20; round++) await cache.set("key", round);
    expect(await cache.get("key")).to.equal(19);
    expect(folder.files()).to.deep.equal([folder.entry("key")]);
  });

  it("takes any string for a key, and tells all apart", async () => {
    const keys = [
      "",
      "../../etc/passwd",
      "a/b",
      "a\u0000",
      "A",
      "a",
      "é",
      "e\u0301",
      "\ud800",
      "\ud801",
      "k".repeat(5000),
    ];
    const cache = folder.cache();
    for (const key of keys) await cache.set(key, key);
    for (const key of keys) expect(await cache.get(key)).to.equal(key);
    expect(folder.files()).to.have.length(keys.length);
  });

  it("works on when its folder is removed under it, and makes missing ones", async () => {
    const path = join(folder.path, "a", "b");
    const cache = fileCache(path);
    await cache.set("key", 1);
    rmSync(path, { recursive: true });
    expect(await cache.get("key")).to.equal(undefined);
    await cache.delete("key");
    await cache.set("key", 2);
    expect(await cache.get("key")).to.equal(2);
  });

  describe("expiry", () => {
    it("is by the call's timeout, else the cache's", async () => {
      const cache = folder.cache({ timeout: "1m" });
      await cache.set("short", 1, 1000);
      await cache.set("default", 2);
      folder.time += 999;
      expect([await cache.get("short"), await cache.get("default")]).to.deep.equal([1, 2]);
      folder.time += 1;
      expect([await cache.get("short"), await cache.get("default")]).to.deep.equal([undefined, 2]);
      folder.time += 59_000;
      expect(await cache.get("default")).to.equal(undefined);
    });

    it("is 30 days unless something else is said, and stored with the value", async () => {
      await folder.cache().set("key", 1);
      folder.time += 30 * 86_400_000 - 1;
      expect(await folder.cache({ timeout: 5 }).get("key")).to.equal(1);
      folder.time += 1;
      expect(await folder.cache().get("key")).to.equal(undefined);
    });
  });

  describe("a file that was", () => {
    for (const [damage, inflict] of Object.entries(DAMAGES)) {
      it(`${damage} is a miss and removed`, async () => {
        const cache = folder.cache();
        const path = folder.entry("key");
        await cache.set("key", { a: 1 });
        inflict(path, readFileSync(path));
        expect(await cache.get("key")).to.equal(undefined);
        expect(existsSync(path)).to.equal(false);
        await cache.set("key", 2);
        expect(await cache.get("key")).to.equal(2);
      });
    }

    it("copied to another key's place is a miss", async () => {
      const cache = folder.cache();
      await cache.set("key", 1);
      mkdirSync(dirname(folder.entry("other")), { recursive: true });
      copyFileSync(folder.entry("key"), folder.entry("other"));
      expect(await cache.get("other")).to.equal(undefined);
      expect(await cache.get("key")).to.equal(1);
    });
  });

  describe("files that fail", () => {
    it("are a miss for readers, who go on, and are told of", async () => {
      mkdirSync(folder.entry("key"), { recursive: true });
      const cache = folder.cache();
      expect(await cache.get("key")).to.equal(undefined);
      expect(folder.errors).to.have.length(1);
      expect(folder.errors[0]).to.include("EISDIR").and.to.include(folder.path);
    });

    it("reject a set and a delete", async () => {
      mkdirSync(join(folder.entry("key"), "full"), { recursive: true });
      const cache = folder.cache();
      expect(await rejection(cache.set("key", 1))).to.be.instanceOf(CacheopsStoreError);
      expect(await rejection(cache.delete("key"))).to.be.instanceOf(CacheopsStoreError);
      expect(folder.files(), "nothing is left behind").to.deep.equal([]);
    });

    it("are a warning of the process, once, for who has no onError", async () => {
      const warnings: Error[] = [];
      const listener = (warning: Error): unknown => warnings.push(warning);
      const printing = process.listeners("warning");
      process.removeAllListeners("warning").on("warning", listener);
      writeFileSync(join(folder.path, "file"), "");
      const cache = fileCache(join(folder.path, "file"));
      await cache.get("a");
      await cache.get("b");
      await new Promise(setImmediate);
      process.off("warning", listener);
      for (const each of printing) process.on("warning", each);
      expect(warnings.map(({ name }) => name)).to.deep.equal(["CacheopsWarning"]);
    });
  });

  describe("wrong input", () => {
    it("is refused at once: folder and timeout", () => {
      for (const wrong of ["", undefined, 5]) {
        expect(() => fileCache(wrong as string)).to.throw(CacheopsConfigError, "fileCache");
      }
      for (const timeout of ["soon", 0, -1, NaN, Infinity]) {
        expect(() => fileCache("x", { timeout })).to.throw(CacheopsConfigError, "fileCache.timeout");
      }
    });

    it("rejects: keys that are no strings, timeouts that are no durations", async () => {
      const cache = folder.cache();
      for (const call of [cache.get(1 as never), cache.set(null as never, 1), cache.delete({} as never)]) {
        expect(await rejection(call)).to.be.instanceOf(CacheopsConfigError);
      }
      await cache.set("key", 1);
      expect(await rejection(cache.set("key", 2, "soon"))).to.be.instanceOf(CacheopsConfigError);
      expect(await cache.get("key")).to.equal(1);
    });

    for (const [name, value] of Object.entries({ User: new User(), RegExp: /a/, function: () => 1 })) {
      it(`rejects a value of the class ${name}, and names it`, async () => {
        const error = await rejection(folder.cache().set("key", { deep: [value] }));
        expect(error).to.be.instanceOf(CacheopsUnsupportedError);
        expect((error as Error).message).to.include(name);
        expect(folder.files()).to.deep.equal([]);
      });
    }
  });
});
