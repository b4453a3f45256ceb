import { expect } from "chai";
import { runRound } from "../round";
import { MUTANTS } from "./mutants";

/** The library broken on purpose, one line at a time: a checker that finds nothing in these finds nothing. */
describe("consistency: the checker catches", () => {
  for (const { name, broken, mix, faults } of MUTANTS) {
    it(broken, async () => {
      const round = { seed: 2, database: "postgres", seconds: 15, workers: 2, mix, faults, mutant: name } as const;
      const { violations } = await runRound(round);
      expect(violations).not.to.have.length(0);
    }).timeout(40_000);
  }
});
