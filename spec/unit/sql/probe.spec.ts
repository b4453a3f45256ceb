import { expect } from "chai";
import type { SqlDialect } from "../../../src/sql/analysis";
import { probeOf } from "../../../src/sql/probe";
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
          expect(probeOf(sql, dialect, { columns: ["id"] }, "none")).to.deep.equal(expected);
        });
      }

      it("asks for just those statements that the analysis calls askable", () => {
        for (const [sql, summary] of rowWriteCases[dialect]) {
          if (!/^(update|delete)/.test(summary)) continue;
          const askable = !summary.includes("not askable");
          expect(probeOf(sql, dialect, { columns: ["id"] }, "none") !== undefined, sql).to.equal(askable);
        }
      });
    });
  }

  it("locks as the statement will, behind the limit", () => {
    const ends = (["postgres", "mysql", "sqlite"] as const).map((dialect) =>
      (["update", "delete", "none"] as const).map((lock) =>
        probeOf("DELETE FROM t WHERE a = 1", dialect, { columns: ["id"] }, lock, 5)?.sql.replace(
          /.* WHERE /,
          "",
        ),
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
    expect(probeOf("DELETE FROM t", "postgres", { columns: names }, "none")?.sql).to.equal(
      'SELECT "a""b" AS "a""b", "c`d" AS "c`d" FROM t',
    );
    expect(probeOf("DELETE FROM t", "mysql", { columns: names }, "none")?.sql).to.equal(
      'SELECT `a"b` AS `a"b`, `c``d` AS `c``d` FROM t',
    );
    expect(probeOf("DELETE FROM t", "sqlite", { columns: [] }, "none")).to.equal(undefined);
  });
});

/** What is asked for besides, and the rest of the text; the parameters that it takes. */
const COMPUTED: readonly (readonly [SqlDialect, string, string, string, readonly number[]])[] = [
  ["postgres", 'UPDATE t SET "a" = "a" + $1 WHERE b = $2', '("a" + $1)', "t WHERE b = $2", [0, 1]],
  [
    "postgres",
    "UPDATE t SET b = $1, a = (a - $2) / 3 WHERE c = $3",
    "((a - $1) / 3)",
    "t WHERE c = $2",
    [1, 2],
  ],
  ["postgres", "UPDATE t SET a = t.c % 7 RETURNING id", "(t.c % 7)", "t", []],
  ["mysql", "UPDATE `t` SET `b` = ?, `A` = `a` * ? WHERE c IN (?)", "(`a` * ?)", "`t` WHERE c IN(?)", [1, 2]],
  ["sqlite", "UPDATE t SET a = -a + ?, b = ? WHERE c = ?", "(- a + ?)", "t WHERE c = ?", [0, 2]],
];

/** Nothing besides the columns is asked for. */
const NOT_COMPUTED: readonly (readonly [SqlDialect, string])[] = [
  ["postgres", "UPDATE t SET b = a + 1 WHERE c = 1"],
  ["postgres", "UPDATE t SET a = a + $1, b = $1 WHERE c = $2"],
  ["postgres", "UPDATE t SET (a, b) = (1, 2) WHERE c = 1"],
];

describe("probeOf, for what an UPDATE computes", () => {
  const asked = { columns: ["id"], computed: ["a"] };

  for (const [dialect, sql, expression, rest, parameters] of COMPUTED) {
    it(`asks before ${dialect}'s ${sql}`, () => {
      const quoted =
        dialect === "mysql" ? ["`id` AS `id`", "`computed 0`"] : ['"id" AS "id"', '"computed 0"'];
      expect(probeOf(sql, dialect, asked, "none")).to.deep.equal({
        sql: `SELECT ${quoted[0]}, ${expression} AS ${quoted[1]} FROM ${rest}`,
        parameters,
      });
    });
  }

  for (const [dialect, sql] of NOT_COMPUTED) {
    it(`asks for the columns alone before ${dialect}'s ${sql}`, () => {
      const probe = probeOf(sql, dialect, asked, "none");
      expect(probe).to.deep.equal(probeOf(sql, dialect, { columns: ["id"] }, "none"));
      expect(probe).to.not.equal(undefined);
    });
  }

  it("asks for several in the order of the text alone", () => {
    const sql = "UPDATE t SET a = a + ?, b = b - ?";
    const computed = (...columns: string[]) =>
      probeOf(sql, "sqlite", { columns: ["id"], computed: columns }, "none")?.sql;
    expect(computed("a", "b")).to.equal(
      'SELECT "id" AS "id", (a + ?) AS "computed 0", (b - ?) AS "computed 1" FROM t',
    );
    expect(computed("b", "a")).to.equal('SELECT "id" AS "id" FROM t');
  });
});
