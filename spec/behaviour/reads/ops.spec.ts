import { expect } from "chai";
import { LessThan, type Repository } from "typeorm";
import type { Op } from "../../../src";
import { BLOG, Category, Comment, Post } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectCached } from "../../support/soundness";

type Method = (posts: Repository<Post>) => Promise<unknown>;

const METHODS: Record<Op, Record<string, Method>> = {
  get: {
    findOne: (posts) => posts.findOne({ where: { title: "two" } }),
    "findOne of none": (posts) => posts.findOne({ where: { title: "none" } }),
    findOneBy: (posts) => posts.findOneBy({ title: "two" }),
    findOneOrFail: (posts) => posts.findOneOrFail({ where: { title: "two" } }),
    findOneByOrFail: (posts) => posts.findOneByOrFail({ title: "two" }),
    "findOne with relations": (posts) =>
      posts.findOne({ where: { title: "two" }, relations: { comments: true, category: true } }),
    "findOne with relations by queries": (posts) =>
      posts.findOne({
        where: { title: "two" },
        relations: { comments: true },
        relationLoadStrategy: "query",
      }),
    getOne: (posts) => posts.createQueryBuilder("p").where("p.title = :title", { title: "two" }).getOne(),
    getOneOrFail: (posts) => posts.createQueryBuilder("p").where({ title: "two" }).getOneOrFail(),
    getRawOne: (posts) => posts.createQueryBuilder("p").where({ title: "two" }).getRawOne(),
  },
  fetch: {
    find: (posts) => posts.find(),
    findBy: (posts) => posts.findBy({ views: LessThan(3) }),
    "find of none": (posts) => posts.findBy({ title: "none" }),
    "find with relations by queries": (posts) =>
      posts.find({ relations: { comments: true, tags: true }, relationLoadStrategy: "query" }),
    getMany: (posts) => posts.createQueryBuilder("p").leftJoinAndSelect("p.category", "c").getMany(),
    getRawMany: (posts) => posts.createQueryBuilder("p").select("p.title", "title").getRawMany(),
    getRawAndEntities: (posts) => posts.createQueryBuilder("p").getRawAndEntities(),
    "distinct values": (posts) =>
      posts.createQueryBuilder("p").select("p.visible", "v").distinct().getRawMany(),
    "window function": (posts) =>
      posts.createQueryBuilder("p").select("ROW_NUMBER() OVER (ORDER BY p.id)", "n").getRawMany(),
  },
  count: {
    count: (posts) => posts.count(),
    countBy: (posts) => posts.countBy({ visible: true }),
    getCount: (posts) => posts.createQueryBuilder("p").innerJoin("p.comments", "c").getCount(),
    "COUNT by hand": (posts) => posts.createQueryBuilder("p").select("COUNT(*)", "n").getRawOne(),
  },
  aggregate: {
    sum: (posts) => posts.sum("views"),
    average: (posts) => posts.average("views"),
    minimum: (posts) => posts.minimum("views", { visible: true }),
    maximum: (posts) => posts.maximum("views"),
    "GROUP BY": (posts) =>
      posts
        .createQueryBuilder("p")
        .select("p.visible", "v")
        .addSelect("COUNT(*)", "n")
        .groupBy("p.visible")
        .getRawMany(),
    "two aggregates": (posts) =>
      posts.createQueryBuilder("p").select("COUNT(*)", "n").addSelect("MAX(p.views)", "m").getRawOne(),
  },
  exists: {
    exists: (posts) => posts.exists({ where: { title: "two" } }),
    "exists of none": (posts) => posts.exists({ where: { title: "none" } }),
    existsBy: (posts) => posts.existsBy({ title: "two" }),
    getExists: (posts) => posts.createQueryBuilder("p").where("p.views > 1").getExists(),
  },
};

onEveryCombination("ops", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: BLOG });
    const category = await lab.repository(Category).save({ title: "news" });
    const titles = ["one", "two", "three"];
    const posts = await lab.repository(Post).save(titles.map((title, views) => ({ title, views, category })));
    await lab.repository(Comment).save(posts.map((post) => ({ text: `on ${post.title}`, post })));
  });
  after(() => lab.close());

  for (const [op, methods] of Object.entries(METHODS)) {
    for (const [name, method] of Object.entries(methods)) {
      it(`${name} is a ${op} and cached as such (cachalot read.py)`, async () => {
        lab.forget();
        await expectCached(lab, () => method(lab.repository(Post)));
        expect(new Set(lab.reads.map((event) => event.op))).to.deep.equal(new Set([op]));
        expect(new Set(lab.reads.map((event) => event.entity))).to.deep.equal(new Set(["Post"]));
      });
    }
  }

  it("tells entities, raw rows and subsets of columns apart (cacheops ValuesTests)", async () => {
    const query = () => lab.repository(Post).createQueryBuilder("p").orderBy("p.id");
    const entities = await expectCached(lab, () => query().getMany());
    const raw = await expectCached(lab, () => query().getRawMany<Record<string, unknown>>());
    const subset = await expectCached(lab, () => query().select(["p.id", "p.title"]).getMany());
    const flat = await expectCached(lab, () => query().select("p.title", "title").getRawMany());
    expect(entities[0]).to.be.instanceOf(Post).and.have.property("views", 0);
    expect(raw[0]).to.have.property("p_title", "one");
    expect(subset[0]).to.include({ title: "one", views: undefined });
    expect(flat).to.deep.equal([{ title: "one" }, { title: "two" }, { title: "three" }]);
  });

  it("findAndCount and getManyAndCount are a fetch and a count (trap 8)", async () => {
    const posts = lab.repository(Post);
    const calls = [
      () => posts.findAndCount({ order: { id: "ASC" }, skip: 1, take: 1 }),
      () => posts.createQueryBuilder("p").orderBy("p.id").skip(1).take(1).getManyAndCount(),
    ];
    for (const call of calls) {
      lab.forget();
      const [rows, count] = await expectCached(lab, call);
      expect(rows.map((post) => post.title)).to.deep.equal(["two"]);
      expect(count).to.equal(3);
      expect(lab.reads.slice(0, 2).map((event) => event.op)).to.deep.equal(["fetch", "count"]);
    }
  });
});

onEveryCombination("ops of a profile", (combination) => {
  const OPS: readonly Op[] = ["get", "fetch", "count", "aggregate", "exists"];
  for (const only of OPS) {
    describe(`of "${only}" alone`, () => {
      let lab: Lab;
      before(async () => {
        lab = await Lab.open({
          ...combination,
          entities: BLOG,
          cache: { profiles: { Post: { ops: only } } },
        });
        await lab.repository(Post).save([{ title: "one" }, { title: "two" }]);
      });
      after(() => lab.close());

      it("caches no other op", async () => {
        const methods = OPS.map((op) => [op, Object.values(METHODS[op])[0] as Method] as const);
        for (const [op, method] of methods) {
          const read = () => method(lab.repository(Post));
          if (op === only) await expectCached(lab, read);
          else expect(await lab.outcomes(read), op).to.deep.equal(["bypass: profile"]);
        }
      });

      it("caches only that part of findAndCount", async () => {
        const read = () => lab.repository(Post).findAndCount({ take: 1 });
        await read();
        const cached = only === "fetch" || only === "count" ? 1 : 0;
        await lab.expectStatements(2 - cached, read);
      });
    });
  }
});
