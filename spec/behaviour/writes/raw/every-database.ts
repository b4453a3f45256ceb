import { POST_DELETED, TAG_DELETED, TAG_KEY_UPDATED } from "../../../support/blog/seed";
import type { Door } from "../../../support/doors";
import { failing, sql, texts } from "./sql";

export const EVERYWHERE: readonly Door[] = [
  {
    name: "INSERT (cachalot raw INSERT)",
    write: sql(`INSERT INTO "tag" ("name") VALUES ('a'), ('b')`),
    changes: ["tag"],
  },
  {
    name: "several INSERTs in a row (cachalot executemany)",
    write: texts(`INSERT INTO "tag" ("name") VALUES ('a')`, `INSERT INTO "tag" ("name") VALUES ('b')`),
    changes: ["tag"],
  },
  {
    name: "INSERT … SELECT",
    write: sql(`INSERT INTO "tag" ("name") SELECT "title" FROM "post"`),
    changes: ["tag"],
  },
  {
    name: "UPDATE (cachalot raw UPDATE)",
    write: sql(`UPDATE "tag" SET "name" = 'same'`),
    changes: ["tag"],
  },
  {
    name: "UPDATE of the key, which the junction follows (trap 13)",
    write: sql(`UPDATE "tag" SET "id" = 9 WHERE "id" = 1`),
    changes: TAG_KEY_UPDATED,
  },
  {
    name: "UPDATE of a key that no row has",
    write: sql(`UPDATE "tag" SET "name" = 'same' WHERE "id" = 404`),
    changes: [],
    changesNothing: true,
  },
  {
    name: "DELETE of a key that no row has",
    write: sql(`DELETE FROM "tag" WHERE "id" = 404`),
    changes: [],
    changesNothing: true,
  },
  {
    name: "UPDATE with a nested subquery",
    write: sql(
      `UPDATE "comment" SET "text" = 'x' WHERE "postId" IN ` +
        `(SELECT "id" FROM "post" WHERE "categoryId" IN (SELECT "id" FROM "category" WHERE "title" = 'news'))`,
    ),
    changes: ["comment"],
  },
  {
    name: "DELETE (cachalot raw DELETE)",
    write: sql(`DELETE FROM "tag" WHERE "id" = 1`),
    changes: TAG_DELETED,
  },
  {
    name: "DELETE that cascades (trap 13)",
    write: sql(`DELETE FROM "post" WHERE "id" = 1`),
    changes: POST_DELETED,
  },
  {
    name: "a leading comment of several lines",
    write: sql(`/* SELECT * FROM "post"\n -- " ' */ UPDATE "tag" SET "name" = 'same'`),
    changes: ["tag"],
  },
  {
    name: "a leading comment to the end of its line",
    write: sql(`-- SELECT 'it''s "post"\nUPDATE "tag" SET "name" = 'same'`),
    changes: ["tag"],
  },
  {
    name: "comments between all words",
    write: sql(`UPDATE/**/"tag"/* "post" */SET -- "category"\n"name"/**/=/**/'same'`),
    changes: ["tag"],
  },
  {
    name: "blank lines, lower case, a semicolon",
    write: sql(`\n\n\tupdate tag\n\tset name = 'same' ;\n`),
    changes: ["tag"],
  },
  {
    name: "names in upper case",
    write: sql(`UPDATE tag SET NAME = 'same'`),
    changes: ["tag"],
  },
  {
    name: "an alias",
    write: sql(`UPDATE "tag" AS "post" SET "name" = 'same'`),
    changes: ["tag"],
  },
  {
    name: "a string that looks like SQL",
    write: sql(`UPDATE "tag" SET "name" = 'x; DELETE FROM post; --'`),
    changes: ["tag"],
  },
  {
    name: "a statement that fails (it may have changed rows)",
    write: failing(sql(`INSERT INTO "tag" ("id", "name") VALUES (1, 'there')`)),
    changes: ["tag"],
    changesNothing: true,
  },
  {
    name: "a table that no entity declares",
    prepare: texts(`DROP TABLE IF EXISTS "undeclared"`, `CREATE TABLE "undeclared" ("id" int)`),
    write: sql(`INSERT INTO "undeclared" VALUES (1)`),
    changes: "*",
    changesNothing: true,
  },
  {
    name: "a write of several columns that no shape has seen, twice",
    write: texts(
      `UPDATE "post" SET "views" = 3, "title" = 'x' WHERE "id" = 1`,
      `UPDATE "post" SET "views" = 4, "title" = 'y' WHERE "id" = 2`,
    ),
    changes: ["post"],
  },
  {
    name: "a raw query runner (trap 12)",
    write: async ({ dataSource }) => {
      const queryRunner = dataSource.createQueryRunner();
      await queryRunner.connect();
      await queryRunner.query("UPDATE tag SET name = 'same'");
      await queryRunner.release();
    },
    changes: ["tag"],
  },
  {
    name: "a raw query runner's transaction (trap 12)",
    write: async ({ dataSource }) => {
      const queryRunner = dataSource.createQueryRunner();
      await queryRunner.startTransaction();
      await queryRunner.query("UPDATE tag SET name = 'same'");
      await queryRunner.query("DELETE FROM comment");
      await queryRunner.commitTransaction();
      await queryRunner.release();
    },
    changes: ["tag", "comment"],
  },
  {
    name: "manager.query()",
    write: ({ dataSource }) => dataSource.manager.query("DELETE FROM comment"),
    changes: ["comment"],
  },
  {
    name: "repository.query()",
    write: (lab) => lab.repository("Tag").query("DELETE FROM comment"),
    changes: ["comment"],
  },
];
