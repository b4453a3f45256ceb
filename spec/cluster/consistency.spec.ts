import { expect } from "chai";
import type { DeploymentName, FaultName } from "../consistency/deployments";
import { MIX } from "../consistency/mix";
import { describeViolation } from "../consistency/report";
import { runRound } from "../consistency/round";

const FAULTS: Record<Exclude<DeploymentName, "single">, readonly FaultName[]> = {
  cluster: [
    "planned failover",
    "master killed that its replica lags behind",
    "slots moved",
    "worker killed at a step",
    "master killed, its replica elected",
  ],
  sentinel: ["failover on command", "worker killed at a step", "master killed, and replaced"],
};
const SECONDS = 20;

/** For longer: `npm run soak -- --cluster`, `-- --sentinel`. */
describe("consistency, while masters fail: every answer is one that the database could have given", () => {
  for (const on of ["cluster", "sentinel"] as const)
    it(on, async () => {
      const faults = FAULTS[on];
      const round = { seed: 1, database: "postgres", seconds: SECONDS, workers: 3, mix: MIX } as const;
      const result = await runRound({ ...round, on, faults, policy: "throw" });
      expect(result.violations.map((each) => describeViolation(result, each)).join("\n")).to.equal("");
      expect(result.counts.hit, "hits").to.be.above(0);
      expect(result.counts.commits, "commits").to.be.above(0);
      expect(result.counts[`fault: ${faults[0]}`], faults[0]).to.be.above(0);
    }).timeout(180_000);
});
