import { expect } from "chai";
import { DataSource, type EntityTarget, type ObjectLiteral, ViewColumn, ViewEntity } from "typeorm";
import { Cached } from "../../../src";
import { BLOG, Comment, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";

@ViewEntity({
  expression: (dataSource: DataSource) =>
    dataSource
      .createQueryBuilder()
      .select("p.id", "id")
      .addSelect("p.title", "title")
      .from(Post, "p")
      .where("p.id > 0"),
})
@Cached("all", "10m")
class Headline {
  @ViewColumn()
  id!: number;

  @ViewColumn()
  title!: string;
}

@ViewEntity({
  dependsOn: [Headline],
  expression: (dataSource: DataSource) =>
    dataSource.createQueryBuilder().select("h.title", "title").from(Headline, "h").where("h.id < 1000"),
})
@Cached("all", "10m")
class Title {
  @ViewColumn()
  title!: string;
}

@ViewEntity({ materialized: true, expression: `SELECT count(*)::int AS n FROM post` })
@Cached("all", "10m")
class Total {
  @ViewColumn()
  n!: number;
}

onEveryCombination("views (trap 8, trap 13; section 5: views)", ({ database, store }) => {
  let lab: Lab;
  const stored = database === "postgres" ? [Total] : [];
  before(
    async () => (lab = await Lab.open({ database, store, entities: [...BLOG, Headline, Title, ...stored] })),
  );
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
  });
  after(() => lab.close());

  const rows = <T extends ObjectLiteral>(entity: EntityTarget<T>): Promise<T[]> =>
    lab.repository(entity).find();
  const titles = async (entity: EntityTarget<Headline | Title>): Promise<string[]> =>
    (await rows(entity)).map(({ title }) => title).sort();

  it("a write to the base table refreshes views at any depth, and no others' entries", async () => {
    for (const entity of [Headline, Title]) await titles(entity);
    await rows(Comment);
    await lab.repository(Post).update(1, { title: "changed" });
    for (const entity of [Headline, Title]) expect(await titles(entity)).to.deep.equal(["changed", "two"]);
    await lab.repository(Tag).save({ name: "unrelated" });
    expect(await lab.outcomes(() => titles(Title))).to.deep.equal(["hit"]);
    expect(await lab.outcomes(() => rows(Comment))).to.deep.equal(["hit"]);
  });

  // SQLite's views cannot be written to.
  if (database !== "sqljs") {
    it("a write through an updatable view refreshes its base table", async () => {
      await rows(Post);
      for (const entity of [Headline, Title]) await titles(entity);
      const write = (): Promise<unknown> =>
        lab.dataSource.query("UPDATE title SET title = 'changed' WHERE title = 'one'");
      expect(await lab.invalidated(write)).to.include.members(["post"]);
      expect((await rows(Post)).map(({ title }) => title)).to.have.members(["changed", "two"]);
      for (const entity of [Headline, Title]) expect(await titles(entity)).to.deep.equal(["changed", "two"]);
    });
  }

  if (database !== "postgres") return;
  it("a materialized view changes with REFRESH, not with its base table", async () => {
    const total = async (): Promise<number | undefined> => (await rows(Total))[0]?.n;
    await lab.dataSource.query("REFRESH MATERIALIZED VIEW total");
    expect(await total()).to.equal(2);
    await lab.repository(Post).insert({ title: "three" });
    expect(await lab.expectStatements(0, total)).to.equal(2);
    await lab.dataSource.query("REFRESH MATERIALIZED VIEW total");
    expect(await total()).to.equal(3);
  });
});
