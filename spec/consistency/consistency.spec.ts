import { expect } from "chai";
import type { Mix } from "./messages";
import { describeViolation } from "./report";
import { runRound } from "./round";

const MIX: Mix = { writers: 2, readers: 3, autocommit: 0.4, rollback: 0.2, savepoint: 0.2, readTransaction: 0.2 };

describe("consistency: every answer is one that the database could have given", () => {
  for (const database of ["postgres", "mariadb"] as const) {
    for (const faults of [false, true]) {
      it(`${database}, ${faults ? "with faults" : "undisturbed"}`, async () => {
        const result = await runRound({ seed: 1, database, seconds: 5, workers: 3, mix: MIX, faults });
        if (process.env.SHOW) console.log(result.counts);
        expect(result.violations.map((each) => describeViolation(result, each)).join("\n")).to.equal("");
        expect(result.counts.hit, "hits").to.be.above(0);
        expect(result.counts.commits, "commits").to.be.above(0);
      }).timeout(40_000);
    }
  }
});
