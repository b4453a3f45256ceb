import { expect } from "chai";
import * as fc from "fast-check";
import { DataSource } from "typeorm";
import { createAnalyser } from "../../../src/sql/analyser";
import type { SqlDialect, Tables } from "../../../src/sql/analysis";
import { prepareParser } from "../../../src/sql/parser";
import { DATABASES, type FreshDatabase, freshDatabase, type PerDatabase } from "../../support/databases";
import { parametersOf, SEED, TIMEOUT } from "../parameters";
import { type Oracle, oracleOf } from "./oracles";
import { LISTS, statements, TABLES } from "./templates";

const RUNS = 400;

const DIALECTS: PerDatabase<SqlDialect> = { postgres: "postgres", mariadb: "mysql", sqljs: "sqlite" };

describe(`tables that the database finds in a statement, FC_SEED=${SEED} (section 5)`, () => {
  before(prepareParser);

  for (const database of DATABASES) {
    describe(database, () => {
      let fresh: FreshDatabase;
      let dataSource: DataSource;
      let oracle: Oracle;

      before(async () => {
        fresh = await freshDatabase(database);
        dataSource = await new DataSource(fresh.options).initialize();
        for (const table of TABLES) await dataSource.query(`CREATE TABLE ${table} (id int, a int, b int)`);
        for (const list of LISTS) await dataSource.query(`CREATE TABLE ${list} (id int)`);
        oracle = await oracleOf(dataSource, database);
      });
      after(async () => {
        await oracle.close();
        await dataSource.destroy();
        await fresh.drop();
      });

      it("are found by the analysis, every one", async function () {
        this.timeout(TIMEOUT);
        const analyse = createAnalyser(DIALECTS[database], { stableFunctions: [], volatileFunctions: [] });
        let tried = 0;
        let accepted = 0;
        let found = 0;
        const property = fc.asyncProperty(statements(database), async (sql) => {
          tried++;
          const opened = await oracle.tablesOf(sql);
          if (opened === undefined) return;
          accepted++;
          found += opened.length;
          expect(tablesIn(analyse(sql).statements[0]?.reads)).to.include.members([...opened]);
        });

        await fc.assert(property, { ...parametersOf(RUNS), examples: NESTED.map((sql) => [sql]) });

        expect(accepted).to.be.above(tried * 0.9);
        expect(found).to.be.above(accepted);
      });
    });
  }
});

/** A WITH inside a query that another one encloses: MariaDB does not show its expressions what that one names. */
const NESTED: readonly string[] = [
  "WITH c AS (SELECT MAX(id) AS id FROM t0) SELECT id FROM c",
  "WITH c AS (SELECT MAX(id) AS id FROM (SELECT id FROM t0) AS x) SELECT id FROM c",
  "WITH c AS (SELECT id FROM t2), d AS (SELECT id FROM c UNION SELECT id FROM t0) SELECT id FROM d",
  "WITH c AS (SELECT id FROM t2) SELECT id FROM c UNION SELECT id FROM t0",
].map((inner) => `WITH t0 AS (SELECT id FROM t1) SELECT x.id FROM (${inner}) AS x`);

/** Where the analysis is not sure which tables are meant, all are found. */
function tablesIn(reads: Tables | undefined): readonly string[] {
  switch (reads?.kind) {
    case "exact":
      return reads.tables.map(({ name }) => name);
    case "identifiers":
      return [...reads.identifiers];
    default:
      return [...TABLES, ...LISTS];
  }
}
