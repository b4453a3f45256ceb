import { expect } from "chai";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { Functions } from "../../../src/sql/functions";
import { meansMoment } from "../../../src/sql/moments";
import { summaryOf } from "./summary";

const none = { stableFunctions: [], volatileFunctions: [] };

describe("functions", () => {
  before(prepareParser);

  for (const dialect of ["postgres", "mysql", "sqlite"] as const) {
    it(`of ${dialect} are in one list each`, () => {
      const { stable, volatile, stableFrom, aggregates } = new Functions(dialect, none).catalogue;
      const doubtful = [...stable, ...aggregates].filter(
        (name) => volatile.has(name) || stableFrom.has(name),
      );
      expect(doubtful).to.deep.equal([]);
    });
  }

  it("that nobody knows may write anything", () => {
    const analyse = createAnalyser("postgres", none);
    expect(summaryOf(analyse("SELECT my_total(a) FROM t"))).to.equal(
      "reads t; writes everything (my_total()); volatile unknown-function my_total",
    );
  });

  it("that the user calls stable are as good as the system's", () => {
    const analyse = createAnalyser("postgres", {
      stableFunctions: ["my_total", "s.other"],
      volatileFunctions: [],
    });
    expect(summaryOf(analyse("SELECT my_total(a), s.other(b), x.my_total(c) FROM t"))).to.equal("reads t");
    expect(summaryOf(analyse("SELECT other(b) FROM t"))).to.contain("unknown-function other");
  });

  it("that the user calls volatile are harmless but not cached", () => {
    const analyse = createAnalyser("mysql", { stableFunctions: [], volatileFunctions: ["Next_Number"] });
    expect(summaryOf(analyse("SELECT next_number(a) FROM t"))).to.equal(
      "reads t; volatile function next_number",
    );
  });

  it("of a schema of the user's are not the system's of the same name", () => {
    const analyse = createAnalyser("postgres", none);
    expect(summaryOf(analyse("SELECT pg_catalog.lower(a) FROM t"))).to.equal("reads t");
    expect(summaryOf(analyse("SELECT mine.lower(a) FROM t"))).to.contain("unknown-function mine.lower");
    expect(summaryOf(analyse('SELECT "Lower"(a) FROM t'))).to.contain("unknown-function Lower");
  });
});

describe("meansMoment", () => {
  it("knows PostgreSQL's words of time", () => {
    for (const value of ["now", " NOW ", "today", "tomorrow 12:00", "12:00 yesterday", "now Europe/Berlin"]) {
      expect(meansMoment(value, "postgres"), value).to.equal(true);
    }
  });

  it("takes nothing else for one", () => {
    for (const value of ["", "nowhere", "2020-01-01", "snow", "epoch", "infinity", "know now"]) {
      expect(meansMoment(value, "postgres"), value).to.equal(false);
    }
  });

  it("knows SQLite's one, and that MySQL has none", () => {
    expect(meansMoment("now", "sqlite")).to.equal(true);
    expect(meansMoment("today", "sqlite")).to.equal(false);
    expect(meansMoment("now", "mysql")).to.equal(false);
  });
});
