import { expect } from "chai";
import { DataSource } from "typeorm";
import {
  cached,
  cachedAs,
  type CachedFunction,
  cacheops,
  CacheopsConfigError,
  CacheopsError,
  CacheopsStoreError,
  CacheopsUnsupportedError,
  createMemoryStore,
  invalidateAll,
  simpleCache,
} from "../../../src";
import { BLOG, Post } from "../../support/blog/entities";
import { GatedStore } from "../../support/gates";
import { callsIn, counting, onEveryStore, rejection, useBlog } from "./blog-lab";

onEveryStore("what a cached function is", (store) => {
  const lab = useBlog("postgres", store);

  it("keeps its type, name and length, and has companions", async () => {
    const f = cachedAs(Post)(async function original(a: number, _b: string) {
      return a;
    });
    const same: (a: number, b: string) => Promise<number> = f;
    expect([same.name, same.length]).to.deep.equal(["original", 2]);
    expect(await f.peek(1, "b")).to.equal(undefined);
    expect(await f(1, "b")).to.equal(1);
    expect(await f.peek(1, "b")).to.equal(1);
    expect(f.key(1, "b")).to.match(/^fn:original:/);
    expect(f.key(2, "b")).to.not.equal(f.key(1, "b"));
    // @ts-expect-error: a string is no number
    await f("1", "b");
  });

  it("gives a promise where the function gave none", async () => {
    const f = cachedAs(Post)((n: number) => n * 2);
    const promised: Promise<number> = f(2);
    expect([await promised, await f(2)]).to.deep.equal([4, 4]);
  });

  for (const [name, caching] of Object.entries({
    cachedAs: cachedAs(Post),
    auto: cachedAs("auto"),
    cached: cached(),
  })) {
    it(`is invalidated and refreshed by arguments: ${name} (cacheops test_simple)`, async () => {
      let value = 0;
      const { run, runs } = counting(async (_n: number) => ++value);
      const f = caching(run);
      expect([await f(1), await f(2), await f(1)]).to.deep.equal([1, 2, 1]);
      await f.invalidate(1);
      expect([await f.peek(1), await f.peek(2)]).to.deep.equal([undefined, 2]);
      expect([await f(1), await f(2)]).to.deep.equal([3, 2]);
      expect(await f.refresh(2)).to.equal(4);
      expect([await f(1), await f(2)]).to.deep.equal([3, 4]);
      expect(runs).to.deep.equal([[1], [2], [1], [2]]);
    });
  }

  it("emits events of its calls, with its name (cacheops SignalsTests)", async () => {
    class Reports {
      @cachedAs({ entity: Post, where: { id: 1 } })
      async top(n: number): Promise<number> {
        return n;
      }
    }
    const reports = new Reports();
    await reports.top(1);
    await reports.top(1);
    const told = lab().reads.map(({ op, func, outcome, tables, stored }) => ({
      op,
      func,
      outcome,
      tables,
      stored,
    }));
    const event = { op: "function", func: "Reports.top", tables: ["post"] };
    expect(told).to.deep.equal([
      { ...event, outcome: "miss", stored: true },
      { ...event, outcome: "hit", stored: false },
    ]);
    const { invalidate } = reports.top as CachedFunction<Reports["top"]>;
    await invalidate(1);
    expect(await (reports.top as CachedFunction<Reports["top"]>).peek(1)).to.equal(undefined);
  });

  it("gives samples the object that a method is called on", async () => {
    class Page {
      constructor(readonly id: number) {}

      @cachedAs(
        function (this: Page) {
          return { entity: Post, where: { id: this.id } };
        },
        {
          key(this: Page) {
            return this.id;
          },
        },
      )
      async title(): Promise<number> {
        return this.id;
      }
    }
    const [one, two] = [new Page(1), new Page(2)];
    expect([await one.title(), await two.title(), await one.title()]).to.deep.equal([1, 2, 1]);
    await lab().repository(Post).update(2, { title: "new" });
    lab().forget();
    await one.title();
    await two.title();
    expect(callsIn(lab())).to.deep.equal(["hit", "stale"]);
  });

  it("is for its own prefix and timeouts alone", async () => {
    const { run, runs } = counting(async () => 1);
    const f = cachedAs(Post, { timeout: "1h" })(run);
    await f();
    await f();
    expect(runs).to.have.length(1);
  });

  it("refuses arguments that cannot be keyed, and wrong options", async () => {
    class Thing {}
    const f = cachedAs(Post)(async (_thing: Thing) => 1);
    expect(await rejection(f(new Thing()))).to.be.instanceOf(CacheopsError);
    expect(() => cachedAs(Post, { keepFresh: false })).to.throw(CacheopsConfigError, "staleFor");
    expect(() => cachedAs(Post, { timeout: -1 })).to.throw(CacheopsConfigError, "cachedAs.timeout");
    expect(() => cachedAs(Post, { staleFor: "soon" })).to.throw(CacheopsConfigError, "cachedAs.staleFor");
    expect(() => cachedAs(Post, { lock: 5 as never })).to.throw(CacheopsConfigError, "cachedAs.lock");
    expect(() => cachedAs(Post)(5 as never)).to.throw(CacheopsConfigError);
    expect(() => cached({ timeout: "never" })).to.throw(CacheopsConfigError, "cached.timeout");
  });
});

