import { expect } from "chai";
import * as fc from "fast-check";
import type { ReadEvent } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { BOOKSHOP } from "../bookshop/entities";
import { builders } from "../builders";
import { finds } from "../finds";
import { parametersOf, SEED, TIMEOUT } from "../parameters";
import { type Oracle, oracleOf } from "./oracles";

const RUNS = 150;

/** Statement by statement, views and their base tables included. */
onEveryCombination(`tables of TypeORM's statements, FC_SEED=${SEED} (section 5)`, ({ database, store }) => {
  // What a statement depends on is decided before any store is asked.
  if (store !== "memory") return;
  let lab: Lab;
  let oracle: Oracle;
  before(async () => {
    const cache = { defaults: { ops: "all" as const }, profiles: { "*": {} } };
    lab = await Lab.open({ database, store, entities: BOOKSHOP, cache });
    oracle = await oracleOf(lab.dataSource, database);
  });
  after(async () => {
    await oracle.close();
    await lab.close();
  });

  it("are dependencies, every one that the database finds", async function () {
    this.timeout(TIMEOUT);
    const parameters = new Map<string, readonly unknown[]>();
    lab.dataSource.subscribers.push({
      beforeQuery: ({ query, parameters: given }) =>
        void parameters.set(query, (given as unknown[] | undefined) ?? []),
    });
    let compared = 0;
    const property = fc.asyncProperty(fc.oneof(finds, builders), async (read) => {
      lab.forget();
      await read.run(lab.dataSource.manager);
      for (const { sql, tables } of lab.reads.filter(ran)) {
        const found = await oracle.tablesOf(sql, parameters.get(sql));
        expect(found, sql).to.be.an("array");
        expect(tables, sql).to.include.members([...(found ?? [])]);
        compared++;
      }
    });

    await fc.assert(property, parametersOf(RUNS));

    expect(compared).to.be.above(0);
  });
});

function ran({ outcome }: ReadEvent): boolean {
  return outcome === "miss" || outcome === "stale";
}
