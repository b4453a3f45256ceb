import { expect } from "chai";
import { cachedAs } from "../../../src";
import { Post } from "../../support/blog/entities";
import { holdStatement } from "../../support/gates";
import { callsIn, counting, onEveryStore, useBlog } from "./blog-lab";

/** A function whose runs wait until they are let on. */
function slow() {
  const waiting: (() => void)[] = [];
  const begun: (() => void)[] = [];
  let value = 0;
  const { run, runs } = counting(async () => {
    const mine = ++value;
    const done = new Promise<void>((resolve) => waiting.push(resolve));
    begun.shift()?.();
    await done;
    return mine;
  });
  return {
    run,
    runs,
    /** Resolves when the next run has begun. */
    next: () => new Promise<void>((resolve) => begun.push(resolve)),
    letOn: () => waiting.splice(0).forEach((resolve) => resolve()),
  };
}

onEveryStore("a cached function that may be stale for a while", (store) => {
  const lab = useBlog("postgres", store);
  const change = () => lab().repository(Post).update(1, { title: "new" });

  const filled = async (staleFor: string | undefined, extra: string) => {
    const { run, runs, next, letOn } = slow();
    const f = cachedAs({ entity: Post, where: { id: 1 } }, { staleFor, extra })(run);
    const begun = next();
    const first = f();
    await begun;
    letOn();
    expect(await first).to.equal(1);
    lab().forget();
    return { f, runs, next, letOn };
  };

  it("gives the last value while one caller computes the new one, who waits for it", async () => {
    const { f, runs, next, letOn } = await filled("30s", "stale");
    await change();
    const begun = next();
    const refreshing = f();
    await begun;
    expect([await f(), await f()]).to.deep.equal([1, 1]);
    letOn();
    expect([await refreshing, await f()]).to.deep.equal([2, 2]);
    expect(runs).to.have.length(2);
    expect(callsIn(lab())).to.deep.equal(["stale: stale-for", "stale: stale-for", "stale", "hit"]);
  });

  const NOBODY: [when: string, staleFor: string | undefined, extra: string][] = [
    ["when the time is over", "1ms", "over"],
    ["unless it was asked to", undefined, "off"],
  ];
  for (const [when, staleFor, extra] of NOBODY) {
    it(`gives it to nobody ${when}`, async () => {
      const { f, next, letOn } = await filled(staleFor, extra);
      await change();
      const begun = next();
      const refreshing = f();
      await begun;
      const other = f();
      // A look-up behind its own: when it is answered, that one waits for the first one's result.
      expect(await f.peek()).to.equal(undefined);
      letOn();
      expect(await Promise.all([refreshing, other])).to.deep.equal([2, 2]);
    });
  }

  it("keeps nothing of it in a function that is cached by what it reads", async () => {
    const { f, next, letOn } = await filled("30s", "nested");
    await change();
    const begun = next();
    const refreshing = f();
    await begun;
    const outer = cachedAs("auto", { extra: "outer" })(() => f());
    expect(await outer()).to.equal(1);
    letOn();
    await refreshing;
    expect(await outer()).to.equal(2);
  });
});

onEveryStore("reads whose profile lets them be stale for a while", (store) => {
  const lab = useBlog("postgres", store, { profiles: { Post: { ops: "all", staleFor: "30s" } } });
  const read = async () => (await lab().repository(Post).findOneByOrFail({ id: 1 })).title;
  const hold = () => holdStatement(lab().dataSource, /^SELECT .* FROM "post"/s);

  it("give the last value while one caller loads the new one, who waits for it", async () => {
    const old = await read();
    await lab().repository(Post).update(1, { title: "new" });
    const { reached, release } = hold();
    lab().forget();
    const refreshing = read();
    await reached;
    expect([await read(), await read()]).to.deep.equal([old, old]);
    release();
    expect([await refreshing, await read()]).to.deep.equal(["new", "new"]);
    expect(lab().reads.map(({ outcome, reason }) => [outcome, reason])).to.deep.equal([
      ["stale", "stale-for"],
      ["stale", "stale-for"],
      ["stale", undefined],
      ["hit", undefined],
    ]);
  });

  it("give nothing of it to a transaction that has written", async () => {
    await read();
    await lab().repository(Post).update(1, { title: "new" });
    const { reached, release } = hold();
    const refreshing = read();
    await reached;
    await lab().dataSource.transaction(async (manager) => {
      await manager.getRepository(Post).update(1, { title: "newer" });
      expect((await manager.getRepository(Post).findOneByOrFail({ id: 1 })).title).to.equal("newer");
    });
    release();
    await refreshing;
    expect(await read()).to.equal("newer");
  });
});
