import { POST_DELETED, POST_KEY_UPDATED, TAG_DELETED, TAG_KEY_UPDATED } from "../../../support/blog/seed";
import type { Door } from "../../../support/doors";
import { failing, onOneRunner, sql, texts } from "./sql";

export const MARIADB: readonly Door[] = [
  { name: "REPLACE", write: sql(`REPLACE INTO tag (id, name) VALUES (1, 'same')`), changes: TAG_DELETED },
  { name: "REPLACE … SET", write: sql(`REPLACE tag SET id = 1, name = 'same'`), changes: TAG_DELETED },
  {
    name: "REPLACE of a row that others refer to (trap 13)",
    write: sql(`REPLACE INTO post (id, title) VALUES (1, 'same')`),
    changes: POST_DELETED,
  },
  {
    name: "INSERT IGNORE",
    write: sql(`INSERT IGNORE INTO tag (id, name) VALUES (1, 'x'), (9, 'new')`),
    changes: ["tag"],
  },
  { name: "INSERT … SET", write: sql(`INSERT tag SET name = 'a'`), changes: ["tag"] },
  {
    name: "INSERT … ON DUPLICATE KEY UPDATE",
    write: sql(`INSERT INTO tag (id, name) VALUES (1, 'same') ON DUPLICATE KEY UPDATE name = VALUES(name)`),
    changes: ["tag"],
  },
  {
    name: "INSERT … RETURNING",
    write: sql(`INSERT INTO tag (name) VALUES (?) RETURNING id`, ["a"]),
    changes: ["tag"],
  },
  {
    name: "LOW_PRIORITY",
    write: sql(`UPDATE LOW_PRIORITY IGNORE tag SET name = 'same'`),
    changes: ["tag"],
  },
  {
    name: "UPDATE of joined tables",
    write: sql(`UPDATE comment c JOIN post p ON p.id = c.postId SET c.text = p.title, p.views = 7`),
    changes: ["comment", ...POST_KEY_UPDATED],
  },
  {
    name: "UPDATE of tables in a list",
    write: sql(`UPDATE comment, category SET comment.text = category.title WHERE category.id = 1`),
    changes: ["comment", "category"],
  },
  {
    name: "DELETE of one of the joined tables",
    write: sql(`DELETE c FROM comment c JOIN tag t ON t.id = c.id`),
    changes: ["comment", ...TAG_DELETED],
  },
  {
    name: "DELETE … USING",
    write: sql(`DELETE FROM comment USING comment JOIN category WHERE category.id = 1`),
    changes: ["comment", "category", ...POST_DELETED],
  },
  {
    name: "DELETE with ORDER BY and LIMIT",
    write: sql(`DELETE FROM comment ORDER BY id LIMIT 1`),
    changes: ["comment"],
  },
  { name: "TRUNCATE", write: sql(`TRUNCATE TABLE comment`), changes: ["comment"] },
  {
    name: "several statements in one text",
    write: sql(`UPDATE tag SET name = 'same'; DELETE FROM comment; SELECT 1`),
    changes: [...TAG_KEY_UPDATED, "comment"],
  },
  {
    name: "several statements of which a later one fails: the first have happened",
    write: failing(sql(`UPDATE tag SET name = 'same'; INSERT INTO category (id, title) VALUES (1, 'there')`)),
    changes: [...TAG_KEY_UPDATED, "category"],
  },
  {
    name: "a comment that is executed",
    write: sql(`/*! UPDATE tag SET name = 'same' */`),
    changes: TAG_KEY_UPDATED,
  },
  {
    name: "a comment that MariaDB executes",
    write: sql(`/*M!100000 UPDATE tag SET name = 'same' */`),
    changes: TAG_KEY_UPDATED,
  },
  {
    name: "a comment to the end of its line",
    write: sql(`# SELECT * FROM post\nUPDATE tag SET name = 'same'`),
    changes: ["tag"],
  },
  {
    name: "a name qualified with the database",
    write: (lab) =>
      lab.dataSource.query(`UPDATE \`${lab.dataSource.driver.database}\`.\`tag\` SET name = 'same'`),
    changes: ["tag"],
  },
  {
    name: "CALL",
    prepare: texts(
      `DROP PROCEDURE IF EXISTS rename_all`,
      `CREATE PROCEDURE rename_all() UPDATE tag SET name = 'renamed'`,
    ),
    write: sql(`CALL rename_all()`),
    changes: "*",
  },
  {
    name: "SELECT of a function that writes",
    prepare: texts(
      `DROP FUNCTION IF EXISTS rename_tags`,
      `CREATE FUNCTION rename_tags() RETURNS int MODIFIES SQL DATA BEGIN UPDATE tag SET name = 'renamed'; RETURN 1; END`,
    ),
    write: sql(`SELECT rename_tags()`),
    changes: "*",
  },
  {
    name: "PREPARE and EXECUTE",
    write: onOneRunner(
      `PREPARE rename_it FROM 'UPDATE tag SET name = 1'`,
      `EXECUTE rename_it`,
      `DEALLOCATE PREPARE rename_it`,
    ),
    changes: "*",
  },
  { name: "EXECUTE IMMEDIATE", write: sql(`EXECUTE IMMEDIATE 'UPDATE tag SET name = 1'`), changes: "*" },
  {
    name: "ANALYZE, which runs what it explains",
    write: sql(`ANALYZE UPDATE tag SET name = 'same'`),
    changes: TAG_KEY_UPDATED,
  },
  {
    name: "ANALYZE FORMAT=JSON",
    write: sql(`ANALYZE FORMAT=JSON DELETE FROM comment WHERE id = 1`),
    changes: ["comment"],
  },
  { name: "ANALYZE TABLE", write: sql(`ANALYZE TABLE tag`), changes: [], changesNothing: true },
  {
    name: "a compound statement",
    write: sql(`BEGIN NOT ATOMIC UPDATE tag SET name = 'same'; DELETE FROM comment; END`),
    changes: "*",
  },
];
