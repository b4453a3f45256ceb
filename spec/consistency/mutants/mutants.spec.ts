import { expect } from "chai";
import { IS_TYPEORM_1 } from "../../support/typeorm";
import { runRound } from "../round";
import { MUTANTS } from "./mutants";

/** The library broken on purpose, one line at a time: a checker that finds nothing in these finds nothing. */
describe("consistency: the checker catches", () => {
  // What is broken is not TypeORM: once is enough.
  for (const { name, broken, ...round } of IS_TYPEORM_1 ? MUTANTS : []) {
    it(broken, async () => {
      const options = {
        database: "postgres",
        seed: 2,
        ...round,
        seconds: 60,
        workers: 2,
        mutant: name,
      } as const;
      const { violations } = await runRound(options);
      expect(violations).not.to.have.length(0);
    }).timeout(120_000);
  }
});
