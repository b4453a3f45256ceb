import { expect } from "chai";
import type { SqlDialect } from "../../../src/sql/analysis";
import { prepareParser } from "../../../src/sql/parser";
import { rowWriteCases } from "./cases/row-writes";
import { rowWriteSummary } from "./row-write-summary";

describe("rows that a statement writes", () => {
  before(prepareParser);

  for (const [dialect, cases] of Object.entries(rowWriteCases) as [
    SqlDialect,
    (typeof rowWriteCases)[SqlDialect],
  ][]) {
    describe(dialect, () => {
      for (const [sql, summary] of cases) {
        it(sql, () => {
          expect(rowWriteSummary(sql, dialect)).to.equal(summary);
        });
      }
    });
  }
});
