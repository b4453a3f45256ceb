import { expect } from "chai";
import { cached, cachedAs, createMemoryStore, createRedisStore, withoutCache } from "../../../src";
import { Category, Post } from "../../support/blog/entities";
import { gate, GatedStore, holdStatement } from "../../support/gates";
import type { Lab } from "../../support/lab";
import { services } from "../../support/services";
import type { StoreName } from "../../support/stores";
import { callsIn, counting, onEveryStore, rejection, useBlog } from "./blog-lab";

const title = async (lab: Lab, id = 1): Promise<string> =>
  (await withoutCache(() => lab.repository(Post).findOneByOrFail({ id }))).title;

/** Reads the title of a post, and waits the first time, with what it has read. */
function heldOnce(lab: Lab) {
  const { reached, release, pass } = gate();
  let first = true;
  const { run, runs } = counting(async () => {
    const holds = first;
    first = false;
    const found = await title(lab);
    if (holds) await pass();
    return found;
  });
  return { reached, release, run, runs };
}

const rename = (lab: Lab, to: string, id = 1) => lab.repository(Post).update(id, { title: to });

const MODES = { samples: { entity: Post, where: { id: 1 } }, auto: "auto" } as const;

onEveryStore("a cached function beside writers", (store) => {
  const lab = useBlog("postgres", store);

  for (const [mode, samples] of Object.entries(MODES)) {
    it(`gives a result that was invalidated meanwhile, and does not keep it: ${mode} (cacheops keep_fresh)`, async () => {
      const { reached, release, run, runs } = heldOnce(lab());
      const f = cachedAs(samples, { keepFresh: true, extra: mode })(run);
      const first = f();
      await reached;
      await rename(lab(), "new");
      release();
      expect(await first).to.equal("one");
      expect([await f(), await f()]).to.deep.equal(["new", "new"]);
      expect(runs).to.have.length(2);
    });

    it(`does not keep what it read while a write was in flight: ${mode}`, async () => {
      const { run, runs } = counting(() => title(lab()));
      const f = cachedAs(samples, { extra: mode })(run);
      const commit = holdStatement(lab().dataSource, /^COMMIT/);
      const writing = lab().dataSource.transaction((manager) => manager.update(Post, 1, { title: "new" }));
      await commit.reached;
      expect(await f()).to.equal("one");
      commit.release();
      await writing;
      expect(await f()).to.equal("new");
      expect(runs).to.have.length(2);
    });

    it(`runs once for identical calls at one time: ${mode} (cacheops LockingTests)`, async () => {
      const { reached, release, pass } = gate();
      const { run, runs } = counting(async (_n: number) => {
        const found = await title(lab());
        await pass();
        return { found };
      });
      const f = cachedAs(samples, { lock: true, extra: mode })(run);
      const first = f(1);
      await reached;
      const others = [f(1), f(1), f(1)];
      // A look-up behind theirs: when it is answered, they have missed the result and wait for the first one's.
      expect(await f.peek(1)).to.equal(undefined);
      release();
      const results = await Promise.all([first, ...others]);
      expect(results).to.deep.equal(Array(4).fill({ found: "one" }));
      expect(new Set(results).size, "objects of their own").to.equal(4);
      expect(runs).to.have.length(1);
    });

    it(`does not share with who asks after a write: ${mode}`, async () => {
      const { reached, release, run, runs } = heldOnce(lab());
      const f = cachedAs(samples, { extra: [mode, "after"] })(run);
      const early = f();
      await reached;
      await rename(lab(), "new");
      const late = f();
      release();
      expect([await early, await late]).to.deep.equal(["one", "new"]);
      expect(runs).to.have.length(2);
    });

    it(`lets each of those who waited run it, where it throws, and keeps nothing: ${mode}`, async () => {
      let wrong = true;
      const { run, runs } = counting(async () => {
        if (wrong) throw new Error("no");
        return "value";
      });
      const f = cachedAs(samples, { extra: [mode, "throws"] })(run);
      const both = await Promise.all([rejection(f()), rejection(f())]);
      expect(both.map(({ message }) => message)).to.deep.equal(["no", "no"]);
      wrong = false;
      expect([await f(), await f()]).to.deep.equal(["value", "value"]);
      expect(runs).to.have.length(3);
    });
  }

  it("runs in a transaction that has written, and keeps nothing", async () => {
    const { run, runs } = counting(() => title(lab()));
    const f = cachedAs(Post)(run);
    await f();
    await lab()
      .dataSource.transaction(async (manager) => {
        expect(await f(), "clean").to.equal("one");
        expect(runs).to.have.length(1);
        await manager.update(Post, 1, { title: "mine" });
        const own = cachedAs(Post, { extra: "own" })(
          async () => (await manager.findOneByOrFail(Post, { id: 1 })).title,
        );
        expect(await own()).to.equal("mine");
        throw new Error("rolled back");
      })
      .catch(() => undefined);
    const other = cachedAs(Post, { extra: "own" })(async () => title(lab()));
    expect(await other()).to.equal("one");
    expect(await f()).to.equal("one");
    expect(runs).to.have.length(1);
    expect(callsIn(lab())).to.deep.equal(["miss", "hit", "bypass: dirty-transaction", "miss", "hit"]);
  });

  it("keeps nothing that its own transaction showed and took back", async () => {
    const { run, runs } = counting(() =>
      lab()
        .dataSource.transaction(async (manager) => {
          await manager.update(Post, 1, { title: "mine" });
          const { title } = await manager.findOneByOrFail(Post, { id: 1 });
          throw new Error(title);
        })
        .catch((error: Error) => error.message),
    );
    const f = cachedAs(Category)(run);
    expect([await f(), await f()]).to.deep.equal(["mine", "mine"]);
    expect(runs).to.have.length(2);
    expect(callsIn(lab())).to.deep.equal(["miss: dirty-transaction", "miss: dirty-transaction"]);
  });

  it("neither asks nor fills inside a REPEATABLE READ transaction", async () => {
    const { run, runs } = counting(() => title(lab()));
    const f = cachedAs(Post, { extra: "snapshot" })(run);
    await lab().dataSource.transaction("REPEATABLE READ", async () => void (await f()));
    await f();
    expect(runs).to.have.length(2);
    expect(callsIn(lab())).to.deep.equal(["bypass: isolation", "miss"]);
  });

  it("runs inside withoutCache, and while the cache is switched off", async () => {
    const { run, runs } = counting(() => title(lab()));
    const f = cachedAs(Post, { extra: "off" })(run);
    await f();
    await withoutCache(() => f());
    lab().cache.enabled = false;
    await f();
    lab().cache.enabled = true;
    await f();
    expect(runs).to.have.length(3);
    expect(callsIn(lab())).to.deep.equal(["miss", "bypass: without-cache", "bypass: disabled", "hit"]);
  });

  it("does not keep what is being computed while it is invalidated, in this process or another", async () => {
    for (const make of [cachedAs(Post), cachedAs("auto"), cached()]) {
      const { reached, release, pass } = gate();
      let value = 0;
      const { run } = counting(async () => {
        const mine = ++value;
        if (mine === 1) await pass();
        return mine;
      });
      const f = make(run);
      await f.invalidate();
      const first = f();
      await reached;
      await f.invalidate();
      release();
      expect([await first, await f(), await f()]).to.deep.equal([1, 2, 2]);
    }
  });

  it("is invalidated with the commit of the transaction, and not by one that is rolled back", async () => {
    const { run, runs } = counting(async () => "value");
    const f = cachedAs(Post, { extra: "commit" })(run);
    await f();
    await lab()
      .dataSource.transaction(async () => {
        await f.invalidate();
        throw new Error("rolled back");
      })
      .catch(() => undefined);
    await f();
    expect(runs).to.have.length(1);
    await lab().dataSource.transaction(() => f.invalidate());
    await f();
    expect(runs).to.have.length(2);
  });
});

