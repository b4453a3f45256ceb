import { expect } from "chai";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectCached, expectFollows } from "../../support/soundness";
import { posts, titles } from "./shapes/shape";

onEveryCombination("traversals", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
    lab.forget();
  });
  after(() => lab.close());

  it("one statement for each row, none of them the second time (cachalot FK traversal N+1)", async () => {
    const traverse = async () => {
      const found: string[] = [];
      for (const { categoryId } of await lab.repository(Post).find()) {
        found.push((await lab.repository(Category).findOneByOrFail({ id: categoryId as number })).title);
      }
      return found.sort();
    };
    expect(await lab.expectStatements(3, traverse)).to.deep.equal(["news", "sports"]);
    expect(await lab.expectStatements(0, traverse)).to.deep.equal(["news", "sports"]);
    await lab.repository(Category).update(1, { title: "changed" });
    expect(await lab.expectStatements(1, traverse)).to.deep.equal(["changed", "sports"]);
    await lab.repository(Post).update(1, { categoryId: 2 });
    expect(await lab.expectStatements(1, traverse)).to.deep.equal(["sports", "sports"]);
  });

  it("columns left out and fetched later (cachalot only, defer)", async () => {
    const only = () =>
      lab.repository(Post).findOneOrFail({ where: { id: 2 }, select: { id: true, title: true } });
    const deferred = async () => {
      const { id } = await only();
      return lab.repository(Post).findOneOrFail({ where: { id }, select: { views: true } });
    };
    expect(await expectCached(lab, only))
      .to.include({ title: "two" })
      .and.not.have.property("views", 5);
    expect((await expectCached(lab, deferred)).views).to.equal(5);
    const update = () => lab.repository(Post).update(2, { views: 6 });
    expect((await expectFollows(lab, deferred, update)).views).to.equal(6);
  });

  it("relations loaded by queries of their own share them between lists (cachalot prefetch_related reusing)", async () => {
    const list = (where: object) =>
      lab.repository(Post).find({ where, relations: { category: true }, relationLoadStrategy: "query" });
    await list({ title: "one" });
    const ran = lab.statements.length;
    await list({ views: 0 });
    // The posts themselves; whose category is asked for is the same.
    expect(lab.statements.length - ran, lab.statements.slice(ran).join("\n")).to.be.at.most(1);
    expect((await list({ title: "two" }))[0]?.category?.title, "other parents").to.equal("sports");
  });

  it("many-to-many two levels deep (cachalot prefetch_related nested m2m)", async () => {
    for (const relationLoadStrategy of ["join", "query"] as const) {
      const nested = async () => {
        const relations = { tags: { posts: true } };
        const post = await lab
          .repository(Post)
          .findOneOrFail({ where: { id: 1 }, relations, relationLoadStrategy });
        return post.tags.map((tag) => [tag.name, ...tag.posts.map(({ title }) => title).sort()]).sort();
      };
      const strategy = relationLoadStrategy;
      const retitle = () => lab.repository(Post).update(2, { title: `two by ${strategy}` });
      const before = await expectCached(lab, nested);
      expect(before[0]).to.deep.equal(["first", "one"]);
      expect((await expectFollows(lab, nested, retitle))[1]).to.deep.equal([
        "second",
        "one",
        `two by ${strategy}`,
      ]);
    }
  });

  it("one of the other side after a list that brought it (cacheops 169)", async () => {
    const category = () =>
      lab.repository(Category).findOneOrFail({ where: { id: 1 }, relations: { posts: true } });
    expect((await category()).posts).to.have.length(1);
    const one = () => lab.repository(Post).findOneByOrFail({ category: { id: 1 }, title: "one" });
    expect((await expectCached(lab, one)).id).to.equal(1);
    await expectFollows(lab, one, () => lab.repository(Post).update(1, { views: 3 }));
  });

  it("a relation loaded by its builder, whether it holds anything (cacheops 177)", async () => {
    const comments = () =>
      lab.dataSource.createQueryBuilder().relation(Post, "comments").of(1).loadMany<Comment>();
    const any = async () => (await comments()).length > 0;
    expect(await expectCached(lab, any)).to.equal(true);
    expect(await expectFollows(lab, any, () => lab.repository(Comment).delete({ postId: 1 }))).to.equal(
      false,
    );
  });

  it("a cleared relation leaves others of that key alone (cacheops 159)", async () => {
    const others = async () => [
      await lab.repository(Category).findOneBy({ id: 1 }),
      await lab.repository(Post).findOneBy({ id: 1 }),
      await lab.repository(Tag).findOneBy({ id: 1 }),
      await lab.repository(Summary).find(),
    ];
    await others();
    await lab.repository(Tag).save({ id: 1, posts: [] });
    await lab.expectStatements(0, others);
    await lab.repository(Post).update(1, { title: "changed" });
    await lab.expectStatements(1, others);
    expect(await titles(posts(lab).innerJoin("p.tags", "t", "t.id = 1").getMany())).to.deep.equal([]);
  });

  it("a builder asks nothing until it is asked (johnny-cache laziness)", async () => {
    const query = await lab.expectStatements(0, async () => ({ builder: posts(lab).where({ views: 5 }) }));
    expect(lab.reads).to.deep.equal([]);
    await lab.repository(Post).update(1, { views: 5 });
    expect(await titles(query.builder.getMany())).to.deep.equal(["one", "two"]);
    expect(await lab.expectStatements(0, () => titles(query.builder.getMany()))).to.have.length(2);
  });

  it("of several calls of cache() the last one counts (cache-machine last call wins)", async () => {
    const twice = async (query: () => ReturnType<typeof posts>) =>
      lab.outcomes(async () => [await query().getMany(), await query().getMany()]);
    expect(await twice(() => posts(lab).cache(false).cache(true))).to.deep.equal(["miss", "hit"]);
    expect(await twice(() => posts(lab).cache(true).cache(false))).to.deep.equal(
      Array(2).fill("bypass: cache-false"),
    );
  });

  it("plain SQL goes to the database each time (cachalot raw, cursor, explain)", async () => {
    for (const sql of ["SELECT * FROM post", "SELECT 1 AS n", "SELECT 'ü' AS text"]) {
      const read = (): Promise<unknown[]> => lab.dataSource.query(sql);
      const first = await lab.expectStatements(1, read);
      expect(await lab.expectStatements(1, read)).to.deep.equal(first);
    }
    expect(lab.reads).to.deep.equal([]);
    expect(lab.invalidations).to.deep.equal([]);
  });

  it("an error of the database is everybody's, and is not kept (cachalot DB error surfaces uncached)", async () => {
    const broken = () => posts(lab).where("p.views = (SELECT no_such_column FROM tag)").getMany();
    const failures: unknown[] = [];
    for (let call = 0; call < 2; call++) failures.push(await broken().catch((error: Error) => error.name));
    expect(failures).to.deep.equal(["QueryFailedError", "QueryFailedError"]);
    await expectCached(lab, () => posts(lab).getMany());
  });
});
