import { expect } from "chai";
import { CacheopsConfigError, withCache, withoutCache } from "../../../src";
import { BLOG, Category, Comment, Post } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";

onEveryCombination("withCache", (combination) => {
  let lab: Lab;
  before(async () => {
    const profiles = { "*": { ops: [] }, Comment: { ops: "all" as const }, Category: null };
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { profiles } });
    await lab.repository(Post).save([{ title: "one" }, { title: "two" }]);
  });
  beforeEach(() => lab.dataSource.queryResultCache?.clear());
  after(() => lab.close());

  const find = () => lab.repository(Post).find({ order: { id: "ASC" } });
  const count = () => lab.repository(Post).count();

  it("caches the ops that it names, of every statement inside, and nothing outside", async () => {
    await expectCached(lab, () => withCache({ ops: ["fetch", "count"] }, find));
    await expectCached(lab, () => withCache({ ops: "all" }, async () => [await find(), await count()]));
    await expectBypassed(lab, () => withCache({ ops: "count" }, find), "profile");
    await expectBypassed(lab, find, "profile");
  });

  it("narrows profiles as well", async () => {
    await expectBypassed(
      lab,
      () => withCache({ ops: ["get"] }, () => lab.repository(Comment).find()),
      "profile",
    );
    await expectBypassed(lab, () => withCache({ ops: [] }, () => lab.repository(Comment).find()), "profile");
    await expectCached(lab, () => withCache({ timeout: "5m" }, () => lab.repository(Comment).find()));
  });

  it("shares its entries with reads outside, and follows writes", async () => {
    await expectFollows(
      lab,
      () => withCache({ ops: ["fetch"] }, find),
      () => lab.repository(Post).save({ title: `new for ${combination.store}` }),
    );
    expect(
      await lab.outcomes(() => lab.repository(Post).find({ order: { id: "ASC" }, cache: true })),
    ).to.deep.equal(["hit"]);
  });

  it("reaches into asynchronous functions, parallel calls and lazily started builders", async () => {
    const builder = lab.repository(Post).createQueryBuilder("p");
    const read = () =>
      withCache({ ops: "all" }, async () => {
        await new Promise(setImmediate);
        return Promise.all([builder.clone().getMany(), builder.clone().getCount()]);
      });
    await expectCached(lab, read);
  });

  it("does not lift what is forbidden or refused", async () => {
    await expectBypassed(
      lab,
      () => withCache({ ops: "all" }, () => lab.repository(Category).find()),
      "forbidden",
    );
    await expectBypassed(
      lab,
      () => withCache({ ops: "all" }, () => lab.repository(Post).find({ cache: false })),
      "cache-false",
    );
  });

  it("withoutCache goes to the database and stores nothing", async () => {
    const read = () => lab.repository(Comment).find();
    await expectBypassed(lab, () => withoutCache(read), "without-cache");
    expect(await lab.outcomes(read)).to.deep.equal(["miss"]);
    await expectBypassed(lab, () => withoutCache(read), "without-cache");
    await expectBypassed(
      lab,
      () => withoutCache(() => lab.repository(Post).find({ cache: true })),
      "without-cache",
    );
  });

  it("the innermost of nested scopes counts, and the outer one is back after it", async () => {
    const inner = await lab.outcomes(() =>
      withCache({ ops: "all" }, async () => {
        await find();
        await withoutCache(async () => {
          await find();
          await withCache({ ops: ["count"] }, async () => [await find(), await count()]);
          await find();
        });
        await withCache({ timeout: "1m" }, find);
        await find();
      }),
    );
    const without = "bypass: without-cache";
    expect(inner).to.deep.equal(["miss", without, "bypass: profile", "miss", without, "hit", "hit"]);
  });

  it("two scopes at a time do not mix", async () => {
    const outcomes = await lab.outcomes(() =>
      Promise.all([withoutCache(find), withCache({ ops: ["count"] }, find), withoutCache(count)]),
    );
    const without = "bypass: without-cache";
    expect(outcomes).to.have.members([without, "bypass: profile", without]);
  });

  it("returns what the function returns and throws what it throws", async () => {
    expect(withCache({}, () => 7)).to.equal(7);
    expect(withoutCache(() => "x")).to.equal("x");
    expect(() =>
      withCache({}, () => {
        throw new RangeError("own");
      }),
    ).to.throw(RangeError, "own");
  });

  it("refuses ops and timeouts that are none, naming them", () => {
    expect(() => withCache({ ops: "gets" as never }, find)).to.throw(
      CacheopsConfigError,
      /withCache\.ops.*"gets"/,
    );
    expect(() => withCache({ timeout: "soon" }, find)).to.throw(
      CacheopsConfigError,
      /withCache\.timeout.*"soon"/,
    );
  });
});

onEveryCombination("enabled", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { enabled: false } });
    await lab.repository(Post).save({ title: "one", views: 0 });
  });
  after(() => lab.close());

  const read = () => lab.repository(Post).findOneByOrFail({ id: 1 });

  it("false bypasses reads, by hand and in a scope too (cachalot settings ENABLED)", async () => {
    await expectBypassed(lab, read, "disabled");
    await expectBypassed(lab, () => lab.repository(Post).find({ cache: true }), "disabled");
    await expectBypassed(lab, () => withCache({ ops: "all" }, read), "disabled");
  });

  it("is switched at run time, and writes while it is off invalidate (cacheops SettingsTests)", async () => {
    lab.cache.enabled = true;
    await expectCached(lab, read);
    lab.cache.enabled = false;
    await expectBypassed(lab, read, "disabled");
    expect(await lab.invalidated(() => lab.repository(Post).update(1, { views: 5 }))).to.include("post");
    lab.cache.enabled = true;
    expect(await lab.outcomes(read)).to.deep.equal(["stale"]);
    expect((await read()).views).to.equal(5);
    lab.cache.enabled = false;
  });
});
