import { expect } from "chai";
import { noInvalidation } from "../../../src";
import { BLOG, Comment, Post, Tag } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";

/** Nothing by itself, tags not even by hand. */
const MANUAL_ONLY = { profiles: { "*": { ops: [] }, Tag: null } };

onEveryCombination("caching by hand", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: BLOG, cache: MANUAL_ONLY });
    const tags = await lab.repository(Tag).save([{ name: "hot" }]);
    const posts = await lab.repository(Post).save(["one", "two", "three"].map((title) => ({ title, tags })));
    await lab.repository(Comment).save(posts.map((post) => ({ text: post.title, post })));
  });
  beforeEach(() => lab.dataSource.queryResultCache?.clear());
  after(() => lab.close());

  const forms = {
    "cache: true": true,
    "cache: ms": 60_000,
    "cache: { id, milliseconds }": { id: "x", milliseconds: 60_000 },
  };
  for (const [form, cache] of Object.entries(forms)) {
    it(`${form} is cached by every method that takes it`, async () => {
      const posts = lab.repository(Post);
      await expectCached(lab, () => posts.find({ cache }));
      await expectCached(lab, () => posts.findOne({ where: { title: "two" }, cache }));
      await expectCached(lab, () => posts.findOneOrFail({ where: { title: "one" }, cache }));
      await expectCached(lab, () => posts.count({ cache }));
      await expectCached(lab, () => posts.exists({ where: { title: "two" }, cache }));
      await expectCached(lab, () => posts.findAndCount({ take: 1, cache }));
      await expectCached(lab, () =>
        posts.find({ relations: { comments: true }, relationLoadStrategy: "query", cache }),
      );
      await expectFollows(
        lab,
        () => posts.find({ relations: { comments: true }, take: 2, order: { id: "DESC" }, cache }),
        () => lab.repository(Comment).update({ text: "three" }, { text: `changed for ${form}` }),
      );
      await lab.repository(Comment).update({ text: `changed for ${form}` }, { text: "three" });
    });
  }

  it("qb.cache() in its forms caches every method of a builder", async () => {
    const builder = () => lab.repository(Post).createQueryBuilder("p").where("p.title <> 'x'");
    const cached = [
      () => builder().cache(true),
      () => builder().cache(60_000),
      () => builder().cache("posts", 60_000),
      () => builder().cache("posts"),
    ];
    for (const query of cached) {
      await expectCached(lab, () => query().getMany());
      await expectCached(lab, () => query().getRawMany());
      await expectCached(lab, () => query().getCount());
      await expectCached(lab, () => query().getExists());
      await expectCached(lab, () => query().take(1).getManyAndCount());
    }
  });

  it("what does not ask is not cached", async () => {
    await expectBypassed(lab, () => lab.repository(Post).find(), "profile");
    await expectBypassed(lab, () => lab.repository(Post).find({ cache: undefined }), "profile");
  });

  it("a time that is none is the profile's timeout, and harms nothing else", async () => {
    for (const duration of [0, -1, NaN, 0.25, Infinity, 1e300]) {
      const read = () => lab.repository(Post).createQueryBuilder("p").cache(duration).getMany();
      await lab.dataSource.queryResultCache?.clear();
      expect(await lab.outcomes(read), String(duration)).to.deep.equal(["miss"]);
      expect(await lab.outcomes(read), String(duration)).to.deep.equal(["hit"]);
    }
  });

  it("null forbids it by hand, too, and through joins", async () => {
    const cache = true;
    await expectBypassed(lab, () => lab.repository(Tag).find({ cache }), "forbidden");
    await expectBypassed(lab, () => lab.repository(Tag).count({ cache }), "forbidden");
    await expectBypassed(
      lab,
      () => lab.repository(Post).find({ relations: { tags: true }, cache }),
      "forbidden",
    );
    const joined = () => lab.repository(Post).createQueryBuilder("p").innerJoin("p.tags", "t").cache(true);
    await expectBypassed(lab, () => joined().getMany(), "forbidden");
    await expectBypassed(lab, () => joined().getCount(), "forbidden");
    const subquery = () => joined().subQuery().select("t.id").from(Tag, "t").getQuery();
    await expectBypassed(
      lab,
      () => lab.repository(Post).createQueryBuilder("p").where(`p.id IN ${subquery()}`).cache(true).getMany(),
      "forbidden",
    );
    const names = () =>
      lab.dataSource.createQueryBuilder().select("t.name", "name").from("tag", "t").cache(true);
    await expectBypassed(lab, () => names().getRawMany(), "forbidden");
  });

  it("forbidden relations loaded by queries of their own stay out while the rest is cached", async () => {
    const read = () =>
      lab
        .repository(Post)
        .find({ relations: { tags: true, comments: true }, relationLoadStrategy: "query", cache: true });
    await read();
    const outcomes = await lab.outcomes(read);
    expect(outcomes).to.include("hit").and.include("bypass: forbidden");
    expect(outcomes.filter((outcome) => outcome === "bypass: forbidden")).to.have.length.of.at.least(1);
  });

  describe("queryResultCache.remove", () => {
    // Invalidation by tables would hide what remove() does: these writes leave everything as it is.
    const silently = (write: () => Promise<unknown>) => noInvalidation(write);
    const rename = (title: string) =>
      silently(() => lab.repository(Post).update({ title: "one" }, { title }));

    it("drops rows, counts, pages of ids and relations that were read under the id (cache-machine flush list)", async () => {
      const cache = { id: "listing", milliseconds: 60_000 };
      const reads: (() => Promise<unknown>)[] = [
        () => lab.repository(Post).find({ cache }),
        () => lab.repository(Post).findAndCount({ take: 1, cache }),
        () => lab.repository(Post).count({ cache }),
        () => lab.repository(Post).find({ relations: { comments: true }, take: 2, cache }),
        () =>
          lab.repository(Post).find({ relations: { comments: true }, relationLoadStrategy: "query", cache }),
      ];
      for (const read of reads) {
        await expectCached(lab, read);
        await lab.dataSource.queryResultCache?.remove(["listing"]);
        const outcomes = await lab.outcomes(read);
        expect(outcomes).to.deep.equal(outcomes.map(() => "stale"));
        await lab.expectStatements(0, read);
      }
    });

    it("shows what was written meanwhile without invalidation", async () => {
      const cache = { id: "one", milliseconds: 60_000 };
      const read = () => lab.repository(Post).findAndCount({ where: { title: "one" }, take: 5, cache });
      expect((await read())[1]).to.equal(1);
      await rename("renamed");
      expect((await read())[1]).to.equal(1);
      await lab.dataSource.queryResultCache?.remove(["one"]);
      expect(await read()).to.deep.equal([[], 0]);
      await silently(() => lab.repository(Post).update({ title: "renamed" }, { title: "one" }));
    });

    it("leaves other ids, and entries without one, alone", async () => {
      const other = () => lab.repository(Post).find({ cache: { id: "other", milliseconds: 60_000 } });
      const nameless = () => lab.repository(Post).find({ cache: true });
      await other();
      await nameless();
      await lab.dataSource.queryResultCache?.remove(["one", "listing"]);
      await lab.expectStatements(0, other);
      await lab.expectStatements(0, nameless);
    });
  });

  it("queryResultCache.clear() drops everything (cachalot api.py invalidate)", async () => {
    const reads: (() => Promise<unknown>)[] = [
      () => lab.repository(Post).find({ cache: true }),
      () => lab.repository(Comment).find({ cache: { id: "c", milliseconds: 60_000 } }),
    ];
    for (const read of reads) await expectCached(lab, read);
    await lab.dataSource.queryResultCache?.clear();
    for (const read of reads) expect(await lab.outcomes(read)).to.deep.equal(["miss"]);
  });
});

onEveryCombination("cache: false", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: BLOG });
    await lab.repository(Post).save({ title: "one" });
  });
  after(() => lab.close());

  it("wins over a profile, in every method", async () => {
    const posts = lab.repository(Post);
    const cache = false;
    const reads: (() => Promise<unknown>)[] = [
      () => posts.find({ cache }),
      () => posts.findOne({ where: { id: 1 }, cache }),
      () => posts.count({ cache }),
      () => posts.exists({ cache }),
      () => posts.findAndCount({ take: 1, skip: 0, cache }),
      () => posts.find({ relations: { comments: true, category: true }, take: 1, cache }),
      () =>
        posts.find({ relations: { comments: true, category: true }, relationLoadStrategy: "query", cache }),
      () => posts.createQueryBuilder("p").cache(false).getRawMany(),
    ];
    for (const read of reads) await expectBypassed(lab, read, "cache-false");
  });
});
