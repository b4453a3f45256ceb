import type { PerDatabase } from "../../support/databases";

/**
 * Ways to write rows that are known by less than they seem to be, or that change others than they name. The table is
 * `article (id, slug UNIQUE, author, n)` with a and b by x, c by y.
 */
export const ODD_WRITES: PerDatabase<readonly string[]> = {
  postgres: [
    `INSERT INTO article (slug, author) VALUES ('b', 'y') ON CONFLICT (slug) DO UPDATE SET author = excluded.author, n = 5`,
    `INSERT INTO article (slug, author) VALUES ('b', 'y') ON CONFLICT (slug) DO UPDATE SET slug = 'z' WHERE article.n < 9`,
    `UPDATE article SET (author, n) = ('y', 5) WHERE id = 1`,
    `UPDATE article SET (author, n) = (SELECT 'y', 5) WHERE id = 1`,
    `UPDATE article a SET n = 5 WHERE a.ctid = (SELECT ctid FROM article WHERE id = 2)`,
    `DELETE FROM article a USING article b WHERE a.id = 2 AND b.id = 1`,
    `UPDATE article SET author = 'y' WHERE id = 2.0`,
    `UPDATE article SET author = 'y' WHERE id = '2'`,
    `UPDATE article SET n = DEFAULT WHERE id = 1`,
    `WITH m AS (UPDATE article SET n = 5 WHERE id = 1 RETURNING id) UPDATE article SET author = 'y' WHERE id IN (SELECT 2 FROM m)`,
    `MERGE INTO article a USING (VALUES (2)) v (k) ON a.id = v.k WHEN MATCHED THEN DELETE`,
  ],
  mariadb: [
    `INSERT INTO article (slug, author) VALUES ('b', 'y') ON DUPLICATE KEY UPDATE author = 'y', n = 5`,
    `INSERT INTO article (id, slug, author) VALUES (1, 'b', 'y') ON DUPLICATE KEY UPDATE slug = 'z'`,
    `UPDATE IGNORE article SET slug = 'b', author = 'y' WHERE author = 'x'`,
    `REPLACE INTO article (slug, author) VALUES ('B', 'y')`,
    `UPDATE article SET author = 'y' WHERE id = 2.0`,
    `UPDATE article SET author = 'y' WHERE slug = 'B'`,
    `UPDATE article SET author = 'y', author = 'z', n = 5 WHERE id = 2`,
    `UPDATE article SET n = 5, author = IF(n = 5, 'y', 'x') WHERE id = 2`,
    `UPDATE article SET n = n + 5 ORDER BY id DESC LIMIT 2`,
    `DELETE FROM article ORDER BY n, id LIMIT 1`,
    `UPDATE article a, article b SET a.author = 'y', b.n = 5 WHERE a.id = 1 AND b.id = 2`,
    `DELETE a FROM article a WHERE a.id = 2`,
    `INSERT INTO article SET slug = 'z', author = 'y', n = 5`,
    `INSERT INTO article (id, slug, author) VALUES (0, 'z', 'y')`,
    `INSERT INTO article (id, slug, author) VALUES (NULL, 'z', 'y'), (20, 'w', 'x')`,
    `UPDATE article SET author = 'Y ' WHERE id = 1`,
    `UPDATE article SET id = id + 10 WHERE slug = 'b'`,
    `UPDATE article FORCE INDEX (PRIMARY) SET n = 5 WHERE id = 2`,
  ],
  sqljs: [
    `UPDATE OR REPLACE article SET slug = 'b' WHERE id = 1`,
    `UPDATE OR REPLACE article SET id = 2 WHERE slug = 'c'`,
    `UPDATE OR IGNORE article SET slug = 'b', author = 'y' WHERE author = 'x'`,
    `INSERT INTO article (slug, author) VALUES ('b', 'y') ON CONFLICT DO UPDATE SET author = 'y', n = 5`,
    `INSERT INTO article (slug, author) VALUES ('b', 'y') ON CONFLICT (slug) DO UPDATE SET slug = 'z' WHERE n < 9`,
    `REPLACE INTO article (id, slug, author) VALUES (3, 'b', 'y')`,
    `UPDATE article SET n = 5 FROM (SELECT 2 AS k) AS z WHERE article.id = z.k`,
    `DELETE FROM article WHERE rowid = 2`,
    `UPDATE article SET rowid = 9 WHERE id = 2`,
    `UPDATE article SET (author, n) = ('y', 5) WHERE id = 1`,
    `UPDATE article SET author = 'y' WHERE slug = 'B' COLLATE NOCASE`,
    `UPDATE article SET author = 'y' WHERE id = '2'`,
    `UPDATE article SET author = 'y' WHERE id = 2.0`,
    `INSERT INTO article (slug, author) SELECT 'z', 'y'`,
    `UPDATE article SET slug = slug || '', n = n + 5`,
  ],
};
