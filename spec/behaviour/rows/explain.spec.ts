import { expect } from "chai";
import { CacheopsConfigError, type ReadExplanation, type WriteExplanation } from "../../../src";
import { BLOG, Category, Comment, Post } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("explain", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    const cache = { defaults: { ops: "all" as const, timeout: "10m" }, profiles: { "*": {} } };
    lab = await Lab.open({ database, store, entities: BLOG, cache });
    const category = await lab.repository(Category).save({ title: "one" });
    await lab.repository(Post).save({ title: "first", category });
  });
  after(() => lab.close());

  const reads = async (builder: Parameters<Lab["cache"]["explain"]>[0]): Promise<ReadExplanation> => {
    const explanation = await lab.cache.explain(builder);
    return explanation as ReadExplanation;
  };

  it("says which rows and columns a read relies on", async () => {
    const builder = lab
      .repository(Post)
      .createQueryBuilder("p")
      .select(["p.id", "p.title"])
      .leftJoinAndSelect("p.category", "c")
      .where("p.id IN (:...ids)", { ids: [1, 2] });
    const { cached, op, entity, dependencies, timeout, text } = await reads(builder);
    expect({ cached, op, entity, timeout }).to.deep.equal({
      cached: true,
      op: "fetch",
      entity: "Post",
      timeout: 600_000,
    });
    const post = dependencies.filter(({ table }) => table === "post");
    expect(post.map(({ parts, byResult }) => [parts, byResult])).to.deep.equal([[2, false]]);
    expect(post[0]?.scheme).to.match(/^rows where id = …, by /);
    const category = dependencies.filter(({ table }) => table === "category");
    // Its own key is in the result, and the foreign key makes sure that every post with a category leads to one.
    expect(category.map(({ byResult }) => byResult)).to.deep.equal([true]);
    expect(text).to.include("rows where id = …");
  });

  it("says that the result will tell the rows of a joined table", async () => {
    const builder = lab.repository(Post).createQueryBuilder("p").leftJoinAndSelect("p.category", "c");
    const { dependencies } = await reads(builder);
    const category = dependencies.filter(({ table }) => table === "category");
    expect(category.map(({ byResult }) => byResult)).to.deep.equal([true]);
  });

  it("says why a read would not be cached, and no values of parameters", async () => {
    const random = database === "mariadb" ? "RAND()" : "RANDOM()";
    const builder = lab
      .repository(Comment)
      .createQueryBuilder("c")
      .where("c.text = :text", { text: "secret" })
      .orderBy(random);
    const explanation = await reads(builder);
    expect(explanation).to.include({ cached: false, reason: "volatile" });
    expect(JSON.stringify(explanation)).to.not.include("secret");
  });

  it("says what a write would drop", async () => {
    await lab.repository(Post).findOneBy({ id: 1 });
    await lab.repository(Post).countBy({ title: "first" });
    const update = lab
      .repository(Post)
      .createQueryBuilder()
      .update()
      .set({ title: "other" })
      .where({ id: 1 });
    const statements = lab.statements.length;
    const explanation = (await lab.cache.explain(update)) as WriteExplanation;
    expect(explanation.kind).to.equal("write");
    expect(explanation.tables).to.deep.equal(["post"]);
    const byId = explanation.drops.filter(({ scheme }) => scheme?.startsWith("rows where id = …"));
    expect(byId.map(({ parts }) => parts)).to.include(1);
    expect(lab.statements.slice(statements)).to.deep.equal([]);
    expect((await lab.repository(Post).findOneByOrFail({ id: 1 })).title).to.equal("first");
  });

  it("of a text takes its parameters", async () => {
    const sql = database === "postgres" ? "DELETE FROM post WHERE id = $1" : "DELETE FROM post WHERE id = ?";
    const explanation = (await lab.cache.explain(sql, [1])) as WriteExplanation;
    expect(explanation.tables).to.include("post");
    expect(explanation.everything).to.equal(undefined);
    const all = (await lab.cache.explain("CALL something()")) as WriteExplanation;
    expect(all.everything).to.be.a("string");
  });

  it("of what is no statement is an error that says what to give", async () => {
    const error: unknown = await lab.cache.explain({} as never).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(CacheopsConfigError).with.property("message").that.includes("builder");
  });
});
