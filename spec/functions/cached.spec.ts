import "reflect-metadata";
import { mkdirSync } from "node:fs";
import { expect } from "chai";
import { CacheopsConfigError, CacheopsError, CacheopsUnsupportedError } from "../../src/errors";
import type { FileCache } from "../../src/functions/file-cache";
import { Folder } from "./folder";

class Money {
  readonly cents: number = 5;
}

/** A promise that is settled by hand. */
class Gate {
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  #reach!: () => void;
  open!: () => void;

  constructor() {
    this.reached = new Promise((reach) => (this.#reach = reach));
    this.#opened = new Promise((open) => (this.open = open));
  }

  pass(): Promise<void> {
    this.#reach();
    return this.#opened;
  }
}

async function rejection(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.fail("it did not reject"),
    (error: unknown) => error as Error,
  );
}

describe("a function cached in files", () => {
  let folder: Folder;
  let cache: FileCache;
  let calls: unknown[];
  beforeEach(() => {
    folder = new Folder();
    cache = folder.cache();
    calls = [];
  });
  afterEach(() => folder.remove());

  const double = async (n: number): Promise<{ twice: number }> => {
    calls.push(n);
    return { twice: 2 * n };
  };

  it("runs once for equal arguments, also those of another process's call", async () => {
    const f = cache.cached()(double);
    const first = await f(1);
    expect(first).to.deep.equal({ twice: 2 });
    expect(await f(1)).to.deep.equal(first);
    expect(await folder.cache().cached()(double)(1)).to.deep.equal(first);
    expect(await f(2)).to.deep.equal({ twice: 4 });
    expect(calls).to.deep.equal([1, 2]);
  });

  it("keeps its type, name, length and properties", async () => {
    const original = Object.assign(
      async function original(a: number, _b: string) {
        return a;
      },
      { note: "kept" },
    );
    Reflect.defineMetadata("route", "/", original);
    const f = cache.cached()(original);
    const same: (a: number, b: string) => Promise<number> = f;
    const peeked: number | undefined = await f.peek(1, "b");
    expect([same, peeked]).to.deep.equal([f, undefined]);
    expect([f.name, f.length, f.note]).to.deep.equal(["original", 2, "kept"]);
    expect(Reflect.getMetadata("route", f)).to.equal("/");
    // @ts-expect-error: a string is no number
    f.key("1", "b");
    // @ts-expect-error: reading files takes promises
    cache.cached()((n: number) => n);
  });

  it("gives each caller objects of its own", async () => {
    const f = cache.cached()(double);
    const results = await Promise.all([f(1), f(1), f(1)]);
    results.push(await f(1));
    expect(new Set(results).size).to.equal(4);
    for (const result of results) expect(result).to.deep.equal({ twice: 2 });
  });

  for (const value of [null, undefined, 0, "", false, NaN]) {
    it(`caches the result ${String(value)}`, async () => {
      const f = cache.cached()(async () => calls.push(1) && value);
      expect([await f(), await f()]).to.deep.equal([value, value]);
      expect(calls).to.have.length(1);
    });
  }

  it("does not cache a rejection or a throw, and hands it on as it is", async () => {
    const failure = new Error("first");
    const f = cache.cached()(async () => {
      calls.push(1);
      if (calls.length === 1) throw failure;
      return calls.length;
    });
    expect(await rejection(f())).to.equal(failure);
    expect(folder.files(), "the reservation is released").to.deep.equal([]);
    expect([await f(), await f()]).to.deep.equal([2, 2]);
  });

  it("rejects a result of an unknown class, and names it", async () => {
    const error = await rejection(cache.cached()(async () => [new Money()])());
    expect(error).to.be.instanceOf(CacheopsUnsupportedError);
    expect(error.message).to.include("Money");
  });

  it("rejects an argument of an unknown class without running", async () => {
    const price = cache.cached()(async (_id: number, _money: Money) => calls.push(1));
    const error = await rejection(price(1, new Money()));
    expect(error).to.be.instanceOf(CacheopsError).with.property("code", "CACHEOPS_ARGUMENT");
    expect(error.message).to.include("argument 2 is an instance of Money");
    expect(calls).to.deep.equal([]);
  });

  it("expires by its timeout, else the cache's", async () => {
    const short = cache.cached({ timeout: "10s" })(double);
    const long = folder.cache({ timeout: "20s" }).cached()(async (n: number) => double(n));
    await short(1);
    await long(2);
    folder.time += 10_000;
    await short(1);
    await long(2);
    expect(calls).to.deep.equal([1, 2, 1]);
    folder.time += 10_000;
    await long(2);
    expect(calls).to.deep.equal([1, 2, 1, 2]);
  });

  describe("is told apart", () => {
    it("by name and text, and by extra", async () => {
      const make = (factor: number, extra?: unknown) =>
        cache.cached({ extra })(async function times(n: number) {
          return n * factor;
        });
      expect(await make(2, { factor: 2 })(1)).to.equal(2);
      expect(await make(3, { factor: 3 })(1)).to.equal(3);
      const named = { one: async () => 1, two: async () => 1 };
      expect(cache.cached()(named.one).key()).not.to.equal(cache.cached()(named.two).key());
      const changed = { one: async () => 2 };
      expect(cache.cached()(named.one).key()).not.to.equal(cache.cached()(changed.one).key());
    });

    it("by what `key` gives instead of the arguments", async () => {
      const byCents = cache.cached({ key: (money: Money) => money.cents })(async (_money: Money) =>
        calls.push(1),
      );
      await byCents(new Money());
      await byCents(new Money());
      await byCents({ cents: 6 });
      expect(calls).to.have.length(2);
      await byCents.invalidate(new Money());
      expect([await byCents.peek(new Money()), await byCents.peek({ cents: 6 })]).to.deep.equal([
        undefined,
        2,
      ]);
    });

    it("not by chance: a bound function needs extra", async () => {
      const bound = double.bind(null);
      expect(() => cache.cached()(bound)).to.throw(CacheopsConfigError, "extra");
      expect(await cache.cached({ extra: "double" })(bound)(1)).to.deep.equal({ twice: 2 });
    });
  });

  it("refuses wrong options at once", () => {
    expect(() => cache.cached({ timeout: "soon" })).to.throw(CacheopsConfigError, "cached.timeout");
    expect(() => cache.cached({ key: "id" as never })).to.throw(CacheopsConfigError, "cached.key");
    expect(() => cache.cached({ extra: new Money() })(double)).to.throw(CacheopsConfigError, "Money");
    expect(() => cache.cached()("f" as never)).to.throw(CacheopsConfigError, "a function or a method");
  });

  describe("has", () => {
    it("invalidate, which makes the next call run", async () => {
      const f = cache.cached()(double);
      await f(1);
      await f(2);
      await f.invalidate(1);
      await f(1);
      await f(2);
      expect(calls).to.deep.equal([1, 2, 1]);
    });

    it("refresh, which runs and replaces", async () => {
      const f = cache.cached()(async () => calls.push(1));
      expect([await f(), await f.refresh(), await f()]).to.deep.equal([1, 2, 2]);
    });

    it("refresh, which leaves the old result if it fails", async () => {
      const f = cache.cached()(async () => {
        if (calls.push(1) === 2) throw new Error("second");
        return calls.length;
      });
      await f();
      await rejection(f.refresh());
      expect(await f()).to.equal(1);
    });

    it("peek, which never runs", async () => {
      const f = cache.cached()(double);
      expect(await f.peek(1)).to.equal(undefined);
      await f(1);
      expect(await f.peek(1)).to.deep.equal({ twice: 2 });
      expect(calls).to.deep.equal([1]);
    });

    it("key, which is that of the cache", async () => {
      const f = cache.cached()(double);
      await f(1);
      expect(await cache.get(f.key(1))).to.deep.equal({ twice: 2 });
      await cache.set(f.key(1), { twice: 7 });
      expect(await f(1)).to.deep.equal({ twice: 7 });
      await cache.delete(f.key(1));
      expect(await f.peek(1)).to.equal(undefined);
    });
  });

  describe("called several times at once", () => {
    it("runs once, and all get its result or its rejection", async () => {
      const gate = new Gate();
      const f = cache.cached()(async (fails: boolean) => {
        calls.push(1);
        await gate.pass();
        if (fails) throw new Error("failed");
        return 5;
      });
      const good = Promise.all(Array.from({ length: 100 }, () => f(false)));
      const bad = Promise.all(Array.from({ length: 100 }, () => rejection(f(true))));
      await gate.reached;
      gate.open();
      expect(new Set(await good)).to.deep.equal(new Set([5]));
      expect((await bad).map(({ message }) => message)).to.deep.equal(Array(100).fill("failed"));
      expect(calls).to.have.length(2);
    });

    it("runs once when it is fast and calls come while it stores", async () => {
      const f = cache.cached()(async (n: number) => calls.push(n));
      for (let n = 0; n < 20; n++) {
        const waves = Array.from({ length: 20 }, async (_, wave) => {
          for (let turn = 0; turn < wave; turn++) await new Promise(setImmediate);
          return f(n);
        });
        await Promise.all(waves);
      }
      expect(calls).to.deep.equal(Array.from({ length: 20 }, (_, n) => n));
    });

    it("runs once without files, too", async () => {
      const gate = new Gate();
      const broken = folder.cache();
      const f = broken.cached()(async () => {
        calls.push(1);
        await gate.pass();
        return 5;
      });
      mkdirSync(folder.entry(f.key()), { recursive: true });
      const all = Promise.all([f(), f(), f()]);
      await gate.reached;
      gate.open();
      expect(await all).to.deep.equal([5, 5, 5]);
      expect(calls).to.have.length(1);
      expect(folder.errors.some((message) => message.includes("EISDIR"))).to.equal(true);
    });
  });

  /** `elsewhere` stands for another process: nothing but the files is shared. */
  describe("being run while its result is invalidated", () => {
    const ways: Record<string, (elsewhere: FileCache, key: string) => Promise<unknown>> = {
      "delete elsewhere": (elsewhere, key) => elsewhere.delete(key),
      "set elsewhere": (elsewhere, key) => elsewhere.set(key, "set"),
    };
    for (const [way, invalidate] of Object.entries(ways)) {
      it(`does not store what it gives (${way}), and later calls do not join it`, async () => {
        const gates = [new Gate(), new Gate()] as const;
        const f = cache.cached()(async () => {
          const run = calls.push(1);
          await gates[run - 1]?.pass();
          return `run ${run}`;
        });
        const early = f();
        await gates[0].reached;
        await invalidate(folder.cache(), f.key());
        const late = f();
        const expected = way.startsWith("set") ? "set" : "run 2";
        if (expected === "run 2") await gates[1].reached;
        gates[0].open();
        gates[1].open();
        expect(await early).to.equal("run 1");
        expect(await late).to.equal(expected);
        expect(await f()).to.equal(expected);
      });
    }

    it("does not store what it gives after a refresh elsewhere", async () => {
      const gate = new Gate();
      let source = "old";
      const slow = async (): Promise<string> => {
        const seen = source;
        if (seen === "old") await gate.pass();
        return seen;
      };
      const f = cache.cached({ extra: 1 })(slow);
      const early = f();
      await gate.reached;
      source = "new";
      expect(await folder.cache().cached({ extra: 1 })(slow).refresh()).to.equal("new");
      gate.open();
      expect([await early, await f()]).to.deep.equal(["old", "new"]);
      expect(folder.files()).to.have.length(1);
    });

    it("does not keep another key from being stored", async () => {
      const gate = new Gate();
      const f = cache.cached()(async (n: number) => {
        calls.push(n);
        await gate.pass();
        return n;
      });
      const running = f(1);
      await gate.reached;
      await folder.cache().cached()(double).invalidate(1);
      await f.invalidate(2);
      gate.open();
      await running;
      expect(await f(1)).to.equal(1);
      expect(calls).to.deep.equal([1]);
    });
  });
});
