import "reflect-metadata";
import { expect } from "chai";
import type { DataSourceOptions, EntityManager, ObjectLiteral } from "typeorm";
import { DataSource, EntitySchema } from "typeorm";
import type { SqlDialect } from "../../../src/sql/analysis";
import { prepareParser } from "../../../src/sql/parser";
import { probeOf } from "../../../src/sql/probe";
import { rowWriteSummary } from "./row-write-summary";

const Tag = new EntitySchema({
  name: "Tag",
  columns: { a: { type: Number, primary: true }, b: { type: Number, primary: true }, name: { type: String } },
});
const Post = new EntitySchema<ObjectLiteral>({
  name: "Post",
  columns: {
    id: { type: Number, primary: true, generated: true },
    title: { type: String },
    views: { type: Number, default: 0 },
    version: { type: Number, version: true },
    updated: { type: Date, updateDate: true },
    removed: { type: Date, deleteDate: true },
  },
  relations: { tags: { type: "many-to-many", target: "Tag", joinTable: { name: "post_tags" } } },
});

const entities = [Tag, Post];
const SOURCES: Readonly<Record<SqlDialect, DataSourceOptions>> = {
  postgres: { type: "postgres", entities },
  mysql: { type: "mysql", database: "blog", entities },
  sqlite: { type: "sqljs", entities },
};

interface Statement {
  readonly build: (manager: EntityManager) => { getQueryAndParameters(): [string, unknown] };
  /** With `?` in the place of parameters and numbers. */
  readonly summary: Readonly<Record<SqlDialect, string>>;
  /** Of an UPDATE or DELETE: what the probe asks for behind WHERE, on PostgreSQL, and the parameters that it takes. */
  readonly probe?: readonly [where: string, ...parameters: readonly number[]];
}

function everywhere(summary: string): Statement["summary"] {
  return { postgres: summary, mysql: summary, sqlite: summary };
}

