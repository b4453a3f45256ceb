import { expect } from "chai";
import { createAnalyser } from "../../../src/sql/analyser";
import type { SqlDialect } from "../../../src/sql/analysis";
import { prepareParser } from "../../../src/sql/parser";
import { shapeOf } from "../../../src/sql/shape";

/** Texts of one line have one shape. */
const ALIKE: Readonly<Record<string, readonly [SqlDialect, ...string[]]>> = {
  "numbers, strings and blanks": ["postgres", "SELECT 1, 'a' FROM t", "SELECT  22,'b'/* x */ FROM t -- y"],
  "kinds of strings": ["postgres", "SELECT 'a' FROM t", "SELECT $$b$$ FROM t", "SELECT E'\\'' FROM t"],
  "numbers of parameters": ["postgres", "SELECT * FROM t WHERE a = $1", "SELECT * FROM t WHERE a = $27"],
  "lengths of IN lists": [
    "postgres",
    "SELECT * FROM t WHERE a IN ($1)",
    "SELECT * FROM t WHERE a IN ($1, $2, $3)",
  ],
  "IN lists with NULL": [
    "mysql",
    "SELECT * FROM t WHERE a IN (?)",
    "SELECT * FROM t WHERE a IN (?, NULL, ?, TRUE)",
  ],
  "lengths of arrays": ["postgres", "SELECT ARRAY[$1] FROM t", "SELECT ARRAY[$1, $2] FROM t"],
  "LIMIT and OFFSET": ["sqlite", "SELECT * FROM t LIMIT 1 OFFSET 2", "SELECT * FROM t LIMIT 10 OFFSET 200"],
  "numbers of VALUES tuples": [
    "postgres",
    "INSERT INTO t (a, b) VALUES ($1, DEFAULT), ($2, DEFAULT)",
    "INSERT INTO t (a, b) VALUES ($1, $2), ($3, NULL), ('x', $4), (5, 'y')",
  ],
  "tuples with casts and calls": [
    "postgres",
    "INSERT INTO t VALUES (f($1), $2::int), (f($3), $4::int)",
    "INSERT INTO t VALUES (f($1), $2::int), (f($3), $4::int), (f($5), $6::int)",
  ],
  "pairs in IN": [
    "mysql",
    "SELECT * FROM t WHERE (a, b) IN ((?, ?))",
    "SELECT * FROM t WHERE (a, b) IN ((?, ?), (?, ?), (?, ?))",
  ],
  "alternatives of a composite key": [
    "postgres",
    'SELECT * FROM "t" WHERE ((("a" = $1 AND "b" = $2)) OR (("a" = $3 AND "b" = $4)))',
    'SELECT * FROM "t" WHERE ((("a" = $1 AND "b" = $2)) OR (("a" = $3 AND "b" = $4)) OR (("a" = $5 AND "b" = $6)))',
  ],
};

/** Texts of one line differ in what they touch, so their shapes must. */
const DIFFERENT: Readonly<Record<string, readonly [SqlDialect, ...string[]]>> = {
  "a table after a column of its name": ["postgres", "(SELECT x, b FROM a)", "(SELECT x, b FROM a, b)"],
  "a table after a parenthesised column": ["mysql", "SELECT x, (b) FROM a", "SELECT x, (b) FROM a, (b)"],
  "tables in VALUES": [
    "postgres",
    "INSERT INTO t VALUES ((SELECT a FROM x)), ((SELECT a FROM y)), (1)",
    "INSERT INTO t VALUES ((SELECT a FROM x)), ((SELECT a FROM z)), (1)",
  ],
  "strings that name tables on SQLite": ["sqlite", "SELECT * FROM a, 'b'", "SELECT * FROM a, 'c'"],
  "aliased ones too": ["sqlite", "SELECT * FROM a AS x, 'b'", "SELECT * FROM a AS x, 'c'"],
  "parenthesised ones too": ["sqlite", "SELECT * FROM ('b')", "SELECT * FROM ('c')"],
  "double quotes on MySQL": ["mysql", 'SELECT * FROM "b"', 'SELECT * FROM "c"'],
  "now and then": ["sqlite", "SELECT date('now')", "SELECT date('2020-01-01')"],
  "today and a day": [
    "postgres",
    "SELECT * FROM t WHERE a > 'today'",
    "SELECT * FROM t WHERE a > '2020-01-01'",
  ],
  settings: ["mysql", "SET autocommit = 0", "SET autocommit = 1"],
  "names that differ in case": ["postgres", 'SELECT * FROM "a"', 'SELECT * FROM "A"'],
};

describe("shapeOf", () => {
  for (const [title, [dialect, ...texts]] of Object.entries(ALIKE)) {
    it(`ignores ${title}`, () => {
      const shapes = new Set(texts.map((text) => shapeOf(text, dialect)?.text));
      expect([...shapes]).to.have.lengthOf(1);
      expect([...shapes][0]).to.be.a("string");
    });
  }

  for (const [title, [dialect, ...texts]] of Object.entries(DIFFERENT)) {
    it(`tells ${title} apart`, () => {
      const shapes = new Set(texts.map((text) => shapeOf(text, dialect)?.text));
      expect(shapes.size).to.equal(texts.length);
    });
  }

  it("has no answer for a text that cannot be tokenized", () => {
    expect(shapeOf("SELECT 'x", "postgres")).to.equal(undefined);
  });

  it("keeps large statements small", () => {
    const rows = Array.from({ length: 500 }, (_, row) => `($${row * 3 + 1}, DEFAULT, $${row * 3 + 2})`).join(
      ", ",
    );
    expect(shapeOf(`INSERT INTO t (a, b, c) VALUES ${rows}`, "postgres")?.text.length).to.be.below(100);
    const list = Array.from({ length: 1000 }, (_, item) => `'${item}'`).join(", ");
    expect(shapeOf(`SELECT * FROM t WHERE a IN (${list})`, "mysql")?.text.length).to.be.below(100);
  });
});

describe("the memo", () => {
  before(prepareParser);

  it("answers texts of one shape with one analysis", () => {
    const analyse = createAnalyser("postgres", { stableFunctions: [], volatileFunctions: [] });
    const first = analyse("SELECT * FROM t WHERE a IN ($1)");
    expect(analyse("SELECT * FROM t WHERE a IN ($1, $2)").statements).to.equal(first.statements);
    expect(analyse("SELECT * FROM t WHERE a IN ($1)")).to.equal(first);
    expect(analyse("SELECT * FROM u WHERE a IN ($1)").statements).not.to.equal(first.statements);
  });

  it("forgets the shapes that were not asked for", () => {
    const analyse = createAnalyser("postgres", { stableFunctions: [], volatileFunctions: [], maxShapes: 2 });
    const first = analyse("SELECT * FROM t0 WHERE a = 0");
    for (let table = 1; table <= 2; table += 1) analyse(`SELECT * FROM t${table}`);
    expect(analyse("SELECT * FROM t0 WHERE a = 1").statements).not.to.equal(first.statements);
  });
});
