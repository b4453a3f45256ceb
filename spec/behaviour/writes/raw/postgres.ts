import { POST_DELETED, TAG_DELETED, TAG_KEY_UPDATED } from "../../../support/blog/seed";
import type { Door } from "../../../support/doors";
import { failing, onOneRunner, sql, texts } from "./sql";

const RENAMES = `CREATE OR REPLACE FUNCTION rename_tags() RETURNS int LANGUAGE plpgsql AS
  $$ BEGIN UPDATE tag SET name = 'renamed'; RETURN 1; END $$`;

export const POSTGRES: readonly Door[] = [
  {
    name: "INSERT … RETURNING",
    write: sql(`INSERT INTO tag (name) VALUES ($1) RETURNING id`, ["a"]),
    changes: ["tag"],
  },
  {
    name: "INSERT … ON CONFLICT DO UPDATE",
    write: sql(
      `INSERT INTO tag (id, name) VALUES (1, 'same') ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
    ),
    changes: ["tag"],
  },
  {
    name: "INSERT … ON CONFLICT DO NOTHING of a row that is there",
    write: sql(`INSERT INTO tag (id, name) VALUES (1, 'same') ON CONFLICT DO NOTHING`),
    changes: [],
    changesNothing: true,
  },
  {
    name: "INSERT … ON CONFLICT DO NOTHING of a row that is new",
    write: sql(`INSERT INTO tag (id, name) VALUES (9, 'new') ON CONFLICT DO NOTHING`),
    changes: ["tag"],
  },
  {
    name: "UPDATE … FROM",
    write: sql(`UPDATE comment c SET text = p.title FROM post p WHERE p.id = c."postId"`),
    changes: ["comment"],
  },
  {
    name: "UPDATE ONLY",
    write: sql(`UPDATE ONLY tag SET name = 'same'`),
    changes: ["tag"],
  },
  {
    name: "DELETE … USING",
    write: sql(`DELETE FROM comment USING post WHERE post.id = comment."postId" AND post.views = 5`),
    changes: ["comment"],
  },
  {
    name: "a qualified name",
    write: sql(`UPDATE "public"."tag" SET name = 'same'`),
    changes: ["tag"],
  },
  {
    name: "several statements in one text",
    write: sql(`UPDATE tag SET name = 'same'; DELETE FROM comment; SELECT 1`),
    changes: [...TAG_KEY_UPDATED, "comment"],
  },
  {
    name: "several statements of which a later one fails: all is undone",
    write: failing(sql(`UPDATE tag SET name = 'same'; DELETE FROM comment; SELECT 1 / 0`)),
    changes: [...TAG_KEY_UPDATED, "comment"],
    changesNothing: true,
  },
  {
    name: "WITH … INSERT",
    write: sql(`WITH titles AS (SELECT title FROM post) INSERT INTO tag (name) SELECT title FROM titles`),
    changes: ["tag"],
  },
  {
    name: "a SELECT that writes in its WITH",
    write: sql(`WITH gone AS (DELETE FROM comment RETURNING *) SELECT count(*) FROM gone`),
    changes: ["comment"],
  },
  {
    name: "a WITH that moves rows",
    write: sql(
      `WITH gone AS (DELETE FROM comment RETURNING text), renamed AS (UPDATE category SET title = 'x')
       INSERT INTO tag (name) SELECT text FROM gone`,
    ),
    changes: ["comment", "tag", "category"],
  },
  {
    name: "a builder's SELECT that writes in its WITH",
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .addCommonTableExpression(`DELETE FROM comment RETURNING id`, "gone")
        .select("g.id")
        .from("gone", "g")
        .getRawMany(),
    changes: ["comment"],
  },
  {
    name: "MERGE",
    write: sql(
      `MERGE INTO tag t USING (VALUES (1, 'same'), (8, 'new')) AS v (id, name) ON t.id = v.id
       WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)`,
    ),
    changes: TAG_DELETED,
  },
  { name: "TRUNCATE", write: sql(`TRUNCATE comment`), changes: ["comment"] },
  {
    name: "TRUNCATE of several tables",
    write: sql(`TRUNCATE TABLE ONLY comment, public."summary" RESTART IDENTITY`),
    changes: ["comment", "summary"],
  },
  {
    name: "TRUNCATE … CASCADE (trap 13)",
    write: sql(`TRUNCATE category CASCADE`),
    changes: ["category", ...POST_DELETED],
  },
  {
    name: "COPY … FROM (which the driver gives up)",
    write: failing(sql(`COPY tag (name) FROM STDIN`)),
    changes: ["tag"],
    changesNothing: true,
  },
  { name: "DO", write: sql(`DO $$ BEGIN UPDATE tag SET name = 'same'; END $$`), changes: "*" },
  {
    name: "CALL",
    prepare: sql(
      `CREATE OR REPLACE PROCEDURE rename_all() LANGUAGE sql AS $$ UPDATE tag SET name = 'renamed' $$`,
    ),
    write: sql(`CALL rename_all()`),
    changes: "*",
  },
  {
    name: "SELECT of a function that writes",
    prepare: sql(RENAMES),
    write: sql(`SELECT rename_tags()`),
    changes: "*",
  },
  {
    name: "a function that writes, in FROM",
    prepare: sql(RENAMES),
    write: sql(`SELECT * FROM rename_tags() AS r(n) WHERE n = 1`),
    changes: "*",
  },
  {
    name: "a builder's SELECT of a function that writes",
    prepare: sql(RENAMES),
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .select("rename_tags()", "n")
        .from("category", "c")
        .cache(true)
        .getRawMany(),
    changes: "*",
  },
  {
    name: "PREPARE and EXECUTE",
    write: onOneRunner(
      `PREPARE rename AS UPDATE tag SET name = 'same'`,
      `EXECUTE rename`,
      `DEALLOCATE rename`,
    ),
    changes: "*",
  },
  {
    name: "EXPLAIN ANALYZE, which runs what it explains",
    write: sql(`EXPLAIN (ANALYZE, COSTS OFF) UPDATE tag SET name = 'same'`),
    changes: TAG_KEY_UPDATED,
  },
  {
    name: "EXPLAIN, which runs nothing",
    write: sql(`EXPLAIN UPDATE tag SET name = 'same'`),
    changes: [],
    changesNothing: true,
  },
  {
    name: "dollar quotes around what looks like SQL",
    write: sql(`UPDATE post SET title = $q$'; DELETE FROM tag; --$q$`),
    changes: ["post"],
  },
  {
    name: "a write through an updatable view that no entity declares",
    prepare: texts(`DROP VIEW IF EXISTS tag_view`, `CREATE VIEW tag_view AS SELECT * FROM tag`),
    write: sql(`UPDATE tag_view SET name = 'same'`),
    changes: "*",
  },
  {
    name: "a partition that no entity declares",
    prepare: texts(`DROP TABLE IF EXISTS tag_old`, `CREATE TABLE tag_old () INHERITS (tag)`),
    write: sql(`INSERT INTO tag_old (id, name) VALUES (50, 'old')`),
    changes: "*",
  },
];
