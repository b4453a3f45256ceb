import { expect } from "chai";
import initSqlJs from "sql.js";
import { createAnalyser } from "../../../src/sql/analyser";
import type { SqlDialect, StatementAnalysis } from "../../../src/sql/analysis";
import { prepareParser } from "../../../src/sql/parser";
import { generate, TABLES } from "./generator";

const SEEDS = 250;

/** No table may be missed at any depth, and none be made up: expression names hide tables, comments name them. */
describe("generated statements", () => {
  before(prepareParser);

  for (const dialect of ["postgres", "mysql", "sqlite"] as const) {
    it(`of ${dialect} have exactly the tables that they were made of`, () => {
      const analyse = analyserOf(dialect);
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const { sql, reads, writes } = generate(seed, dialect);
        const [statement] = analyse(sql).statements;
        expect([...readsOf(statement)], `seed ${seed}: ${sql}`).to.have.members([...reads]);
        expect([...writesOf(statement)], `seed ${seed}: ${sql}`).to.have.members([...writes]);
      }
    });
  }

  it("have every table that SQLite's own compiler opens", async () => {
    const { Database } = await initSqlJs();
    const database = new Database();
    for (const table of TABLES) database.run(`CREATE TABLE ${table} (id int, a int, b int)`);
    const [roots] = database.exec("SELECT rootpage, name FROM sqlite_master");
    const tableAt = new Map(roots?.values.map(([page, name]) => [Number(page), String(name)]));
    const analyse = analyserOf("sqlite");
    let opened = 0;
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const { sql } = generate(seed, "sqlite");
      const [program] = database.exec(`EXPLAIN ${sql}`);
      const opens = program?.values.filter(([, code]) => code === "OpenRead" || code === "OpenWrite") ?? [];
      const tables = opens.map(([, , , page]) => tableAt.get(Number(page)));
      const [statement] = analyse(sql).statements;
      expect([...readsOf(statement), ...writesOf(statement)], sql).to.include.members(tables);
      opened += tables.length;
    }
    database.close();
    expect(opened).to.be.greaterThan(SEEDS);
  });
});

function analyserOf(dialect: SqlDialect): ReturnType<typeof createAnalyser> {
  return createAnalyser(dialect, { stableFunctions: [], volatileFunctions: [] });
}

function readsOf(statement: StatementAnalysis | undefined): ReadonlySet<string> {
  if (statement?.reads.kind !== "exact") throw new Error(`not exact: ${statement?.reads.kind}`);
  return new Set(statement.reads.tables.map((table) => table.name));
}

function writesOf(statement: StatementAnalysis | undefined): ReadonlySet<string> {
  return new Set(
    statement?.writes.kind === "tables" ? statement.writes.tables.map((write) => write.table.name) : [],
  );
}
