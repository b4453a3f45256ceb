import { expect } from "chai";
import { Fleet } from "./fleet";

describe("a thousand callers in four processes", function () {
  this.timeout(60_000);
  let fleet: Fleet;
  before(async () => (fleet = await Fleet.start(4)));
  after(() => fleet.stop());

  for (const [call, lock, statements] of [
    ["find", true, 1],
    ["find", false, 4],
    ["function", true, 1],
    ["function", false, 4],
  ] as const) {
    it(`are ${statements} statement(s) ${lock ? "with" : "without"} lock, and all get the row: ${call}`, async () => {
      const outcomes = await fleet.misses({ call, callers: 250, lock, takes: "until released" });
      expect(outcomes.flatMap(({ bypasses }) => bypasses)).to.deep.equal([]);
      expect(outcomes.reduce((sum, outcome) => sum + outcome.statements, 0)).to.equal(statements);
      expect(outcomes.map(({ answers }) => answers)).to.deep.equal([250, 250, 250, 250]);
    });
  }

  it("go on when the process that loads is killed: one of the others does it", async () => {
    const outcomes = await fleet.death({ call: "find", callers: 20, lock: true });
    expect(outcomes.map(({ answers }) => answers)).to.deep.equal([20, 20, 20]);
    expect(outcomes.reduce((sum, outcome) => sum + outcome.statements, 0)).to.equal(1);
  });
});
