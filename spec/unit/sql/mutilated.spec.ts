import { expect } from "chai";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { mysqlCases } from "./cases/mysql";
import { postgresCases } from "./cases/postgres";
import { sqliteCases } from "./cases/sqlite";
import { Random } from "./random";

const CASES = { postgres: postgresCases, mysql: mysqlCases, sqlite: sqliteCases };
const INSERTIONS = [
  "'",
  '"',
  "`",
  "(",
  ")",
  "[",
  ";",
  "--",
  "/*",
  "*/",
  "/*!",
  "$$",
  "$",
  "@",
  "\\",
  "\0",
  "😀",
  "E'",
];

/** Broken texts reach the analysis too: the database will refuse them, the analysis must not throw first. */
describe("mutilated texts", () => {
  before(prepareParser);

  for (const [dialect, cases] of Object.entries(CASES) as [keyof typeof CASES, typeof postgresCases][]) {
    it(`of ${dialect} never make the analysis throw`, () => {
      const analyse = createAnalyser(dialect, { stableFunctions: [], volatileFunctions: [] });
      const random = new Random(42);
      for (const [sql] of cases) {
        for (let turn = 0; turn < 5; turn += 1) {
          const text = mutilate(sql, random);
          expect(() => analyse(text), text).not.to.throw();
        }
      }
    });
  }
});

/** Each makes a tree a thousand nodes deep, which the parser would not survive, or would keep it busy for hours. */
const DEEP: Readonly<Record<string, string>> = {
  parentheses: `SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)} FROM t`,
  additions: `SELECT a ${"+ b ".repeat(2_000)} FROM t`,
  alternatives: `SELECT * FROM t WHERE a = 1 ${"OR b = 2 ".repeat(2_000)}`,
  "alternatives of parentheses": `SELECT * FROM t WHERE a = 1 ${"OR (b = 2 AND c IN (1, 2)) ".repeat(1_000)}`,
  casts: `SELECT a ${"::int ".repeat(2_000)} FROM t`,
  tests: `SELECT a ${"IS NULL ".repeat(2_000)} FROM t`,
  negations: `SELECT ${"NOT ".repeat(5_000)} a FROM t`,
  choices: `SELECT a ${"+ CASE WHEN b THEN c ELSE d END ".repeat(1_000)} FROM t`,
  calls: `SELECT ${"lower(".repeat(40)}a${")".repeat(40)} FROM t`,
  "calls that do not end": `SELECT ${"lower(".repeat(40)} FROM t`,
  "negated parentheses": `SELECT * FROM t WHERE ${"NOT (".repeat(40)}a b${")".repeat(40)}`,
  arrays: `SELECT ${"ARRAY[".repeat(40)}1 1${"]".repeat(40)} FROM t`,
  intervals: `SELECT ${"INTERVAL ".repeat(40)} FROM t`,
  unions: `SELECT a FROM t ${"UNION SELECT a FROM t ".repeat(1_500)}`,
};

describe("texts that nest deeply", () => {
  before(prepareParser);

  for (const [title, sql] of Object.entries(DEEP)) {
    it(`as ${title}: are answered, and leave the parser as it was`, () => {
      const analyse = createAnalyser("postgres", { stableFunctions: [], volatileFunctions: [] });
      const { statements } = analyse(sql);
      expect(statements).to.have.lengthOf(1);
      expect(statements[0]?.reads.kind).not.to.equal("anything");
      expect(analyse("SELECT * FROM u").statements[0]?.reads).to.deep.include({ kind: "exact" });
    });
  }
});

function mutilate(sql: string, random: Random): string {
  const at = random.below(sql.length + 1);
  switch (random.below(4)) {
    case 0:
      return sql.slice(0, at);
    case 1:
      return sql.slice(0, at) + sql.slice(at + 1 + random.below(8));
    case 2:
      return sql.slice(0, at) + random.pick(INSERTIONS) + sql.slice(at);
    default:
      return sql.slice(at) + sql.slice(0, at);
  }
}
