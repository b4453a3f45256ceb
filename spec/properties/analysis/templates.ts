import * as fc from "fast-check";
import type { DatabaseName, PerDatabase } from "../../support/databases";

/** Tables that templates name; each has the integer columns id, a and b. */
export const TABLES = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"] as const;

/** Tables of the one column id. */
export const LISTS = ["u0", "u1"] as const;

/**
 * Queries of one integer column called id, in the spellings that parsers trip over. `@t` stands for a
 * table, `@q` for a query of the same kind.
 */
const EVERYWHERE = [
  "SELECT id FROM @t",
  "SELECT x.id FROM @t x, @t AS y WHERE x.a = y.b",
  "SELECT (@q) AS id FROM @t WHERE a IN (@q)",
  "SELECT x.id FROM @t x LEFT JOIN (@t y INNER JOIN @t z ON y.id = z.id) ON x.id = y.a AND EXISTS (@q)",
  "SELECT id FROM @t UNION SELECT a FROM @t EXCEPT SELECT b FROM @t",
  "SELECT id FROM @t NATURAL JOIN @t t",
  "SELECT MAX(id) AS id FROM @t GROUP BY a HAVING COUNT(*) > (@q) ORDER BY (@q)",
  "SELECT id FROM @t ORDER BY CASE WHEN a > (@q) THEN 1 ELSE 2 END, b DESC",
  "SELECT CASE a WHEN (@q) THEN 1 ELSE (@q) END AS id FROM @t",
  "SELECT COALESCE((@q), (@q), 1) AS id",
  "SELECT CAST((@q) AS DECIMAL(9, 2)) AS id FROM @t",
  "SELECT SUM(a) OVER (PARTITION BY b ORDER BY (@q)) AS id FROM @t",
  "SELECT id FROM (@q) AS d WHERE id NOT BETWEEN (@q) AND 9",
  "WITH c AS (@q), d AS (SELECT id FROM c UNION ALL @q) SELECT d.id FROM d JOIN @t t ON t.id = d.id",
  "WITH t0 AS (SELECT id, a, b FROM t1) SELECT id FROM t0 WHERE a = (@q)",
  "WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT r.id + 1 FROM r JOIN @t t ON t.id = r.id WHERE r.id < 5) SELECT id FROM r",
  "SELECT id FROM @t WHERE (a, b) IN (SELECT a, b FROM @t) AND NOT (a IS NULL OR b <> (@q))",
  "SELECT COUNT(DISTINCT a) AS id FROM @t WHERE a + -b * (@q) % 3 = 1 /* t7 */ -- t6\n",
  "SELECT id FROM @t AS `from` WHERE CAST(`from`.a AS CHAR(9)) LIKE '@q'",
  "SELECT id FROM @t WHERE EXISTS (SELECT * FROM (SELECT 1 AS one) AS s WHERE s.one IN (@q))",
] as const;

