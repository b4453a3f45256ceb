import { expect } from "chai";
import type { SqlDialect } from "../../../src/sql/analysis";
import type { Bindings, Constant } from "../../../src/sql/bindings";
import type { Operand } from "../../../src/sql/condition";
import { combinationsOf, constantsOf, rowsOf } from "../../../src/sql/constants";
import { shapeOf } from "../../../src/sql/shape";
import { hasSlot } from "../../../src/sql/slots";
import { Random } from "./random";
import { constant } from "./uses-summary";

/** Constants by slot, then repeats: `1 x; 0: 2 y`. */
const TEXTS: readonly (readonly [SqlDialect, string, string])[] = [
  [
    "postgres",
    "SELECT $2, 'it''s', 1e3, NULL, TRUE FROM t WHERE a IS NOT NULL",
    "$2 'it's' 1e3 null true null",
  ],
  ["postgres", "SELECT * FROM t WHERE a IN ($1, 2, 'c')", "$1; 0: 2; 0: 'c'"],
  ["postgres", "SELECT E'a', $$a$$, N'a', 'a\\b' FROM t", "unknown unknown unknown unknown"],
  ["mysql", "SELECT ?, \"a\", 'a\\'b', 'c', ? FROM t", "$1 unknown unknown 'c' $2"],
  ["mysql", "SELECT ?, '?' FROM t WHERE a = 'b'", "unknown unknown 'b'"],
  ["mysql", "SELECT ?, :name, ? FROM t", "$1 unknown unknown"],
  ["sqlite", "SELECT ?, ?5, ?, 'a\\b' FROM t", "$1 $5 $6 'a\\b'"],
  ["sqlite", "SELECT ?, @name, ? FROM t", "$1 unknown unknown"],
  ["sqlite", "SELECT date('now'), 'b' FROM t", "'now' 'b'"],
  ["postgres", "INSERT INTO t VALUES ($1, DEFAULT), ($2, 3), ($3, NULL)", "$1 default $2 3; 2: $3 null"],
  ["mysql", "INSERT INTO t VALUES ROW(1, 'a'), ROW(2, 'b')", "1 'a' 2 'b'"],
  [
    "postgres",
    "SELECT * FROM t WHERE ((a = 1 AND b IN (2, 3)) OR (a = 4 AND b IN (5, 6)))",
    "1 2; 1: 3; 1: 6; 0: 4 5",
  ],
  ["postgres", "SELECT * FROM t WHERE a IN (1 OR 2)", "unknown; 0: unknown"],
  ["postgres", "SELECT * FROM t WHERE (a IS NULL) OR (a IS TRUE)", "null true"],
];

describe("bindings", () => {
  for (const [dialect, sql, expected] of TEXTS) {
    it(`of ${sql} on ${dialect}`, () => {
      expect(summary(bindingsOf(sql, dialect))).to.equal(expected);
    });
  }

  it("are not known of several statements and of those whose literals stay", () => {
    for (const sql of ["SELECT 1; SELECT 2", "SET autocommit = 1"])
      expect(shapeOf(sql, "mysql")?.bindings).to.equal(undefined);
  });

  it("hold every constant of a text once, and fill the slots of its shape", () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const { sql, constants } = generate(new Random(seed));
      const shape = shapeOf(sql, "postgres");
      const bindings = bindingsOf(sql, "postgres");
      const held = [bindings.constants, ...bindings.repeats.map((repeat) => repeat.constants)].flat();
      expect(held.map(constant).sort(), sql).to.deep.equal([...constants].sort());
      expect(shape?.statements[0]?.filter(hasSlot).length, sql).to.equal(bindings.constants.length);
      for (const repeat of bindings.repeats)
        expect(repeat.from + repeat.constants.length, sql).to.be.at.most(bindings.constants.length);
    }
  });
});

