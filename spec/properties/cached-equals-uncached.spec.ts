import { expect } from "chai";
import * as fc from "fast-check";
import { Lab, onEveryCombination } from "../support/lab";
import { BOOKSHOP } from "./bookshop/entities";
import { stockBookshop } from "./bookshop/stock";
import { builders } from "./builders";
import { type Bookshop, commands, expectNothingStale, leaveTransaction } from "./commands";
import { finds } from "./finds";
import { parametersOf, SEED, TIMEOUT } from "./parameters";

const RUNS = 25;

/** Each run asks the same questions again after every step. */
const questions = fc.array(fc.oneof(finds, builders), { minLength: 5, maxLength: 8, size: "max" });

onEveryCombination(`random statements, FC_SEED=${SEED} (section 5)`, (combination) => {
  let lab: Lab;
  before(async () => {
    const cache = { defaults: { ops: "all" as const }, profiles: { "*": {} } };
    lab = await Lab.open({ ...combination, entities: BOOKSHOP, cache });
  });
  after(() => lab.close());

  it("are answered as if there were no cache", async function () {
    this.timeout(TIMEOUT);
    const outcomes = new Map<string, number>();
    const property = fc.asyncProperty(questions, commands, async (reads, steps) => {
      await lab.wipe();
      await stockBookshop(lab.dataSource.manager);
      const shop: Bookshop = { ...combination, dataSource: lab.dataSource, reads, runner: undefined };
      await expectNothingStale(shop);
      try {
        await fc.asyncModelRun(
          () => ({ model: { open: false, savepoints: 0, typed: false }, real: shop }),
          steps,
        );
      } finally {
        await leaveTransaction(shop);
        for (const { outcome } of lab.reads) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    });

    await fc.assert(property, parametersOf(RUNS));

    for (const outcome of ["hit", "stale", "bypass"]) expect(outcomes.get(outcome), outcome).to.be.above(0);
  });
});
