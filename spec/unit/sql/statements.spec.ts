import { expect } from "chai";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { mysqlCases } from "./cases/mysql";
import { postgresCases } from "./cases/postgres";
import { sqliteCases } from "./cases/sqlite";
import { summaryOf } from "./summary";

const CASES = { postgres: postgresCases, mysql: mysqlCases, sqlite: sqliteCases };

describe("analysis of single texts", () => {
  before(prepareParser);

  for (const [dialect, cases] of Object.entries(CASES) as [keyof typeof CASES, typeof postgresCases][]) {
    describe(dialect, () => {
      const analyse = createAnalyser(dialect, { stableFunctions: [], volatileFunctions: [] });
      for (const [sql, summary] of cases) {
        it(sql, () => {
          expect(summaryOf(analyse(sql))).to.equal(summary);
        });
      }
    });
  }
});
