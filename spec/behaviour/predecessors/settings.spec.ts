import { expect } from "chai";
import { EntitySchema } from "typeorm";
import { invalidateModel, noInvalidation, withCache, withoutCache } from "../../../src";
import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";

/** A table that TypeORM does not make. */
const Legacy = new EntitySchema<{ id: number; name: string }>({
  name: "Legacy",
  synchronize: false,
  columns: { id: { type: Number, primary: true }, name: { type: String } },
});

onEveryCombination("tables that may be cached", (combination) => {
  let lab: Lab;
  before(async () => {
    const profiles = {
      "*": null,
      post: { ops: "all" },
      Category: { ops: "all" },
      Legacy: { ops: "all" },
    } as const;
    lab = await Lab.open({ ...combination, entities: [...BLOG, Legacy], cache: { profiles } });
    await lab.dataSource.query("CREATE TABLE legacy (id int PRIMARY KEY, name varchar(20))");
    await lab.dataSource.query("INSERT INTO legacy VALUES (1, 'old')");
    await seedBlog(lab);
  });
  after(() => lab.close());

  it("are those of the list, if all of a statement's are (cachalot ONLY_CACHABLE_TABLES)", async () => {
    await expectCached(lab, () => lab.repository(Post).find());
    await expectCached(lab, () => lab.repository(Post).find({ relations: { category: true } }));
    const values = lab.repository(Post).createQueryBuilder("p").select("p.title", "title");
    await expectCached(lab, () => values.getRawMany());
    await expectBypassed(
      lab,
      () => lab.repository(Post).find({ relations: { comments: true } }),
      "forbidden",
    );
    await expectBypassed(lab, () => lab.repository(Post).countBy({ tags: { name: "first" } }), "forbidden");
  });

  it("never one that is forbidden, by hand neither (johnny-cache Blacklist, cachalot UNCACHABLE_TABLES, blacklist beats whitelist)", async () => {
    await expectBypassed(lab, () => lab.repository(Tag).find({ cache: true }), "forbidden");
    await expectBypassed(
      lab,
      () => withCache({ ops: "all" }, () => lab.repository(Comment).count()),
      "forbidden",
    );
    await lab.repository(Tag).update(1, { name: "changed" });
    expect(await lab.outcomes(() => lab.repository(Post).find())).to.deep.equal(["hit"]);
  });

  it("one that TypeORM does not make itself (cachalot unmanaged model)", async () => {
    const names = async () => (await lab.repository(Legacy).find()).map(({ name }) => name);
    const write = () => lab.dataSource.query("UPDATE legacy SET name = 'new'");
    expect(await expectFollows(lab, names, write)).to.deep.equal(["new"]);
  });
});

onEveryCombination("settings", (combination) => {
  let lab: Lab;
  before(async () => {
    const cache = { volatileFunctions: ["upper"] };
    lab = await Lab.open({ ...combination, entities: BLOG, cache });
  });
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
    lab.forget();
  });
  after(() => lab.close());

  const names = async () =>
    (await lab.repository(Tag).find({ order: { id: "ASC" } })).map(({ name }) => name);
  const rename = (name: string) => () => lab.dataSource.query(`UPDATE tag SET name = '${name}' WHERE id = 1`);

  it("plain SQL that must not invalidate leaves what is cached (cachalot INVALIDATE_RAW)", async () => {
    await names();
    await noInvalidation(rename("unseen"));
    expect((await lab.expectStatements(0, names))[0]).to.equal("first");
    await rename("seen")();
    expect((await names())[0]).to.equal("seen");
  });

  it("functions said to be volatile are not cached (cachalot CACHE_RANDOM)", async () => {
    const upper = lab.repository(Tag).createQueryBuilder("t").where("upper(t.name) = 'FIRST'");
    await expectBypassed(lab, () => upper.getMany(), "volatile");
  });

  it("without the cache each read is the database's (cachalot_disabled, cacheops SettingsTests context manager)", async () => {
    await names();
    for (let round = 0; round < 2; round++) await lab.expectStatements(1, () => withoutCache(names));
    lab.cache.enabled = false;
    await lab.expectStatements(1, names);
    await rename("meanwhile")();
    lab.cache.enabled = true;
    expect((await names())[0], "what was written meanwhile").to.equal("meanwhile");
  });

  describe("events", () => {
    const tables = () => lab.invalidations.map((event) => [...event.tables].sort());

    it("of each write name its table (cacheops SignalsTests invalidation; cachalot signals per table)", async () => {
      await lab.repository(Category).insert({ title: "new" });
      await lab.repository(Comment).insert({ text: "new", postId: 1 });
      await invalidateModel(Tag, { dataSource: lab.dataSource });
      expect(tables()).to.deep.equal([["category"], ["comment"], ["tag"]]);
    });

    it("come once for a transaction, after its outermost COMMIT (cachalot signals atomic)", async () => {
      await lab.dataSource.transaction(async (outer) => {
        await outer.insert(Category, { title: "1" });
        await outer.insert(Category, { title: "2" });
        await outer.transaction((inner) => inner.insert(Comment, { text: "3", postId: 1 }));
        expect(tables()).to.deep.equal([]);
      });
      expect(tables()).to.deep.equal([["category", "comment"]]);
    });
  });
});
