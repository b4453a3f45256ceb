import { expect } from "chai";
import type { DataSource } from "typeorm";
import { cachedAs, cacheopsOf, type ReadEvent, withCache } from "../../../src";
import { isDueEarly } from "../../../src/core/early-refresh";
import { BLOG, Post } from "../../support/blog/entities";
import { holdStatement, refuseStatements } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";

/** So eager that every reader is the one who loads, whatever the dice say. */
const ALWAYS = 1e12;

describe("early refresh: the dice (XFetch)", () => {
  const entry = { payload: Buffer.alloc(0), current: true, took: 100, left: 500 };
  const share = (beta: number, left: number): number => {
    const draws = 10_000;
    const due = Array.from({ length: draws }, (_, draw) =>
      isDueEarly({ ...entry, left }, beta, draw / draws),
    );
    return due.filter(Boolean).length / draws;
  };

  it("fall as the paper says: with e^(-left / (took * beta))", () => {
    for (const [beta, left] of [
      [1, 500],
      [1, 100],
      [2, 100],
      [0.5, 100],
      [1, 1],
    ] as const)
      expect(share(beta, left)).to.be.closeTo(Math.exp(-left / (100 * beta)), 0.001);
  });

  it("never fall without the option, nor for what took no time", () => {
    expect(share(0, 1)).to.equal(0);
    expect(isDueEarly({ ...entry, took: 0 }, 1, 0.999)).to.equal(false);
  });

  it("always fall for what has expired meanwhile", () => {
    expect(share(1, 0)).to.equal(1);
    expect(share(1, -2)).to.equal(1);
  });
});

onEveryCombination("early refresh", ({ database, store }) => {
  if (database === "sqljs") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Post).insert({ title: "one" });
    lab.forget();
  });

  const read = (earlyRefresh: boolean | number, lock = false, from: DataSource = lab.dataSource) =>
    withCache({ ops: "all", earlyRefresh, lock }, () => from.getRepository(Post).find());

  it("now and then loads what is still current, and stores it", async () => {
    expect(await lab.outcomes(() => read(ALWAYS))).to.deep.equal(["miss"]);
    lab.forget();
    await lab.expectStatements(1, () => read(ALWAYS));
    expect(lab.reads[0]).to.include({ outcome: "miss", reason: "early-refresh", stored: true });
    expect(await lab.outcomes(() => read(false))).to.deep.equal(["hit"]);
  });

  it("is off by default, and of what has long to live hardly ever happens", async () => {
    await read(false);
    expect(await lab.outcomes(() => read(false))).to.deep.equal(["hit"]);
    expect(await lab.outcomes(() => read(1e-9))).to.deep.equal(["hit"]);
  });

  for (const lock of [false, true]) {
    it(`one loads, all others are given what is stored${lock ? ", under a lock" : ""}`, async () => {
      await read(ALWAYS, lock);
      const held = holdStatement(lab.dataSource, /^SELECT/);
      const refreshing = read(ALWAYS, lock);
      await held.reached;
      expect(await lab.outcomes(() => Promise.all([read(ALWAYS, lock), read(ALWAYS, lock)]))).to.deep.equal([
        "hit",
        "hit",
      ]);
      held.release();
      await refreshing;
    });
  }

  it("gives what is stored if the load fails", async () => {
    await read(ALWAYS);
    const mend = refuseStatements(lab.dataSource, /^SELECT/, "throws");
    expect(await read(ALWAYS)).to.have.length(1);
    mend();
  });

  it("stores nothing that a write has overtaken", async () => {
    await read(ALWAYS);
    const held = holdStatement(lab.dataSource, /^SELECT/);
    const refreshing = read(ALWAYS);
    await held.reached;
    await lab.repository(Post).update({ id: 1 }, { title: "new" });
    held.release();
    await refreshing;
    expect((await read(false))[0]?.title).to.equal("new");
    expect((await read(false))[0]?.title).to.equal("new");
  });

  it("works for functions", async () => {
    let runs = 0;
    const f = cachedAs(Post, { earlyRefresh: ALWAYS, dataSource: lab.dataSource })(async () => ++runs);
    const results: number[] = [];
    for (let call = 0; call < 3; call++) {
      results.push(await f());
      // Those of the same turn would be given what has just been loaded.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(results).to.deep.equal([1, 2, 3]);
  });

  if (store === "redis")
    it("of another process, while it refreshes, those who lock are given what is stored", async () => {
      const other = await lab.sibling();
      const reads: ReadEvent[] = [];
      cacheopsOf(other).on("read", (event) => reads.push(event));
      await read(ALWAYS, true);
      const held = holdStatement(lab.dataSource, /^SELECT/);
      const refreshing = read(ALWAYS, true);
      await held.reached;
      await read(ALWAYS, true, other);
      held.release();
      await refreshing;
      await other.destroy();
      expect(reads.map(({ outcome }) => outcome)).to.deep.equal(["hit"]);
    });
});