function gated(store: StoreName): GatedStore {
  return new GatedStore(
    store === "redis"
      ? createRedisStore({ redis: services().redisUrl, operationTimeout: 500 })
      : createMemoryStore(),
  );
}

onEveryStore("a cached function whose store fails", (store) => {
  const gates = gated(store);
  const lab = useBlog("postgres", store, { store: gates.store, redis: undefined });
  afterEach(() => gates.mend());

  it("runs (cacheops test_simple degrade)", async () => {
    const { run, runs } = counting(() => title(lab()));
    const f = cachedAs(Post)(run);
    await f();
    gates.fail("lookup");
    expect([await f(), await f()]).to.deep.equal(["one", "one"]);
    expect(runs).to.have.length(3);
    expect(callsIn(lab())).to.deep.equal(["miss", "bypass: store-error", "bypass: store-error"]);
  });

  it("keeps nothing from before a write that came while the result was on its way to the store", async () => {
    const { run, runs } = counting(() => title(lab()));
    const f = cachedAs("auto", { extra: "gate" })(run);
    const storing = gates.hold("store");
    const first = f();
    await storing.reached;
    await rename(lab(), "new");
    storing.release();
    expect(await first).to.equal("one");
    expect(await f()).to.equal("new");
    expect(runs).to.have.length(2);
  });
});
