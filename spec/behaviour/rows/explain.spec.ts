import { expect } from "chai";
import { type FindOptionsWhere, IsNull, LessThanOrEqual, Like, MoreThan, Not } from "typeorm";
import { CacheopsConfigError, type ReadExplanation, type WriteExplanation } from "../../../src";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
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

  const writes = async (...statement: Parameters<Lab["cache"]["explain"]>): Promise<WriteExplanation> => {
    const explanation = await lab.cache.explain(...statement);
    return explanation as WriteExplanation;
  };

  const posts = (where: FindOptionsWhere<Post>) =>
    lab.repository(Post).createQueryBuilder("p").where(where).select("p.id");

  async function wordsOf(where: FindOptionsWhere<Post>): Promise<readonly string[]> {
    const { dependencies } = await reads(posts(where));
    // MariaDB and SQLite do not mind the case of a column's name.
    return dependencies.map(({ scheme }) => (scheme ?? "any change").replaceAll("categoryid", "categoryId"));
  }

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

  it("says which tables a read is of", async () => {
    const builder = posts({ id: 1 })
      .leftJoinAndSelect("p.category", "c")
      .leftJoinAndSelect("p.comments", "m");
    const { tables } = await reads(builder);
    expect(tables).to.deep.equal(["category", "comment", "post"]);
  });

  it("says what else picks the rows of a read", async () => {
    const picking = async (where: FindOptionsWhere<Post>): Promise<readonly string[]> =>
      (await wordsOf(where)).map((words) => words.replace(/, by .*$/, ""));
    expect(await picking({ views: MoreThan(4321) })).to.deep.equal(["rows where views > …"]);
    expect(await picking({ views: LessThanOrEqual(4321) })).to.deep.equal(["rows where views <= …"]);
    expect(await picking({ views: Not(4321) })).to.deep.equal(["rows where views <> …"]);
    expect(await picking({ categoryId: IsNull() })).to.deep.equal(["rows where categoryId is null"]);
    expect(await picking({ categoryId: Not(IsNull()) })).to.deep.equal(["rows where categoryId is not null"]);
    const several = await picking({ title: "secret", categoryId: IsNull(), views: MoreThan(4321) });
    expect(several).to.deep.equal(["rows where title = … and categoryId is null and views > …"]);
  });

  it("says that a pattern picks them where the database compares texts as they are spelled", async () => {
    const [words] = await wordsOf({ title: Like("secret%") });
    const expected = database === "postgres" ? "rows where title like …, by id" : "all rows, by id, title";
    expect(words).to.equal(expected);
  });

  it("says in what many different ranges are told apart", async () => {
    for (let views = 100; views < 120; views++) await posts({ views: MoreThan(views) }).getMany();
    expect(await wordsOf({ views: MoreThan(99) })).to.deep.equal(["rows where views within …, by id"]);
    if (database !== "postgres") return;
    for (let number = 0; number < 20; number++) await posts({ title: Like(`t${number}%`) }).getMany();
    const words = await wordsOf({ title: Like("another%") });
    expect(words).to.deep.equal(["rows where title beginning with …, by id, title"]);
  });

  it("says none of the values that a read asks for", async () => {
    const where = { title: Like("secret%"), views: MoreThan(4321), categoryId: 8765, id: Not(9876) };
    const explained = JSON.stringify(await reads(posts(where)));
    expect(explained).to.include("views > …");
    for (const value of ["secret", "4321", "8765", "9876"]) expect(explained).to.not.include(value);
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
    const explanation = await writes(update);
    expect(explanation.kind).to.equal("write");
    expect(explanation.tables).to.deep.equal(["post"]);
    const byId = explanation.drops.filter(({ scheme }) => scheme?.startsWith("rows where id = …"));
    expect(byId.map(({ parts }) => parts)).to.include(1);
    expect(lab.statements.slice(statements)).to.deep.equal([]);
    expect((await lab.repository(Post).findOneByOrFail({ id: 1 })).title).to.equal("first");
  });

  const rewrite = (where: FindOptionsWhere<Comment>) =>
    lab.repository(Comment).createQueryBuilder().update().set({ text: "secret" }).where(where);

  it("says that a write would drop nothing that is relied on", async () => {
    const unread = await writes(lab.repository(Summary).createQueryBuilder().delete().where({ id: 1 }));
    expect(unread).to.deep.include({ tables: ["summary"], drops: [], probes: false });
    await lab.repository(Comment).count();
    const unseen = await writes(rewrite({ text: "old" }));
    expect(unseen).to.deep.include({ tables: ["comment"], drops: [], probes: false });
    expect(unseen.text).to.equal("writes comment\n  drops nothing that is relied on at present");
  });

  it("says whether a write would read its rows first, to drop less", async () => {
    await lab.repository(Comment).find({ where: { postId: 1 }, select: { text: true } });
    const told = await writes(rewrite({ postId: 4321 }));
    expect(told.drops.map(({ table, parts }) => [table, parts])).to.deep.equal([["comment", 1]]);
    expect(told.probes).to.equal(false);
    expect(told.text).to.include("(1 of its values)").and.not.include("reads the rows first");

    const untold = await writes(rewrite({ text: "old" }));
    expect(untold.drops.map(({ table, parts }) => [table, parts])).to.deep.equal([["comment", "all"]]);
    expect(untold.text).to.match(/ {2}drops of comment: rows where postid = …, by .*$/i);
    // On SQLite it would in a transaction.
    const probes = database !== "sqljs";
    expect(untold.probes).to.equal(probes);
    expect(
      untold.text.includes(
        "\n  reads the rows first that it is about to write, if they are no more than 100\n",
      ),
    ).to.equal(probes);
    for (const { text } of [told, untold]) expect(text).to.not.match(/secret|old|4321/);
  });

  it("says that a write whose rows are not described would drop all of what reads ask for", async () => {
    await lab.repository(Tag).countBy({ name: "first" });
    const copied = await writes("INSERT INTO tag (name) SELECT title FROM post");
    expect(copied).to.deep.include({ tables: ["tag"], probes: false });
    expect(copied.text).to.equal("writes tag\n  drops of tag: rows where name = …, whatever they hold");
    expect(copied.drops.map(({ parts }) => parts)).to.deep.equal(["all"]);
    const unknown = await writes("WITH x AS (SELECT 1) DELETE FROM tag");
    expect(unknown.drops).to.deep.equal([
      { table: "post_tags_tag", scheme: undefined, parts: "all" },
      { table: "tag", scheme: undefined, parts: "all" },
    ]);
    expect(unknown.text).to.include("\n  drops of tag: whatever relies on it");
  });

  it("of a text takes its parameters", async () => {
    const sql = database === "postgres" ? "DELETE FROM post WHERE id = $1" : "DELETE FROM post WHERE id = ?";
    const explanation = await writes(sql, [1]);
    expect(explanation.tables).to.include("post");
    expect(explanation.everything).to.equal(undefined);
    const all = await writes("CALL something()");
    expect(all.everything).to.be.a("string");
    expect(all.text).to.equal(`drops everything (${all.everything})`);
  });

  it("of what is no statement is an error that says what to give", async () => {
    const error: unknown = await lab.cache.explain({} as never).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(CacheopsConfigError).with.property("message").that.includes("builder");
  });
});
