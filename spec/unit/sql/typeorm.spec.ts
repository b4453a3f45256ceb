import "reflect-metadata";
import { expect } from "chai";
import type { DataSourceOptions, EntityManager, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import { DataSource, EntitySchema } from "typeorm";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { summaryOf } from "./summary";

const User = new EntitySchema({
  name: "User",
  tableName: "User",
  columns: { a: { type: Number, primary: true }, b: { type: Number, primary: true }, name: { type: String } },
});
const Category = new EntitySchema({
  name: "Category",
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String } },
});
const Post = new EntitySchema<ObjectLiteral>({
  name: "Post",
  columns: {
    id: { type: Number, primary: true, generated: true },
    views: { type: Number },
    removed: { type: Date, deleteDate: true },
  },
  relations: {
    category: { type: "many-to-one", target: "Category", joinColumn: true },
    readers: { type: "many-to-many", target: "User", joinTable: { name: "post_readers" } },
  },
});

/** SQLite's names have no case, so the analysis has them in lower case. */
const USER = { postgres: "User", mysql: "User", sqlite: "user" } as const;

const SOURCES: Readonly<Record<keyof typeof USER, DataSourceOptions>> = {
  postgres: { type: "postgres", entities: [User, Category, Post] },
  mysql: { type: "mysql", database: "blog", entities: [User, Category, Post] },
  sqlite: { type: "sqljs", entities: [User, Category, Post] },
};

interface Statement {
  readonly build: (manager: EntityManager) => { getQueryAndParameters(): [string, unknown] };
  readonly summary: string;
}

const STATEMENTS: Readonly<Record<string, (user: string) => Statement>> = {
  "a find with joins, where and order": (user) => ({
    build: (manager) =>
      posts(manager)
        .leftJoinAndSelect("p.category", "c")
        .innerJoinAndSelect("p.readers", "r", "r.name LIKE :name", { name: "a%" })
        .where("p.id IN (:...ids)", { ids: [1, 2, 3] })
        .orderBy("c.name", "DESC")
        .limit(3),
    summary: `reads post, category, post_readers, ${user}`,
  }),
  "find options with alternatives": () => ({
    build: (manager) => posts(manager).setFindOptions({ where: [{ views: 1 }, { category: { name: "x" } }] }),
    summary: "reads post, category",
  }),
  "a composite key": (user) => ({
    build: (manager) =>
      manager.createQueryBuilder("User", "u").whereInIds([1, 2, 3, 4].map((a) => ({ a, b: a }))),
    summary: `reads ${user}`,
  }),
  groups: () => ({
    build: (manager) =>
      posts(manager).select("p.views").addSelect("COUNT(*)", "n").groupBy("p.views").having("COUNT(*) > 1"),
    summary: "reads post; aggregate",
  }),
  "a maximum": () => ({
    build: (manager) => posts(manager).select("MAX(p.views)", "most"),
    summary: "reads post; aggregate",
  }),
  "a subquery in WHERE": () => ({
    build: (manager) =>
      posts(manager).where(
        (builder) => `p.categoryId IN ${builder.subQuery().select("c.id").from("Category", "c").getQuery()}`,
      ),
    summary: "reads post, category",
  }),
  "a subquery in FROM": () => ({
    build: (manager) =>
      manager
        .createQueryBuilder()
        .select("x.id", "id")
        .from((builder) => builder.select("p.id", "id").from("Post", "p"), "x"),
    summary: "reads post",
  }),
  "a common table expression": () => ({
    build: (manager) =>
      manager
        .createQueryBuilder()
        .addCommonTableExpression(manager.createQueryBuilder("Category", "c"), "post")
        .select("x.c_id", "id")
        .from("post", "x"),
    summary: "reads category",
  }),
  "an insert of rows": () => ({
    build: (manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into("Post")
        .values([1, 2, 3].map((views) => ({ views }))),
    summary: "writes insert post",
  }),
  "an upsert": () => ({
    build: (manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into("Post")
        .values([{ views: 1 }])
        .orUpdate(["views"], ["id"]),
    summary: "writes insert post, update post",
  }),
  "an insert that may be ignored": () => ({
    build: (manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into("Post")
        .values([{ views: 1 }])
        .orIgnore(),
    summary: "writes insert post",
  }),
  "an update": () => ({
    build: (manager) =>
      manager
        .createQueryBuilder()
        .update("Post")
        .set({ views: () => "views + 1" })
        .where("id = :id", { id: 1 }),
    summary: "writes update post",
  }),
  "a delete": (user) => ({
    build: (manager) => manager.createQueryBuilder().delete().from("User").where("a = :a", { a: 1 }),
    summary: `writes delete ${user}`,
  }),
};

describe("SQL that TypeORM builds", () => {
  before(prepareParser);

  for (const [dialect, options] of Object.entries(SOURCES) as [keyof typeof USER, DataSourceOptions][]) {
    describe(dialect, () => {
      const analyse = createAnalyser(dialect, { stableFunctions: [], volatileFunctions: [] });
      let manager: EntityManager;

      before(async () => {
        manager = (await unconnected(options)).manager;
      });

      for (const [title, statement] of Object.entries(STATEMENTS)) {
        it(`analyses ${title}`, () => {
          const { build, summary } = statement(USER[dialect]);
          const [sql] = build(manager).getQueryAndParameters();
          expect(summaryOf(analyse(sql)), sql).to.equal(summary);
        });
      }
    });
  }
});

function posts(manager: EntityManager): SelectQueryBuilder<ObjectLiteral> {
  return manager.createQueryBuilder("Post", "p");
}

/** Builders need metadata but no connection. */
async function unconnected(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = new DataSource(options);
  await (dataSource as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas();
  return dataSource;
}