describe("constants of operands", () => {
  const pairs = bindingsOf("SELECT * FROM t WHERE ((a = $1 AND b = $2) OR (a = $3 AND b = $4))", "postgres");
  const lists = bindingsOf("SELECT * FROM t WHERE a IN ($1, $2) AND b IN ($3, $4)", "postgres");
  const mixed = bindingsOf(
    "SELECT * FROM t WHERE ((a = 1 AND b = 2) OR (a = 3 AND b = 4)) AND c IN (5, 6)",
    "postgres",
  );
  const [a, b, c] = [operand(0), operand(1), operand(2)];

  it("begin with that of the shape", () => {
    expect(constantsOf(a, pairs).map(constant)).to.deep.equal(["$1", "$3"]);
    expect(constantsOf(b, lists).map(constant)).to.deep.equal(["$3", "$4"]);
  });

  it("take the minus along with numbers", () => {
    const bindings = bindingsOf("SELECT * FROM t WHERE a IN (-1, -2) AND b = -$1", "postgres");
    expect(constantsOf({ ...a, negative: true }, bindings).map(constant)).to.deep.equal(["-1", "-2"]);
    expect(constantsOf({ ...b, negative: true }, bindings).map(constant)).to.deep.equal(["unknown"]);
  });

  it("go together if one list repeats them", () => {
    expect(rowsOf([a, b], pairs)?.map(tuple)).to.deep.equal(["$1 $2", "$3 $4"]);
    expect(rowsOf([a], lists)?.map(tuple)).to.deep.equal(["$1", "$2"]);
    expect(rowsOf([a, b], lists)).to.equal(undefined);
    expect(rowsOf([a, b, c], mixed)).to.equal(undefined);
  });

  it("are combined otherwise", () => {
    expect(combinationsOf([a, b], pairs, 10)?.map(tuple)).to.deep.equal(["$1 $2", "$3 $4"]);
    expect(combinationsOf([b, a], lists, 10)?.map(tuple)).to.have.members([
      "$3 $1",
      "$4 $1",
      "$3 $2",
      "$4 $2",
    ]);
    expect(combinationsOf([a, b, c], mixed, 10)?.map(tuple)).to.have.members([
      "1 2 5",
      "3 4 5",
      "1 2 6",
      "3 4 6",
    ]);
    expect(combinationsOf([a, b, c], mixed, 3)).to.equal(undefined);
    expect(combinationsOf([], mixed, 3)?.map(tuple)).to.deep.equal([""]);
  });

  it("lose nothing where lists stand inside lists", () => {
    const nested = bindingsOf(
      "SELECT * FROM t WHERE ((a = 1 AND b IN (2, 3)) OR (a = 4 AND b IN (5, 6)))",
      "postgres",
    );
    const tuples = combinationsOf([a, b], nested, 10)?.map(tuple);
    expect(tuples).to.include.members(["1 2", "1 3", "4 5", "4 6"]);
  });
});

function operand(slot: number): Operand {
  return { slot, negative: false };
}

function tuple(constants: readonly Constant[]): string {
  return constants.map(constant).join(" ");
}

function bindingsOf(sql: string, dialect: SqlDialect): Bindings {
  const bindings = shapeOf(sql, dialect)?.bindings;
  if (bindings === undefined) throw new Error(`no bindings of ${sql}`);
  return bindings;
}

function summary({ constants, repeats }: Bindings): string {
  return [tuple(constants), ...repeats.map((repeat) => `${repeat.from}: ${tuple(repeat.constants)}`)].join(
    "; ",
  );
}

/** A statement with lists inside lists, all of whose constants differ. */
function generate(random: Random): { readonly sql: string; readonly constants: readonly string[] } {
  const constants: string[] = [];
  const fresh = (): string => {
    const number = constants.length + 1;
    const text = random.pick([`$${number}`, `${number}`, `'${number}'`]);
    constants.push(text);
    return text;
  };
  const list = (item: () => string, separator: string): string =>
    Array.from({ length: 1 + random.below(4) }, item).join(separator);
  const predicate = (depth: number): string => {
    const column = random.pick(["a", "b"]);
    if (depth === 0) return `${column} = ${fresh()}`;
    return random.pick([
      () => `${column} IN (${list(fresh, ", ")})`,
      () => `(${list(() => `(${predicate(depth - 1)})`, " OR ")})`,
      () => `(${list(() => predicate(depth - 1), " AND ")})`,
      () => `f(${list(fresh, ", ")}) = ${fresh()}`,
      () => `${column} IN (SELECT a FROM t WHERE ${predicate(depth - 1)} LIMIT ${fresh()})`,
    ])();
  };
  const rows = (): string => list(() => `(${fresh()}, ${fresh()}, f(${list(fresh, ", ")}))`, ", ");
  const sql = random.chance(0.3) ? `INSERT INTO t VALUES ${rows()}` : `SELECT * FROM t WHERE ${predicate(3)}`;
  return { sql, constants };
}
