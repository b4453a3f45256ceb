import { expect } from "chai";
import { sourcesIn } from "../../../src/sql/sources";
import { tokenize } from "../../../src/sql/tokenizer";
import type { SqlDialect } from "../../../src/sql/analysis";

const STATEMENTS: readonly (readonly [string, readonly string[]])[] = [
  ["SELECT a FROM t", ["t"]],
  ["SELECT a FROM s.t x, u AS y, LATERAL v WHERE a IN (b, c)", ["t", "u", "v"]],
  ["SELECT a FROM t JOIN (u JOIN v ON u.a = v.a) ON t.a = f(u.a, b), w GROUP BY a, b", ["t", "u", "v", "w"]],
  ["SELECT a, (SELECT max(b) FROM u) FROM t ORDER BY a, b LIMIT 1, 2", ["t", "u"]],
  ["SELECT EXTRACT(year FROM a), TRIM(both x FROM b) FROM t WHERE a IS DISTINCT FROM b", ["t"]],
  ["WITH c AS (SELECT 1 FROM t), d (a, b) AS (SELECT 1, 2) SELECT 1 FROM c, d, e", ["t", "e"]],
  ["SELECT a FROM generate_series(1, 2), t", ["t"]],
  ["INSERT INTO t (a, b) SELECT a, b FROM u ON CONFLICT DO UPDATE SET a = 1", ["t", "u"]],
  ["UPDATE ONLY t SET a = 1 FROM u, v WHERE t.a = u.a", ["t", "u", "v"]],
  ["DELETE FROM t USING u WHERE t.a = u.a RETURNING a, b", ["t", "u"]],
  [
    "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)",
    ["t", "u"],
  ],
  ["SELECT a FROM t FOR UPDATE OF t", ["t"]],
];

describe("names where tables stand", () => {
  for (const dialect of ["postgres", "mysql", "sqlite"] satisfies SqlDialect[]) {
    for (const [sql, expected] of STATEMENTS) {
      it(`${dialect}: ${sql}`, () => {
        expect([...sourcesIn(tokenize(sql, dialect)?.tokens ?? [], dialect)]).to.have.members([...expected]);
      });
    }
  }
});
