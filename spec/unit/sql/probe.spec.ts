import { expect } from "chai";
import type { SqlDialect } from "../../../src/sql/analysis";
import type { Probe } from "../../../src/sql/probe";
import { afterProbeOf, probeOf } from "../../../src/sql/probe";
import { rowWriteCases } from "./cases/row-writes";

/** The probe's text behind its list of columns, and the parameters that it takes; `undefined`: there is none. */
type ProbeCase = readonly [sql: string, rest: string | undefined, ...parameters: readonly number[]];

const CASES: Readonly<Record<SqlDialect, readonly ProbeCase[]>> = {
  postgres: [
    [
      'UPDATE "public"."post" SET "a" = $1 WHERE "id" IN ($3, $2)',
      '"public"."post" WHERE "id" IN($1, $2)',
      2,
      1,
    ],
    ["UPDATE ONLY t AS x SET a = $1 WHERE x.b=$2 AND x . c=$2", "ONLY t AS x WHERE x.b = $1 AND x.c = $1", 1],
    ["UPDATE t SET a = 1", "t"],
    ["UPDATE t SET a = 1 RETURNING *", "t"],
    ["update t x set a = b is distinct from c where d = 1 returning a", "t x WHERE d = 1"],
    ["UPDATE t SET a = (SELECT 1 FROM u WHERE u.b = $1) WHERE b = $2", "t WHERE b = $1", 1],
    ["UPDATE t SET a = now() WHERE b = 1 -- ; DELETE", "t WHERE b = 1"],
    ["UPDATE t SET a=1 WHERE b->>'x'='y'AND c@>$1::jsonb", "t WHERE b ->> 'x' = 'y' AND c @> $1 :: jsonb", 0],
    [
      "UPDATE t SET a=1 WHERE b=-1 AND c=E'\\'' AND d::varchar(3)='x'",
      "t WHERE b =- 1 AND c = E'\\'' AND d :: varchar(3) = 'x'",
    ],
    [
      "UPDATE t SET a=1 WHERE lower (b)=$1 AND CAST(c AS numeric(3, 1))>.5",
      "t WHERE lower(b) = $1 AND CAST(c AS numeric(3, 1)) > .5",
      0,
    ],
    ["UPDATE t SET a=1 WHERE b[1]=$1 AND c=ANY($2)", "t WHERE b [ 1 ] = $1 AND c = ANY($2)", 0, 1],
    ["UPDATE t SET a=1 WHERE b IS DISTINCT FROM $1", "t WHERE b IS DISTINCT FROM $1", 0],
    ["DELETE FROM t WHERE a = 1 RETURNING a", "t WHERE a = 1"],
    ["DELETE FROM t", "t"],
    ["DELETE FROM t;", "t"],
    ["UPDATE t SET a = $1 WHERE b = $1", undefined],
    ["UPDATE t SET a = 1 FROM u WHERE t.id = u.id", undefined],
    ["DELETE FROM t USING u WHERE t.id = u.id", undefined],
    ["UPDATE t SET a = 1 WHERE b IN (SELECT c FROM u)", undefined],
    ["UPDATE t SET a = 1 WHERE b = f(c)", undefined],
    ['UPDATE t SET a = 1 WHERE b = "lower"(c)', undefined],
    ["UPDATE t SET a = 1 WHERE b < now()", undefined],
    ["UPDATE t SET a = 1 WHERE b < CURRENT_TIMESTAMP", undefined],
    ["UPDATE t SET a = 1 WHERE b < 'today'", undefined],
    ["UPDATE t SET a = 1 WHERE b = 'x'\n'y'", undefined],
    ["UPDATE t SET a = 1 WHERE xmax = '0'", undefined],
    ["UPDATE t SET a = 1 WHERE b OPERATOR(pg_catalog.=) 1", undefined],
    ["UPDATE t SET a = 1 WHERE CURRENT OF c", undefined],
    ["UPDATE t SET a = 1 WHERE", undefined],
    ["UPDATE t SET WHERE b = 1", undefined],
    ["UPDATE t SET a = 1; DELETE FROM t", undefined],
    ["WITH x AS (SELECT 1) UPDATE t SET a = 1", undefined],
    ["DELETE FROM t garbage WHERE a = 1 WHERE b = 2", undefined],
    ["INSERT INTO t (a) VALUES (1)", undefined],
    ["SELECT 1", undefined],
    ["UPDATE t SET a = 'x", undefined],
  ],
  mysql: [
    ["UPDATE `t` SET `a` = ?, b = ? WHERE `c` IN (?, ?)", "`t` WHERE `c` IN(?, ?)", 2, 3],
    ["UPDATE LOW_PRIORITY IGNORE db.t x SET a = 1 WHERE x.b = 5--1", "db.t x WHERE x.b = 5 - - 1"],
    ["DELETE QUICK FROM t WHERE a = 1 # ?", "t WHERE a = 1"],
    ["DELETE FROM t WHERE a LIKE _utf8'x' || b XOR c", "t WHERE a LIKE _utf8 'x' || b XOR c"],
    ["UPDATE t SET a = '?' WHERE b = ?", undefined],
    ["UPDATE t SET a = ? WHERE b = ? /* why? */", undefined],
    ["UPDATE t SET a = :a WHERE b = :b", undefined],
    ["UPDATE t SET a = 1 /*!50000 WHERE b = 1 */", undefined],
    ["UPDATE t SET a = 1 WHERE b = @x", undefined],
    ["UPDATE t SET a = 1 WHERE b = 1 ORDER BY c LIMIT 1", undefined],
    ["UPDATE t SET a = 1 LIMIT 1", undefined],
    ["UPDATE t, u SET t.a = 1", undefined],
    ["UPDATE t JOIN u SET t.a = 1", undefined],
    ["UPDATE t PARTITION (p0) SET a = 1", undefined],
    ["UPDATE t SET returning = 1 WHERE b = 1", undefined],
    ["UPDATE t SET a = 1 WHERE b = 1 AND returning = 2", undefined],
    ["DELETE t FROM t WHERE a = 1", undefined],
    ["DELETE FROM t USING t WHERE a = 1", undefined],
    ["UPDATE t SET a = 1 WHERE rand() < 1", undefined],
  ],
  sqlite: [
    ['UPDATE "t" SET "a" = ? WHERE "b" = ? AND "c" IS NULL', '"t" WHERE "b" = ? AND "c" IS NULL', 1],
    ["UPDATE OR IGNORE main.[t] AS x SET a = 1 WHERE x.b GLOB '*'", "main.[t] AS x WHERE x.b GLOB '*'"],
    ["DELETE FROM t WHERE rowid = ?", "t WHERE rowid = ?", 0],
    ["UPDATE OR REPLACE t SET a = 1 WHERE b = 1", undefined],
    ["UPDATE t SET a = ?1 WHERE b = ?2", undefined],
    ["UPDATE t SET a = :a WHERE b = 1", undefined],
    ["UPDATE t INDEXED BY i SET a = 1", undefined],
    ["UPDATE t SET a = 1 WHERE b < date('now')", undefined],
    ["UPDATE t SET a = 1 WHERE b < 'now'", undefined],
    ["UPDATE 't' SET a = 1", undefined],
  ],
};

