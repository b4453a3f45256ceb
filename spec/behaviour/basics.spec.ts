import { expect } from "chai";
import { In, IsNull, Not } from "typeorm";
import { BLOG, Category, Post } from "../support/blog/entities";
import { Lab, onEveryCombination } from "../support/lab";

onEveryCombination("basics", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: BLOG })));
  beforeEach(() => lab.wipe());
  after(() => lab.close());

  async function somePosts(): Promise<Post[]> {
    const posts = lab.repository(Post);
    return posts.save(["one", "two", "three"].map((title) => posts.create({ title })));
  }

  it("answers the second identical read from the store (cacheops test_it_works)", async () => {
    await somePosts();
    const count = (): Promise<number> => lab.repository(Post).countBy({ visible: true });
    expect(await lab.outcomes(count)).to.deep.equal(["miss"]);
    expect(await lab.expectStatements(0, count)).to.equal(3);
    expect(await lab.outcomes(count)).to.deep.equal(["hit"]);
  });

  it("sees a saved change with the next read (cacheops test_invalidation)", async () => {
    const [post] = await somePosts();
    const read = (): Promise<Post> => lab.repository(Post).findOneByOrFail({ id: post?.id });
    await read();
    await lab.repository(Post).save({ id: post?.id, title: "changed" });
    expect((await lab.expectStatements(1, read)).title).to.equal("changed");
    expect(await lab.expectStatements(0, read)).to.deep.equal(await read());
  });

  it("caches existence, lists, single rows and aggregates (cacheops test_exists, test_first_and_last)", async () => {
    await somePosts();
    const posts = lab.repository(Post);
    const reads: Record<string, () => Promise<unknown>> = {
      exists: () => posts.existsBy({ title: "two" }),
      fetch: () => posts.find({ order: { id: "DESC" } }),
      get: () => posts.findOne({ where: { visible: true }, order: { id: "ASC" } }),
      count: () => posts.count(),
      aggregate: () => posts.sum("views"),
    };
    for (const [op, read] of Object.entries(reads)) {
      lab.forget();
      const first = await read();
      expect(await lab.expectStatements(1 - 1, read), op).to.deep.equal(first);
      expect(lab.reads.map((event) => [event.op, event.outcome, event.entity])).to.deep.equal([
        [op, "miss", "Post"],
        [op, "hit", "Post"],
      ]);
    }
  });

  it("copes with negations and empty lists (cacheops test_some, test_empty)", async () => {
    await somePosts();
    const read = (): Promise<Post[]> =>
      lab
        .repository(Post)
        .find({ where: [{ id: Not(In([1, 2])), categoryId: Not(IsNull()) }, { id: In([]) }] });
    expect(await read()).to.deep.equal([]);
    expect(await lab.outcomes(read)).to.deep.equal(["hit"]);
  });

  it("refreshes a list filtered by a foreign key (cacheops test_invalidate_by_foreign_key)", async () => {
    const category = await lab.repository(Category).save({ title: "news" });
    const read = (): Promise<Post[]> => lab.repository(Post).findBy({ category: { id: category.id } });
    expect(await read()).to.have.length(0);
    await lab.repository(Post).save({ title: "child", category });
    expect(await read()).to.have.length(1);
  });
});
