import { expect } from "chai";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { usesCases } from "./cases/uses";
import { outputsSummaryOf, usesSummaryOf } from "./uses-summary";

const NONE = { stableFunctions: [], volatileFunctions: [] };

/** Names that the result gives to plain columns. */
const OUTPUTS: readonly (readonly ["postgres" | "mysql" | "sqlite", string, string])[] = [
  ["postgres", 'SELECT p.id AS "p_Id", t.n, p.X FROM p LEFT JOIN t ON t.p = p.id', "p_Id=0.id n=1.n x=0.x"],
  ["sqlite", 'SELECT p.id AS "p_Id" FROM p', "p_Id=0.id"],
  ["mysql", "SELECT p.id AS `p_Id`, p.x `X` FROM p", "p_Id=0.id X=0.x"],
  ["postgres", "SELECT p.id AS a, t.id AS a, p.x AS b FROM p, t", "b=0.x"],
  ["postgres", "SELECT p.id AS a, t.* FROM p, t", ""],
  ["postgres", "SELECT p.id AS lower, lower(p.x) FROM p", ""],
  ["postgres", "SELECT p.id AS a, lower(p.x) AS b FROM p", "a=0.id"],
  ["postgres", `SELECT p.id AS ${"a".repeat(64)}, p.x AS b FROM p`, ""],
  ["mysql", "SELECT p.id AS 'a', p.x AS b FROM p", ""],
  ["postgres", "SELECT id FROM p, t", ""],
  ["postgres", "SELECT d.id FROM (SELECT p.id AS id FROM p) d", ""],
];

describe("what single texts look at", () => {
  before(prepareParser);

  for (const [title, { dialect, cases }] of Object.entries(usesCases)) {
    describe(title, () => {
      const analyse = createAnalyser(dialect, NONE);
      for (const [sql, summary] of cases) {
        it(sql, () => {
          expect(usesSummaryOf(analyse(sql))).to.equal(summary);
        });
      }
    });
  }

  describe("names of the result", () => {
    for (const [dialect, sql, outputs] of OUTPUTS) {
      it(`${sql} on ${dialect}`, () => {
        expect(outputsSummaryOf(createAnalyser(dialect, NONE)(sql))).to.equal(outputs);
      });
    }
  });

  it("has slots of whole statements only", () => {
    const analyse = createAnalyser("postgres", NONE);
    expect(usesSummaryOf(analyse("EXPLAIN ANALYZE SELECT a FROM t WHERE x = 1"))).to.equal("unknown");
    expect(usesSummaryOf(analyse("CREATE TEMPORARY TABLE v AS SELECT a FROM t WHERE x = 1"))).to.equal(
      "unknown",
    );
    expect(analyse("SELECT 1; SELECT 2").bindings).to.equal(undefined);
  });
});