describe("probeOf", () => {
  for (const [dialect, cases] of Object.entries(CASES) as [SqlDialect, readonly ProbeCase[]][]) {
    describe(dialect, () => {
      const list = {
        postgres: 'SELECT "id" AS "id" FROM ',
        mysql: "SELECT `id` AS `id` FROM ",
        sqlite: 'SELECT "id" AS "id" FROM ',
      };
      for (const [sql, rest, ...parameters] of cases) {
        it(sql, () => {
          const expected = rest === undefined ? undefined : { sql: list[dialect] + rest, parameters };
          expect(probeOf(sql, dialect, ["id"], "none")).to.deep.equal(expected);
        });
      }

      it("asks for just those statements that the analysis calls askable", () => {
        for (const [sql, summary] of rowWriteCases[dialect]) {
          if (!/^(update|delete)/.test(summary)) continue;
          const askable = !summary.includes("not askable");
          expect(probeOf(sql, dialect, ["id"], "none") !== undefined, sql).to.equal(askable);
        }
      });
    });
  }

  it("locks as the statement will, behind the limit", () => {
    const ends = (["postgres", "mysql", "sqlite"] as const).map((dialect) =>
      (["update", "delete", "none"] as const).map((lock) =>
        probeOf("DELETE FROM t WHERE a = 1", dialect, ["id"], lock, 5)?.sql.replace(/.* WHERE /, ""),
      ),
    );
    expect(ends).to.deep.equal([
      ["a = 1 LIMIT 5 FOR NO KEY UPDATE", "a = 1 LIMIT 5 FOR UPDATE", "a = 1 LIMIT 5"],
      ["a = 1 LIMIT 5 FOR UPDATE", "a = 1 LIMIT 5 FOR UPDATE", "a = 1 LIMIT 5"],
      ["a = 1 LIMIT 5", "a = 1 LIMIT 5", "a = 1 LIMIT 5"],
    ]);
  });

  it("quotes the names of columns", () => {
    const names = ['a"b', "c`d"];
    expect(probeOf("DELETE FROM t", "postgres", names, "none")?.sql).to.equal(
      'SELECT "a""b" AS "a""b", "c`d" AS "c`d" FROM t',
    );
    expect(probeOf("DELETE FROM t", "mysql", names, "none")?.sql).to.equal(
      'SELECT `a"b` AS `a"b`, `c``d` AS `c``d` FROM t',
    );
    expect(probeOf("DELETE FROM t", "sqlite", [], "none")).to.equal(undefined);
  });
});

