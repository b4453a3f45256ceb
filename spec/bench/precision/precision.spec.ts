import { expect } from "chai";
import { noInvalidation } from "../../../src";
import { benchPrecision, type BenchResult, type BenchRow } from "./bench";
import { geo } from "./geo/geo";
import { profilesByGranularity } from "./granularity";
import { runCached } from "./run";
import { operationsOf } from "./stream";
import { tableOf } from "./table";
import { emptyTally, type Tally, add } from "./tally";

const SEED = 1;
const OPERATIONS = 120;
const WRITE_SHARE = 0.2;

describe("bench: how precisely writes invalidate", () => {
  let result: BenchResult;
  before(async function () {
    this.timeout(60_000);
    result = await benchPrecision({
      seed: SEED,
      operations: OPERATIONS,
      writeShares: [WRITE_SHARE],
      size: "tiny",
      database: "postgres",
    });
  });

  const cached = (): readonly BenchRow[] => result.rows.filter(({ cache }) => cache !== "oracle");
  const oracleOf = (row: BenchRow): BenchRow =>
    result.rows.find(({ cache, workload }) => cache === "oracle" && workload === row.workload) as BenchRow;

  it("finds no hit that the database would not have answered", () => {
    expect(result.violations.join("\n")).to.equal("");
    for (const { tally } of result.rows) expect(tally.missed).to.equal(0);
  });

  it("has figures for every workload, by table and of an oracle", () => {
    const names = result.rows.map(({ workload, cache }) => `${workload} ${cache}`);
    expect(names).to.include.members([
      "geo table",
      "geo row",
      "geo oracle",
      "blog table",
      "blog row",
      "blog oracle",
    ]);
    for (const { writes, tally } of result.rows) {
      expect(writes).to.be.within(1, OPERATIONS - 1);
      expect(tally.hits).to.be.above(0);
    }
  });

  it("counts every statement once, in its page, too", () => {
    for (const { tally, pages } of cached()) {
      expect(tally.hits + tally.misses + tally.stale + tally.refused).to.equal(tally.statements);
      expect(tally.changed).to.be.at.most(tally.stale);
      const sum = emptyTally();
      for (const page of Object.values(pages ?? {})) add(sum, page);
      expect(sum).to.deep.equal(tally);
    }
  });

  it("sees the same statements and changes as the oracle, which is never worse", () => {
    for (const row of cached()) {
      const oracle = oracleOf(row);
      expect(oracle.tally.statements).to.equal(row.tally.statements);
      expect(oracle.tally.hits).to.be.at.least(row.tally.hits);
      expect(oracle.figures.precision).to.equal(1);
      expect(row.tally.refused, "reads that met a write").to.equal(0);
    }
  });

  it("drops far less by rows than by tables, and hardly anything needlessly", () => {
    for (const workload of ["geo", "blog"]) {
      const [row, table] = ["row", "table"].map((cache) =>
        cached().find((each) => each.workload === workload && each.cache === cache),
      ) as [BenchRow, BenchRow];
      expect(row.tally.stale, workload).to.be.below(table.tally.stale / 2);
      expect(row.figures.precision, workload).to.be.above(0.7);
    }
  });

  it("with the cache by table: what it wrongly drops is all that it lacks to the oracle", () => {
    for (const row of cached().filter(({ cache }) => cache === "table")) {
      const { hits, stale, changed, misses } = row.tally;
      const expected: Partial<Tally> = { hits: hits + stale - changed, stale: changed, changed, misses };
      expect(oracleOf(row).tally).to.include(expected);
    }
  });

  it("prints a row for each", () => {
    expect(tableOf(result.rows).trim().split("\n")).to.have.length(2 + result.rows.length);
  });

  it("draws the same stream for the same seed, and another for another", () => {
    const draw = (seed: number): readonly unknown[] =>
      operationsOf(geo("tiny"), { seed, operations: OPERATIONS, writeShare: WRITE_SHARE }).map((operation) =>
        operation.kind === "read"
          ? [operation.page.name, operation.instance]
          : [operation.change.name, operation.seed],
      );
    expect(draw(1)).to.deep.equal(draw(1));
    expect(draw(1)).not.to.deep.equal(draw(2));
  });

  it("notices a cache that is wrong", async () => {
    const workload = geo("tiny");
    const changes = workload.changes.map((change) => {
      const apply: typeof change.apply = (dataSource, random) =>
        noInvalidation(() => change.apply(dataSource, random));
      return { ...change, apply };
    });
    const broken = { ...workload, changes };
    const operations = operationsOf(broken, { seed: SEED, operations: OPERATIONS, writeShare: WRITE_SHARE });
    const profile = (await profilesByGranularity()).get("table");
    const run = await runCached({ database: "postgres", workload: broken, operations }, profile ?? {});
    expect(run.tally.missed).to.be.above(0);
    expect(run.violations).not.to.have.length(0);
  }).timeout(30_000);
});