const OWN: PerDatabase<readonly string[]> = {
  postgres: [
    "TABLE t5",
    "SELECT id FROM ONLY @t",
    "SELECT id FROM ONLY (@t) JOIN @t AS t USING (id)",
    "SELECT id FROM @t x JOIN LATERAL (SELECT y.a FROM @t y WHERE y.id = x.id AND y.b = (@q)) z ON true",
    "SELECT id FROM @t, LATERAL (@q) l(q)",
    "SELECT unnest(ARRAY(@q)) AS id",
    "SELECT id FROM @t WHERE a = ANY (ARRAY(@q)) OR b <> ALL (@q)",
    "SELECT count(*) FILTER (WHERE a > (@q))::int AS id FROM @t",
    "SELECT (SELECT json_agg(j) FROM (SELECT * FROM @t) j)::text::int AS id",
    "SELECT x.id FROM generate_series(1, (SELECT max(id) FROM @t)) AS x(id)",
    "SELECT DISTINCT ON (a) id FROM @t ORDER BY a, (@q)",
    "SELECT id FROM @t GROUP BY GROUPING SETS ((id), ()) HAVING max((@q)) > 0",
    "SELECT first_value(id) OVER w AS id FROM @t WINDOW w AS (ORDER BY (@q) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
    "SELECT id FROM @t LIMIT (@q) OFFSET (@q)",
    "SELECT id FROM @t ORDER BY 1 FETCH FIRST 3 ROWS WITH TIES",
    "SELECT v.id FROM (VALUES (1, (@q)), (2, 3)) AS v(id, q)",
    "SELECT column1 AS id FROM (VALUES ((@q)), (1)) v",
    "SELECT id FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY(@q))) AS f(id, q)",
    "WITH c AS MATERIALIZED (@q), d AS NOT MATERIALIZED (@q) SELECT c.id FROM c, d, @t",
    "WITH RECURSIVE c(id) AS (SELECT id FROM d), d(id) AS (@q) SELECT id FROM c",
    "WITH RECURSIVE s(id) AS (SELECT id FROM @t UNION ALL SELECT id + 1 FROM s WHERE id < (@q)) SEARCH DEPTH FIRST BY id SET o SELECT id FROM s",
    "(SELECT id FROM @t ORDER BY 1 LIMIT 1) UNION ALL (@q) INTERSECT ALL SELECT a FROM @t",
    "SELECT u.id FROM @t FULL OUTER JOIN @t AS t USING (id) CROSS JOIN @t AS u",
    "SELECT row_number() OVER () AS id FROM @t x WHERE x.a IS DISTINCT FROM (@q)",
    "SELECT id FROM public.t3 WHERE b OPERATOR(pg_catalog.=) (@q)",
    'SELECT "id" FROM "t4" AS "t 1" WHERE "t 1"."a" = (@q)',
    "SELECT extract(epoch FROM make_interval(days => (@q)::int)) AS id FROM @t",
    "SELECT length(substring('abc' FROM (SELECT max(id) FROM @t))) AS id",
    "SELECT position('a' IN (SELECT max(a)::text FROM @t)) AS id",
    "SELECT length(trim(BOTH 'x' FROM (SELECT max(a)::text FROM @t))) AS id",
    "SELECT length(overlay('abc' PLACING 'x' FROM (SELECT max(id) FROM @t))) AS id",
    "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY (@q)) AS id FROM @t",
    "SELECT CASE WHEN ROW((@q), 2) = ROW(1, (@q)) THEN 1 END AS id",
    "SELECT id FROM @t WHERE a IN (1, 2, (@q)) AND (b, id) = ((@q), 1)",
    "SELECT length(jsonb_path_query_first('{}'::jsonb, '$.a', jsonb_build_object('q', (@q)))::text) AS id",
    "SELECT length(json_object('k' : (@q))::text) AS id FROM @t",
    "SELECT (ARRAY[1, (@q)])[(@q)] AS id",
    "SELECT id FROM @t x WHERE (SELECT true FROM @t y WHERE y.a = x.a LIMIT 1)",
    "SELECT id FROM @t AS x (id, other) WHERE x.other = (@q)",
    "SELECT merge.id FROM (@q) AS merge, JSON_TABLE('[1]', '$[*]' COLUMNS (n int PATH '$')) AS j",
    "SELECT id FROM XMLTABLE('/a' PASSING (SELECT xmlelement(name x, max(a)) FROM @t) COLUMNS id int)",
  ],
  mariadb: [
    "SELECT id FROM @t USE INDEX () WHERE a = (@q)",
    "SELECT STRAIGHT_JOIN x.id FROM @t x STRAIGHT_JOIN @t y ON x.id = y.id AND y.a = (@q)",
    "SELECT DISTINCT SQL_SMALL_RESULT id FROM @t",
    "SELECT u.id FROM (@t x, @t AS u)",
    "SELECT `id` FROM `t4` `t 1` WHERE `t 1`.`a` <=> (@q)",
    "SELECT id FROM @t GROUP BY a WITH ROLLUP HAVING a > (@q)",
    "SELECT id FROM @t LIMIT 2, 3",
    "SELECT GROUP_CONCAT(DISTINCT a ORDER BY (@q) SEPARATOR ',') AS id FROM @t",
    "SELECT IF(a > (@q), (@q), 3) AS id FROM @t WHERE a REGEXP 'x' OR b DIV 2 = (@q)",
    "SELECT id FROM @t WHERE a = ANY (@q) AND b > SOME (@q) XOR id MOD 2 = 1",
    "SELECT u.id FROM @t NATURAL LEFT JOIN @t t RIGHT JOIN @t u USING (id)",
    "SELECT DATE_ADD('2020-01-01', INTERVAL (@q) DAY) AS id FROM @t",
    "SELECT EXTRACT(YEAR FROM (SELECT MAX('2020-01-01') FROM @t)) AS id",
    "SELECT SUBSTRING('abc' FROM (SELECT MAX(id) FROM @t) FOR 1) AS id",
    "SELECT CONVERT((SELECT MAX(a) FROM @t) USING utf8mb4) AS id",
    "SELECT TRIM(LEADING 'x' FROM (SELECT MAX(a) FROM @t)) AS id",
    "SELECT POSITION('a' IN (SELECT MAX(a) FROM @t)) AS id",
    "(SELECT id FROM @t ORDER BY 1 LIMIT 1) UNION ALL (@q) ORDER BY id",
    "WITH c AS (@q) (SELECT id FROM c) UNION DISTINCT (SELECT a FROM @t)",
    "SELECT j.id FROM JSON_TABLE('[1]', '$[*]' COLUMNS (id INT PATH '$')) AS j JOIN @t x ON x.a = (@q)",
    "SELECT id FROM @t WHERE a = 1 # t7\n AND b = (@q)",
    "SELECT id FROM @t WHERE 'it''s' <> \"it\\\"s t7\" AND a = (@q)",
    "SELECT FIRST_VALUE(id) OVER w AS id FROM @t WINDOW w AS (PARTITION BY a ORDER BY (@q))",
    "SELECT MATCH_TABLE.id FROM @t MATCH_TABLE WHERE ROW(a, b) = ROW((@q), 1)",
    "SELECT id FROM @t PROCEDURE_X WHERE a SOUNDS LIKE (@q)",
    "WITH c (id) AS (VALUES (1), ((@q))) SELECT id FROM c",
    "SELECT id FROM @t INTERSECT (SELECT a FROM @t EXCEPT @q)",
  ],
  sqljs: [
    "SELECT id FROM main.t3 WHERE a IS NOT (@q)",
    "SELECT id FROM t2 NOT INDEXED WHERE a == (@q)",
    "SELECT [id] FROM [t4] AS 't 1' WHERE `a` = (@q)",
    "SELECT id FROM @t WHERE a IN u0 AND b NOT IN [u1]",
    "SELECT id FROM @t WHERE a IN main.u1",
    "SELECT id FROM @t WHERE a GLOB (@q) OR b ISNULL OR a NOTNULL",
    "SELECT id FROM @t LIMIT (@q) OFFSET (@q)",
    "SELECT iif(a, (@q), (@q)) AS id FROM @t",
    "SELECT count(*) FILTER (WHERE a > (@q)) AS id FROM @t",
    "SELECT x.id FROM json_each('[1]'), @t x WHERE value = (@q)",
    "SELECT u.id FROM @t NATURAL LEFT OUTER JOIN @t t CROSS JOIN @t u",
    "SELECT id FROM (@t x JOIN @t y USING (id))",
    "SELECT column1 AS id FROM (VALUES ((@q)), (1)) v",
    "WITH c(id) AS MATERIALIZED (@q), d AS NOT MATERIALIZED (SELECT id FROM c) SELECT d.id FROM d, c",
    "WITH RECURSIVE r(id) AS (@q UNION SELECT id + 1 FROM r WHERE id < 5 ORDER BY 1 LIMIT 3) SELECT id FROM r",
    "SELECT CAST((@q) AS any_type) COLLATE NOCASE AS id FROM @t ORDER BY a COLLATE BINARY NULLS LAST",
    "SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) + (@q) AS id FROM @t",
    "SELECT (SELECT a FROM @t LIMIT 1) -> '$' ->> 'x' AS id FROM @t",
    "SELECT id FROM @t WHERE (a, b) = (SELECT a, b FROM @t) AND id BETWEEN (@q) AND (@q)",
    "SELECT id FROM @t FULL JOIN @t AS t USING (id)",
  ],
};

const DEPTH = 3;

/** A SELECT that the database accepts, nested at random. */
export function statements(database: DatabaseName): fc.Arbitrary<string> {
  const templates = [...EVERYWHERE, ...OWN[database]].map((text) => spelled(text, database));
  const table = fc.constantFrom(...TABLES);
  const filled = (depth: number): fc.Arbitrary<string> =>
    depth === 0
      ? table.map((name) => `SELECT MAX(id) AS id FROM ${name}`)
      : fc.constantFrom(...templates).chain((text) => fill(text, depth));
  const fill = (text: string, depth: number): fc.Arbitrary<string> => {
    const parts = text.split(/(?<!')(@[qt])\b/);
    const arbitraries = parts.map((part) =>
      part === "@t" ? table : part === "@q" ? filled(depth - 1).map(scalar) : fc.constant(part),
    );
    return fc.tuple(...arbitraries).map((texts) => texts.join(""));
  };
  return filled(DEPTH);
}

/** Where a query stands for a value, it must give one row at the most. */
function scalar(query: string): string {
  return `SELECT MAX(id) AS id FROM (${query}) AS sub`;
}

function spelled(text: string, database: DatabaseName): string {
  return database === "postgres" ? text.replaceAll("`", '"') : text;
}