/** Statements whose rows can still be told by their WHERE, and those whose rows cannot. */
const AFTER: readonly (readonly [SqlDialect, string, boolean])[] = [
  ["postgres", "UPDATE t SET a = $1, b = c WHERE c = $2", true],
  ["postgres", "UPDATE t SET a = 1", true],
  ["postgres", "UPDATE t SET a = 1 WHERE A = 2", false],
  ["postgres", "UPDATE t SET t = 1 WHERE t.t = 2", false],
  ["postgres", 'UPDATE t SET "a" = 1 WHERE "t"."a" IN (2)', false],
  ["postgres", "UPDATE t SET (a, b) = (1, 2) WHERE b = 2", false],
  ["postgres", "UPDATE t SET c = 1, a.b = 1 WHERE (a).b = 2", false],
  ["postgres", "UPDATE t SET a[1] = 1 WHERE a[1] = 2", false],
  ["postgres", "UPDATE t SET a = 1 WHERE t IS NOT NULL", false],
  ["postgres", "UPDATE t AS x SET a = 1 WHERE x = $1", false],
  ["postgres", "UPDATE t AS x SET a = 1 WHERE x.b = $1", true],
  ["postgres", "UPDATE t SET a = 1 WHERE ROW(t.*) = ROW(1, 2)", false],
  ["postgres", "DELETE FROM t WHERE a = 1", false],
  ["mysql", "UPDATE t SET `A` = 1 WHERE a = 2", false],
  ["mysql", "UPDATE t SET t.a = 1 WHERE t.b = 2", true],
  ["mysql", "UPDATE t SET a := 1, b = 2 WHERE b = 3", false],
  ["sqlite", "UPDATE t SET id = 2 WHERE rowid = 1", false],
  ["sqlite", "UPDATE t SET [a] = 2 WHERE `a` = 1", false],
];

describe("afterProbeOf", () => {
  for (const [dialect, sql, certain] of AFTER) {
    it(`${certain ? "asks" : "does not ask"} after ${dialect}'s ${sql}`, () => {
      const expected: Probe | undefined = certain ? probeOf(sql, dialect, ["id"], "update") : undefined;
      expect(afterProbeOf(sql, dialect, ["id"], "update")).to.deep.equal(expected);
    });
  }
});
