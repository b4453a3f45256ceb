import { POST_DELETED, TAG_DELETED } from "../../../support/blog/seed";
import type { Door } from "../../../support/doors";
import { sql } from "./sql";

export const SQLITE: readonly Door[] = [
  {
    name: "INSERT OR REPLACE",
    write: sql(`INSERT OR REPLACE INTO tag (id, name) VALUES (1, 'same')`),
    changes: TAG_DELETED,
  },
  {
    name: "REPLACE of a row that others refer to (trap 13)",
    write: sql(`REPLACE INTO post (id, title) VALUES (1, 'same')`),
    changes: POST_DELETED,
  },
  {
    name: "INSERT OR IGNORE",
    write: sql(`INSERT OR IGNORE INTO tag (id, name) VALUES (9, 'new')`),
    changes: ["tag"],
  },
  {
    name: "UPDATE OR REPLACE",
    write: sql(`UPDATE OR REPLACE tag SET id = 2 WHERE id = 3`),
    changes: TAG_DELETED,
  },
  { name: "UPDATE OR IGNORE", write: sql(`UPDATE OR IGNORE tag SET name = 'same'`), changes: ["tag"] },
  {
    name: "INSERT … ON CONFLICT DO UPDATE",
    write: sql(
      `INSERT INTO tag (id, name) VALUES (1, 'same') ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
    ),
    changes: ["tag"],
  },
  {
    name: "INSERT … RETURNING",
    write: sql(`INSERT INTO tag (name) VALUES (?) RETURNING id`, ["a"]),
    changes: ["tag"],
  },
  {
    name: "UPDATE … FROM",
    write: sql(`UPDATE comment SET text = post.title FROM post WHERE post.id = comment.postId`),
    changes: ["comment"],
  },
  {
    name: "WITH … UPDATE",
    write: sql(
      `WITH popular AS (SELECT id FROM post) UPDATE comment SET text = 'x' WHERE postId IN (SELECT id FROM popular)`,
    ),
    changes: ["comment"],
  },
  {
    name: "a name qualified with main",
    write: sql(`UPDATE main.tag SET name = 'same'`),
    changes: ["tag"],
  },
  { name: "a name in brackets", write: sql(`UPDATE [tag] SET [name] = 'same'`), changes: ["tag"] },
  {
    name: "a name in the quotes of a string",
    write: sql(`UPDATE 'tag' SET 'name' = 'same'`),
    changes: ["tag"],
  },
  { name: "a name in another case", write: sql(`UPDATE TAG SET name = 'same'`), changes: ["tag"] },
  { name: "INDEXED BY", write: sql(`UPDATE tag NOT INDEXED SET name = 'same'`), changes: ["tag"] },
];