describe("the data source of a cached function", () => {
  const open = (name: string) =>
    new DataSource({
      type: "sqljs",
      name,
      entities: [...BLOG],
      synchronize: true,
      cache: cacheops(),
    } as never).initialize();
  let sources: DataSource[] = [];
  afterEach(async () => {
    for (const each of sources) await each.destroy();
    sources = [];
  });

  it("has to be initialised when it is called, and not before", async () => {
    const f = cachedAs(Post)(async () => 1);
    const g = cachedAs("auto")(async () => 2);
    expect((await rejection(f())).message).to.include("Post");
    expect(await rejection(g())).to.be.instanceOf(CacheopsConfigError);
    sources = [await open("one")];
    expect([await f(), await g()]).to.deep.equal([1, 2]);
  });

  it("has to be named where several know the samples", async () => {
    sources = [await open("one"), await open("two")];
    const [one, two] = sources as [DataSource, DataSource];
    for (const samples of [Post, "auto"] as const) {
      const error = await rejection(cachedAs(samples)(async () => 1)());
      expect(error).to.be.instanceOf(CacheopsConfigError);
      expect(error.message).to.include("one").and.to.include("two").and.to.include("`dataSource`");
    }
    const { run, runs } = counting(async () => 1);
    const onOne = cachedAs(Post, { dataSource: one })(run);
    await onOne();
    await two.getRepository(Post).insert({ title: "elsewhere" });
    await onOne();
    expect(runs).to.have.length(1);
    await one.getRepository(Post).insert({ title: "here" });
    await onOne();
    expect(runs).to.have.length(2);
  });

  it("is that of a query builder", async () => {
    sources = [await open("one"), await open("two")];
    const [, two] = sources as [DataSource, DataSource];
    const f = cachedAs(() => two.getRepository(Post).createQueryBuilder("post"))(async () => 1);
    await f();
    expect(await f.peek()).to.equal(1);
  });
});

onEveryStore("simple cache", (store) => {
  const lab = useBlog("postgres", store);
  const cache = () => simpleCache(lab().dataSource);

  it("gets, sets and deletes values of any type", async () => {
    const value = { at: new Date(5), big: 5n, none: undefined };
    expect(await cache().get("a")).to.equal(undefined);
    await cache().set("a", value);
    expect(await cache().get("a")).to.deep.equal(value);
    await cache().set("a", new Map([[1, "one"]]), "1h");
    expect(await cache().get("a")).to.deep.equal(new Map([[1, "one"]]));
    await cache().delete("a");
    expect(await cache().get("a")).to.equal(undefined);
  });

  it("shares the keys of its cached functions (cacheops test_simple key)", async () => {
    const { run, runs } = counting(async (n: number) => n);
    const f = cache().cached({ timeout: "1h" })(run);
    await f(1);
    expect(await cache().get(f.key(1))).to.equal(1);
    await cache().set(f.key(1), 42);
    expect(await f(1)).to.equal(42);
    await cache().delete(f.key(1));
    expect(await f(1)).to.equal(1);
    expect(runs).to.have.length(2);
  });

  it("stays when everything is invalidated, and goes when the cache is cleared", async () => {
    const { run, runs } = counting(async () => 1);
    const f = cache().cached()(run);
    await f();
    await cache().set("a", 1);
    await invalidateAll();
    expect(await cache().get("a")).to.equal(1);
    await f();
    expect(runs, "functions can be run again").to.have.length(2);
    await lab().dataSource.queryResultCache?.clear();
    expect(await cache().get("a")).to.equal(undefined);
  });

  it("obeys the prefix (cacheops PrefixTests)", async () => {
    const sibling = await lab().sibling({ prefix: `${lab().prefix}-other` });
    try {
      await cache().set("a", 1);
      expect(await simpleCache(sibling).get("a")).to.equal(undefined);
    } finally {
      await sibling.destroy();
    }
  });

  it("refuses what cannot be kept, and the old value is gone", async () => {
    class Thing {}
    for (const value of [new Thing(), "x".repeat(2_000_000)]) {
      await cache().set("a", 1);
      expect(await rejection(cache().set("a", value))).to.be.instanceOf(CacheopsUnsupportedError);
      expect(await cache().get("a")).to.equal(undefined);
    }
    expect(await rejection(cache().get(5 as never))).to.be.instanceOf(CacheopsConfigError);
    expect(await rejection(cache().set("a", 1, "soon"))).to.be.instanceOf(CacheopsConfigError);
  });
});

describe("simple cache whose store fails", () => {
  const gates = new GatedStore(createMemoryStore());
  const lab = useBlog("sqljs", "memory", { store: gates.store });
  afterEach(() => gates.mend());

  it("misses, and says so when it cannot set or delete", async () => {
    const cache = simpleCache(lab().dataSource);
    await cache.set("a", 1);
    gates.fail("lookup", "store", "replace", "fence");
    expect(await cache.get("a")).to.equal(undefined);
    expect(await rejection(cache.set("a", 2))).to.be.instanceOf(CacheopsStoreError);
    expect(await rejection(cache.delete("a"))).to.be.instanceOf(CacheopsStoreError);
  });
});
