import { expect } from "chai";
import { MIX } from "./mix";
import { describeViolation } from "./report";
import { runRound } from "./round";

describe("consistency: every answer is one that the database could have given", () => {
  for (const database of ["postgres", "mariadb"] as const) {
    for (const faults of [false, true]) {
      it(`${database}, ${faults ? "with faults" : "undisturbed"}`, async () => {
        const result = await runRound({
          seed: 1,
          database,
          seconds: faults ? 5 : 3,
          workers: 3,
          mix: MIX,
          faults,
        });
        expect(result.violations.map((each) => describeViolation(result, each)).join("\n")).to.equal("");
        expect(result.counts.hit, "hits").to.be.above(0);
        expect(result.counts.commits, "commits").to.be.above(0);
        expect(result.counts["replaced: rows"], "writes of which the rows are known").to.be.above(0);
      }).timeout(180_000);
    }
  }
});
