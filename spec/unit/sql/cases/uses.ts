/** What single texts look at: of each rule one that narrows and one that must not. */
import type { SqlDialect } from "../../../../src/sql/analysis";

export interface UsesCases {
  readonly dialect: SqlDialect;
  /** Text and summary. */ readonly cases: readonly (readonly [string, string])[];
}

export const usesCases: Readonly<Record<string, UsesCases>> = {
  "conditions of WHERE": {
    dialect: "postgres",
    cases: [
      ["SELECT a FROM t WHERE x = 1 OR y = 2", "t(a x y) [x=1 | y=2]"],
      ["SELECT a FROM t WHERE (x = 1 AND y = 2) OR (x = 3 AND y = 4)", "t(a x y) [x=1 & y=2 | x=3 & y=4]"],
      [
        "SELECT a FROM t WHERE $1 = x AND y IN (-1, 2, -3) AND z <> 'a''b' AND w >= 1",
        "t(a w x y z) [x=$1 & y=-1,-3,2 & z<>'a'b' & w>=1]",
      ],
      [
        "SELECT a FROM t WHERE NOT (x = 1 OR y > 2) AND NOT z IS NULL",
        "t(a x y z) [x<>1 & y<=2 & z not null]",
      ],
      [
        "SELECT a FROM t WHERE b AND NOT c AND d IS TRUE AND e IS FALSE AND NOT (f IS NOT TRUE)",
        "t(a b c d e f) [b is true & c is false & d is true & e is false & f is true]",
      ],
      ["SELECT a FROM t WHERE x BETWEEN 1 AND $1 AND y LIKE 'a%'", "t(a x y) [x>=1 & x<=$1 & y~~'a%']"],
      ["SELECT a FROM t WHERE NOT x BETWEEN 1 AND 2", "t(a x) [x<1 | x>2]"],
      ["SELECT a FROM t WHERE x NOT BETWEEN 1 AND 2 AND y = 3", "t(a x y) [y=3 & x<1 | y=3 & x>2]"],
      [
        "SELECT a FROM t WHERE b IS NOT TRUE AND c IS UNKNOWN",
        "t(a b c) [c null & b is false | c null & b null]",
      ],
      ["SELECT a FROM t WHERE (x = 1) IS TRUE AND NOT ((y > 2) IS FALSE)", "t(a x y) [x=1]"],
      ["SELECT a FROM t WHERE t.x = 1 AND (t.y = 2 OR lower(t.z) = 'q')", "t(a x y z) [x=1]"],
    ],
  },
  "what does not narrow": {
    dialect: "postgres",
    cases: [
      ["SELECT a FROM t WHERE x = 1 OR lower(y) = 'a'", "t(a x y)"],
      ["SELECT a FROM t WHERE x NOT IN (1, 2)", "t(a x)"],
      ["SELECT a FROM t WHERE NOT x BETWEEN 1 AND y", "t(a x y)"],
      ["SELECT a FROM t WHERE x = 1::int", "t(a x)"],
      ["SELECT a FROM t WHERE x = 1 + 1", "t(a x)"],
      ["SELECT a FROM t WHERE (x = 1) = y", "t(a x y)"],
      ["SELECT a FROM t WHERE (x = y) IS NOT TRUE", "t(a x y)"],
      ["SELECT a FROM t WHERE x LIKE 'a' ESCAPE '!'", "t(a x)"],
      ["SELECT a FROM t WHERE x ILIKE 'a' OR x NOT LIKE 'b'", "t(a x)"],
      ["SELECT a FROM t WHERE x BETWEEN SYMMETRIC 5 AND 1", "t(a x)"],
      ["SELECT a FROM t WHERE x IS NOT DISTINCT FROM 1", "t(a x)"],
      ["SELECT a AS x FROM t WHERE x = 1", "t(a x)"],
      ["SELECT t.ctid FROM t WHERE ctid = '(0,1)'", "t(*)"],
      ["SELECT q.a FROM t AS q(a, b) WHERE q.a = 1", "t(*)"],
      ["SELECT a FROM t WHERE x IN (1, y)", "t(a x y)"],
      ["SELECT a FROM t WHERE (x, y) IN ((1, 2), (3, 4))", "t(a x y)"],
      ["SELECT a FROM t WHERE x = ANY($1)", "t(a x)"],
      ["SELECT a FROM t WHERE CASE WHEN x = 1 THEN true ELSE y = 2 END", "t(a x y)"],
      [
        "SELECT a FROM t WHERE x1 = 1 OR x2 = 1 OR x3 = 1 OR x4 = 1 OR x5 = 1 OR x6 = 1 OR x7 = 1 OR x8 = 1 OR x9 = 1",
        "t(a x1 x2 x3 x4 x5 x6 x7 x8 x9)",
      ],
    ],
  },
  "constants that mean something else": {
    dialect: "postgres",
    cases: [
      ["SELECT a FROM t WHERE (a IS NULL) OR (a IS TRUE)", "t(a) [a null | a is true]"],
      ["SELECT a FROM t WHERE x IN (5 OR 6, 7)", "t(a x) [x=unknown,unknown,7]"],
      ["SELECT a FROM t WHERE x IN (5, 6 OR 7)", "t(a x)"],
      ["SELECT a FROM t WHERE x = E'\\n' AND y = -$1", "t(a x y) [x=unknown & y=unknown]"],
      ["SELECT '😀', \"é\" FROM t WHERE x = 'ü' AND y = 7", "t(x y é) [x='ü' & y=7]"],
      ['SELECT a FROM "t\nu" WHERE x = 1', "unknown"],
      [
        "SELECT a FROM t WHERE (x = 1 AND y IN (1, 2)) OR (x = 3 AND y IN (4, 5))",
        "t(a x y) [x=1 & y=1,2 | x=3 & y=4,5]",
      ],
    ],
  },
  joins: {
    dialect: "postgres",
    cases: [
      [
        "SELECT p.a FROM p JOIN t ON t.p = p.id AND t.x = 1 WHERE p.id = $1",
        "p(a id) [id=$1] / t(p x) [x=1 & p=$1~p.id]",
      ],
      [
        "SELECT p.a FROM p, t WHERE t.p = p.id AND p.id IN ($1, $2) OR t.p = p.id AND p.id = $3 AND p.y IS NULL",
        "p(a id y) [id=$1,$2 | id=$3 & y null] / t(p) [p=$1,$2~p.id | p=$3~p.id]",
      ],
      [
        "SELECT p.a FROM p LEFT JOIN t ON t.p = p.id AND t.x IS NULL WHERE p.id = 1",
        "p(a id) [id=1] / t(p x) [x null & p=1~p.id] unused<p=0.id>",
      ],
      ["SELECT p.a FROM p LEFT JOIN t ON t.p = p.id WHERE t.x IS NULL", "p(a id) / t(p x)"],
      ["SELECT p.a FROM p LEFT JOIN t ON t.p = p.id WHERE t.x IS NOT NULL", "p(a id) / t(p x) [x not null]"],
      ["SELECT p.a FROM p LEFT JOIN t ON t.p = p.id WHERE t.p = 1", "p(a id) [id=1~t.p] / t(p) [p=1]"],
      ["SELECT p.a FROM p LEFT JOIN t ON t.p = p.id WHERE t.x = 1 OR p.y = 2", "p(a id y) / t(p x)"],
      ["SELECT p.a FROM p LEFT JOIN t ON t.p = p.id AND p.x = 1", "p(a id x) / t(p)"],
      ["SELECT p.a FROM p LEFT JOIN t ON t.p = p.id AND p.id = 1", "p(a id) / t(p)"],
      ["SELECT p.a FROM p LEFT JOIN t ON t.p < p.id WHERE p.id = 1", "p(a id) [id=1] / t(p)"],
      ["SELECT p.a FROM p RIGHT JOIN t ON t.p = p.id WHERE p.x = 1", "p(a id x) / t(p)"],
      ["SELECT p.a FROM p FULL JOIN t ON t.p = p.id WHERE p.x = 1", "p(a id x) / t(p)"],
      ["SELECT p.a FROM p JOIN t USING (k) WHERE p.x = 1", "p(a k x) / t(k)"],
      ["SELECT p.a FROM p NATURAL JOIN t WHERE p.x = 1", "p(*) / t(*)"],
      [
        "SELECT p.a FROM p LEFT JOIN (t JOIN u ON u.k = t.k) ON t.p = p.id WHERE p.x = 1",
        "p(a id x) / t(k p) / u(k)",
      ],
      ["SELECT p.a FROM p JOIN p AS q ON q.id = p.up WHERE q.x = 1", "p(a up) / p(id x) [x=1]"],
      ["SELECT p.a FROM p JOIN s.p ON true WHERE p.x = 1", "p(a x) / s.p(a x)"],
    ],
  },
  "tables that a LEFT JOIN adds": {
    dialect: "postgres",
    cases: [
      [
        "SELECT p.id, t.n FROM p LEFT JOIN t ON t.p = p.id AND t.x = 1 LEFT JOIN u ON u.id = t.u",
        "p(id) / t(n p u x) [x=1] selected<p=0.id> / u(id) unused<id=1.u>",
      ],
      ["SELECT p.id FROM p LEFT JOIN t ON t.p = p.id JOIN u ON u.t = t.id", "p(id) / t(id p) / u(t)"],
      [
        "SELECT p.id FROM p LEFT JOIN t ON t.p = p.id LEFT JOIN u ON u.t = t.id WHERE u.x = 1",
        "p(id) / t(id p) / u(t x) [x=1]",
      ],
      ["SELECT p.id, t.n FROM p LEFT JOIN t ON t.p = p.id ORDER BY t.n", "p(id) / t(n p) selected<p=0.id>"],
      [
        "SELECT p.id, t.n AS n FROM p LEFT JOIN t ON t.p = p.id ORDER BY n",
        "p(id) / t(n p) selected<p=0.id>",
      ],
      // Where only some rows are shown, the order decides which.
      ["SELECT p.id, t.n FROM p LEFT JOIN t ON t.p = p.id ORDER BY t.n LIMIT 1", "p(id) / t(n p); limited"],
      ["SELECT p.id, t.n FROM p LEFT JOIN t ON t.p = p.id ORDER BY abs(t.n)", "p(id) / t(n p)"],
      ["SELECT p.id, t.n AS n FROM p LEFT JOIN t ON t.p = p.id ORDER BY 2", "p(id) / t(n p)"],
      ["SELECT p.id, upper(t.n) AS n FROM p LEFT JOIN t ON t.p = p.id", "p(id) / t(n p)"],
      ["SELECT p.id, n FROM p LEFT JOIN t ON t.p = p.id", "p(id n) / t(n p)"],
      ["SELECT p.id, t.* FROM p LEFT JOIN t ON t.p = p.id", "p(id) / t(*)"],
      [
        "SELECT p.id FROM p LEFT JOIN t ON t.p = p.id WHERE EXISTS (SELECT 1 FROM u WHERE u.t = t.id)",
        "p(id) / t(id p) / u(t)",
      ],
      ["SELECT p.id FROM p LEFT JOIN t ON t.p = p.id AND p.x = 1", "p(id x) / t(p)"],
      ["SELECT p.id FROM p LEFT JOIN t ON t.p = p.id AND t.x BETWEEN 1 AND p.y", "p(id y) / t(p x)"],
      ["SELECT p.id FROM p LEFT JOIN t ON t.p = p.id AND NOT (t.a <> p.b AND t.c = 1)", "p(b id) / t(a c p)"],
      ["SELECT p.id FROM p LEFT JOIN t ON t.p = p.id OR t.q = p.id", "p(id) / t(p q)"],
      ["SELECT p.id FROM p LEFT JOIN t ON t.x = 1", "p(id) / t(x) [x=1]"],
      ["SELECT p.id FROM p LEFT JOIN t ON t.p = p.id UNION SELECT 1", "p(id) / t(p); limited combined"],
      ["SELECT p.id FROM p LEFT JOIN t ON t.p = p.id, LATERAL (SELECT t.x) AS l", "p(id) / t(p x)"],
    ],
  },
  pages: {
    dialect: "postgres",
    cases: [
      [
        "SELECT DISTINCT d.x FROM (SELECT p.id AS x, t.n AS n FROM p LEFT JOIN t ON t.p = p.id) d ORDER BY d.x LIMIT 3",
        "p(id); limited combined repeatable",
      ],
      [
        "SELECT DISTINCT d.n FROM (SELECT p.id AS x, t.n AS n FROM p LEFT JOIN t ON t.p = p.id) d",
        "p(id) / t(n p); combined repeatable",
      ],
      [
        "SELECT DISTINCT d.x FROM (SELECT p.id AS x, t.n AS n FROM p LEFT JOIN t ON t.p = p.id LIMIT 3) d",
        "p(id) / t(p); combined repeatable",
      ],
      [
        "SELECT DISTINCT d.x FROM (SELECT p.id AS x, t.n AS n FROM p LEFT JOIN t ON t.p = p.id ORDER BY n) d",
        "p(id) / t(n p); combined repeatable",
      ],
      [
        "SELECT DISTINCT d.x FROM (SELECT p.id AS x, row_number() OVER () AS n FROM p LEFT JOIN t ON t.p = p.id) d",
        "p(id) / t(p); combined repeatable",
      ],
      [
        "SELECT DISTINCT COUNT(*) FROM (SELECT p.id AS x FROM p LEFT JOIN t ON t.p = p.id) d",
        "p(id) / t(p); combined",
      ],
      [
        "SELECT d.x FROM (SELECT p.id AS x, p.y AS y, unnest(p.z) AS z FROM p LEFT JOIN t ON t.p = p.id) d",
        "p(id z) / t(p)",
      ],
      ["SELECT * FROM (SELECT p.id AS x, p.y AS y FROM p) d", "p(id y)"],
      ["SELECT d FROM (SELECT p.id AS x, p.y AS y FROM p) d", "p(id y)"],
      ["SELECT d.x FROM (SELECT p.id, p.y FROM p) d(x, y)", "p(id y)"],
      ["SELECT x FROM (SELECT DISTINCT p.id AS x, p.y AS y FROM p) d", "p(id y)"],
      ["SELECT x FROM (SELECT p.id AS x, p.y AS y, p.z AS z FROM p ORDER BY 2 LIMIT 1) d", "p(id y z)"],
      ["SELECT x FROM (SELECT p.id AS x, p.y AS y, p.z AS z FROM p ORDER BY y LIMIT 1) d", "p(id y)"],
      ["SELECT x FROM (SELECT p.id AS x, p.y AS y FROM p UNION SELECT 1, 2) d", "p(id y)"],
    ],
  },
  "whole rows, groups and aggregates": {
    dialect: "postgres",
    cases: [
      ["SELECT p FROM p WHERE p.x = 1", "p(*) [x=1]"],
      ["SELECT p.* FROM p, t", "p(*) / t()"],
      ["SELECT COUNT(p.*) FROM p", "p(*); combined"],
      ["SELECT COUNT(*) FROM p WHERE x = 1", "p(x) [x=1]; combined"],
      ["SELECT row_to_json(p) FROM p", "p(*)"],
      ["SELECT a, SUM(b) FROM t GROUP BY ROLLUP (a) HAVING a IS NULL", "t(a b); combined"],
      ["SELECT a FROM t GROUP BY a HAVING a = 1 AND SUM(b) > 2", "t(a b) [a=1]; combined"],
      ["SELECT a FROM t GROUP BY a HAVING a = 1 OR SUM(b) > 2", "t(a b); combined"],
      ["SELECT a FROM t GROUP BY a HAVING a LIKE 'x'", "t(a); combined repeatable"],
      ["SELECT MAX(a), COUNT(DISTINCT b) FROM t", "t(a b); combined repeatable"],
      ["SELECT MAX(a), COUNT(b) FROM t", "t(a b); combined"],
      ["SELECT DISTINCT SUM(a) OVER () FROM t", "t(a); combined"],
      ["SELECT DISTINCT ON (a) a, b FROM t", "t(a b); combined"],
      ["SELECT (SELECT COUNT(t.x)) FROM t", "t(x); combined"],
    ],
  },
  "queries inside": {
    dialect: "postgres",
    cases: [
      ["SELECT a FROM p WHERE EXISTS (SELECT 1 FROM t WHERE x = 1)", "p(a x) / t(x)"],
      [
        "SELECT p.a FROM p WHERE p.x NOT IN (SELECT t.x FROM t WHERE t.y = p.y AND t.z = 1)",
        "p(a x y) / t(x y z) [z=1]",
      ],
      ["WITH c AS (SELECT a FROM t WHERE t.x = 1) SELECT * FROM c WHERE a = 2", "t(a x) [x=1]"],
      [
        "WITH RECURSIVE c AS (SELECT t.id FROM t WHERE t.id = 1 UNION ALL SELECT t.id FROM t JOIN c ON t.up = c.id) SELECT * FROM c",
        "t(id) [id=1] / t(id up)",
      ],
      [
        "SELECT t.a FROM t, LATERAL (SELECT u.b FROM u WHERE u.k = t.k AND u.z = 1) x WHERE t.q = 1",
        "t(a k q) [q=1] / u(b k z) [z=1]",
      ],
      [
        "SELECT a FROM t WHERE x = 1 EXCEPT SELECT b FROM u WHERE y = 2",
        "t(a x) [x=1] / u(b y) [y=2]; limited combined",
      ],
      ["SELECT t.a FROM t WHERE t.x = u.y", "unknown"],
      ["WITH d AS (DELETE FROM t RETURNING a) SELECT * FROM d", "unknown"],
      ["SELECT * FROM json_to_recordset($1) AS x(a int), t WHERE t.b = x.a AND t.c = 1", "t(*) [c=1]"],
    ],
  },
  MySQL: {
    dialect: "mysql",
    cases: [
      ["SELECT a FROM t WHERE x = 1 AND b XOR c", "t(a b c x)"],
      ["SELECT a FROM t WHERE x = 1 AND y = 2 || z = 3", "t(a x y z)"],
      ['SELECT a FROM t WHERE x = "b"', "t(a b x)"],
      [
        "SELECT a FROM t WHERE visible AND NOT hidden",
        "t(a hidden visible) [visible not null & hidden is false]",
      ],
      ["SELECT P.a FROM t p WHERE P.x = ?", "t(a x) [x=$1]"],
      ["SELECT a FROM t WHERE x = ? AND y = '?'", "t(a x y) [x=unknown & y=unknown]"],
      ["SELECT a FROM t WHERE x = ? -- ?", "t(a x) [x=unknown]"],
      ["SELECT a FROM t WHERE x = 'a' 'b'", "unknown"],
      ["SELECT a FROM t WHERE x = 'a\\'b'", "t(a x) [x=unknown]"],
      ["SELECT a FROM t WHERE MATCH (t.x) AGAINST ('y')", "t(*)"],
    ],
  },
  SQLite: {
    dialect: "sqlite",
    cases: [
      ['SELECT a FROM t WHERE "x" = 1 AND y = ?2 AND z = ?', "t(a x y z) [y=$2 & z=$3]"],
      ["SELECT a FROM t WHERE x GLOB 'a'", "t(a x)"],
      ["SELECT a FROM t WHERE x = :n AND y = ?", "t(a x y) [x=unknown & y=unknown]"],
      ["SELECT t.rowid FROM t WHERE rowid = 1", "t(*)"],
      ["SELECT x FROM (SELECT p.id AS 'x', p.y AS 'y' FROM p) d", "p(id y)"],
      [
        "SELECT x FROM (SELECT p.id AS x, p.y AS y FROM p ORDER BY 2 COLLATE NOCASE LIMIT 1) d",
        "p(id nocase y)",
      ],
    ],
  },
};
