import { expect } from "chai";
import { tablesReadBy } from "../../../src/dependencies/reads";
import { Schema } from "../../../src/schema/schema";
import type { StatementAnalysis } from "../../../src/sql/analysis";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { table, view } from "../schema/tables";

describe("what a read depends on", () => {
  before(() => prepareParser());

  const analyse = createAnalyser("postgres", { stableFunctions: [], volatileFunctions: [] });
  const schema = new Schema(
    [table("post"), table("comment"), view("headline", "SELECT id FROM post")],
    ["public"],
    analyse,
  );
  const dependencies = (sql: string): unknown => {
    const found = tablesReadBy(analyse(sql).statements[0] as StatementAnalysis, schema);
    return found.kind === "tables" ? found.tables : found.reason;
  };

  const CASES: Record<string, unknown> = {
    "SELECT * FROM post": ["post"],
    "SELECT * FROM post p WHERE EXISTS (SELECT 1 FROM comment c WHERE c.post_id = p.id)": ["comment", "post"],
    "SELECT * FROM headline": ["headline", "post"],
    "WITH c AS (SELECT * FROM comment) SELECT * FROM c": ["comment"],
    "SELECT 1": [],
    "SELECT * FROM elsewhere": "unknown-table",
    "SELECT now() FROM post": "volatile",
    "SELECT * FROM post FOR UPDATE": "lock",
    "DELETE FROM post": "writes",
    "WITH gone AS (DELETE FROM post RETURNING *) SELECT * FROM gone": "writes",
    "SELECT writing_function() FROM post": "writes",
    COMMIT: "unparsed",
  };

  for (const [sql, expected] of Object.entries(CASES)) {
    it(`${sql} -> ${JSON.stringify(expected)}`, () => expect(dependencies(sql)).to.deep.equal(expected));
  }

  it("of a statement that was only tokenized are the known tables among its names", () => {
    const statement: StatementAnalysis = {
      reads: { kind: "identifiers", identifiers: new Set(["x", "COMMENT"]), sources: new Set() },
      writes: { kind: "none" },
      control: undefined,
      volatility: undefined,
      projection: "rows",
      ddl: false,
    };
    expect(tablesReadBy(statement, schema)).to.deep.equal({ kind: "tables", tables: ["comment"] });
    const unnamed: StatementAnalysis = {
      ...statement,
      reads: { kind: "identifiers", identifiers: new Set(["x"]), sources: new Set() },
    };
    expect(tablesReadBy(unnamed, schema)).to.include({ kind: "uncacheable", reason: "unparsed" });
    expect(tablesReadBy({ ...statement, reads: { kind: "anything" } }, schema)).to.include({
      reason: "unparsed",
    });
  });
});