const STATEMENTS: Readonly<Record<string, Statement>> = {
  "an insert of rows": {
    build: (manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into("Post")
        .values([{ title: "a" }, { title: "b", views: () => "1 + 1" }]),
    summary: {
      postgres:
        "insert post (title, views, version, updated, removed) (?, DEFAULT, ?, DEFAULT, DEFAULT), (?, ~, ?, DEFAULT, DEFAULT)",
      mysql:
        "insert post (id, title, views, version, updated, removed) (DEFAULT, ?, DEFAULT, ?, DEFAULT, DEFAULT), (DEFAULT, ?, ~, ?, DEFAULT, DEFAULT)",
      sqlite:
        "insert post (id, title, views, version, updated, removed) (NULL, ?, ?, ?, ~, NULL), (NULL, ?, ~, ?, ~, NULL)",
    },
  },
  "an insert that returns what the database made": {
    build: (manager) => {
      const builder = manager.createQueryBuilder().insert().into("Post").values({ title: "a" });
      const { extraReturningColumns } = builder.expressionMap;
      extraReturningColumns.push(...manager.connection.getMetadata("Post").getInsertionReturningColumns());
      return builder;
    },
    summary: {
      postgres:
        "insert post (title, views, version, updated, removed) (?, DEFAULT, ?, DEFAULT, DEFAULT); returning id=id, views=views, version=version, updated=updated, removed=removed",
      mysql:
        "insert post (id, title, views, version, updated, removed) (DEFAULT, ?, DEFAULT, ?, DEFAULT, DEFAULT)",
      sqlite: "insert post (id, title, views, version, updated, removed) (NULL, ?, ?, ?, ~, NULL)",
    },
  },
  "an insert into a junction table": {
    build: (manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into("post_tags", ["postId", "tagA", "tagB"])
        .values([{ postId: 1, tagA: 2, tagB: 3 }]),
    summary: everywhere("insert post_tags (postId, tagA, tagB) (?, ?, ?)"),
  },
  "an upsert": {
    build: (manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into("Tag")
        .values([{ a: 1, b: 2, name: "x" }])
        .orUpdate(["name"], ["a", "b"]),
    summary: {
      postgres: "insert tag (a, b, name) (?, ?, ?) or update on a, b set name",
      mysql: "insert tag (a, b, name) (?, ?, ?) or update set name",
      sqlite: "insert tag (a, b, name) (?, ?, ?) or update on a, b set name",
    },
  },
  "an insert that may be ignored": {
    build: (manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into("Tag")
        .values([{ a: 1, b: 2, name: "x" }])
        .orIgnore(),
    summary: {
      postgres: "insert tag (a, b, name) (?, ?, ?) or ignore",
      mysql: "insert tag (a, b, name) (~, ~, ~) or ignore",
      sqlite: "insert tag (a, b, name) (?, ?, ?) or ignore",
    },
  },
  "an update by key, as of save()": {
    build: (manager) => manager.createQueryBuilder().update("Post").set({ title: "x" }).whereInIds([1]),
    summary: everywhere("update post set title=?, version=~computed, updated=~not null where id in [?]"),
    probe: ['"id" = $1', 1],
  },
  "an update by composite keys": {
    build: (manager) =>
      manager
        .createQueryBuilder()
        .update("Tag")
        .set({ name: "x" })
        .whereInIds([
          { a: 1, b: 2 },
          { a: 3, b: 4 },
        ]),
    summary: everywhere("update tag set name=? where a in [?] & b in [?] | a in [?] & b in [?]"),
    probe: ['((("a" = $1 AND "b" = $2)) OR(("a" = $3 AND "b" = $4)))', 1, 2, 3, 4],
  },
  "a soft delete": {
    build: (manager) => manager.createQueryBuilder().softDelete().from("Post").where({ id: 5 }),
    summary: everywhere(
      "update post set removed=~not null, version=~computed, updated=~not null where id in [?] & removed is null",
    ),
    probe: ['"id" = $1 AND "removed" IS NULL', 0],
  },
  "an increment": {
    build: (manager) =>
      manager
        .createQueryBuilder()
        .update("Post")
        .set({ views: () => '"views" + 1', version: () => '"version"', updated: () => '"updated"' })
        .where({ title: "x", views: 1 }),
    summary: {
      ...everywhere(
        "update post set views=~computed, version=~computed, updated=~computed where title in [?] & views in [?]",
      ),
      // Where these are strings.
      mysql: "update post set views=~, version=~, updated=~ where title in [?] & views in [?]",
    },
    probe: ['("title" = $1 AND "views" = $2)', 0, 1],
  },
  "an update of every row": {
    build: (manager) => manager.createQueryBuilder().update("Tag").set({ name: "x" }),
    summary: everywhere("update tag set name=? where anything"),
  },
  "a delete by criteria": {
    build: (manager) =>
      manager
        .createQueryBuilder()
        .delete()
        .from("Post")
        .where("views < :most AND removed IS NULL", { most: 3 }),
    summary: everywhere("delete post where views < ? & removed is null"),
    probe: ['"views" < $1 AND "removed" IS NULL', 0],
  },
  "a delete from a junction table": {
    build: (manager) =>
      manager.createQueryBuilder().delete().from("post_tags").where({ postId: 1, tagA: 2, tagB: 3 }),
    summary: everywhere("delete post_tags where postId in [?] & tagA in [?] & tagB in [?]"),
    probe: ['("postId" = $1 AND "tagA" = $2 AND "tagB" = $3)', 0, 1, 2],
  },
};

describe("writes that TypeORM builds", () => {
  before(prepareParser);

  for (const [dialect, options] of Object.entries(SOURCES) as [SqlDialect, DataSourceOptions][]) {
    describe(dialect, () => {
      let manager: EntityManager;

      before(async () => {
        manager = (await unconnected(options)).manager;
      });

      for (const [title, { build, summary, probe }] of Object.entries(STATEMENTS)) {
        it(title, () => {
          const [sql] = build(manager).getQueryAndParameters();
          // SQLite gets its numbers as literals.
          expect(rowWriteSummary(sql, dialect).replace(/\$?\b\d+\b/g, "?"), sql).to.equal(
            dialect === "sqlite" ? lowerCase(summary.sqlite) : summary[dialect],
          );
          if (probe === undefined || dialect !== "postgres") return;
          const [where, ...parameters] = probe;
          const asked = probeOf(sql, dialect, { columns: ["id"] }, "update");
          expect(asked?.sql.split(" WHERE ")[1]).to.equal(`${where} FOR NO KEY UPDATE`);
          expect(asked?.parameters).to.deep.equal(parameters);
        });
      }
    });
  }
});

/** SQLite's names have no case. */
function lowerCase(summary: string): string {
  return summary.replace(/\b\w*[a-z]\w*/g, (word) => word.toLowerCase());
}

/** Builders need metadata but no connection. */
async function unconnected(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = new DataSource(options);
  await (dataSource as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas();
  return dataSource;
}
