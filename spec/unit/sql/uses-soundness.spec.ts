import { expect } from "chai";
import initSqlJs, { type Database } from "sql.js";
import { createAnalyser } from "../../../src/sql/analyser";
import type { Analysis } from "../../../src/sql/analysis";
import type { Bindings, Constant } from "../../../src/sql/bindings";
import type { Condition } from "../../../src/sql/condition";
import { combinationsOf, constantsOf } from "../../../src/sql/constants";
import { prepareParser } from "../../../src/sql/parser";
import type { TableUse } from "../../../src/sql/table-use";
import { COLUMNS, generateQuery, TABLES } from "./query-generator";
import { Random } from "./random";

type Value = number | string | null;
type Row = Readonly<Record<string, Value>>;

const QUERIES = Number(process.env["USES_QUERIES"] ?? 400);
const CHANGES = 8;

describe("changes that no use has to do with", () => {
  let database: Database;

  before(async () => {
    await prepareParser();
    database = new (await initSqlJs()).Database();
    for (const table of TABLES) database.run(`CREATE TABLE ${table} (k int, x int, y int, s text)`);
  });

  after(() => {
    database.close();
  });

  it(`leave the result of a query as it is (${QUERIES} of them)`, function () {
    this.timeout(60_000);
    const analyse = createAnalyser("sqlite", { stableFunctions: [], volatileFunctions: [] });
    let without = 0;
    let unknown = 0;
    for (let seed = 1; seed <= QUERIES; seed += 1) {
      const random = new Random(seed);
      const sql = generateQuery(random);
      const analysis = analyse(sql);
      if (usesOf(analysis) === undefined) unknown += 1;
      fill(database, random);
      for (let change = 0; change < CHANGES; change += 1) {
        without += changes(database, random, sql, analysis, seed) ? 0 : 1;
      }
    }
    expect(unknown).to.be.below(QUERIES / 20);
    // Else the spec would prove nothing.
    expect(without).to.be.above(QUERIES);
  });
});

/** Makes a change and tells whether the analysis says that it may matter. */
function changes(database: Database, random: Random, sql: string, analysis: Analysis, seed: number): boolean {
  const table = random.pick(TABLES);
  const before = result(database, sql);
  const rows = all(database, table);
  const old = random.chance(0.5) ? random.pick(rows) : undefined;
  const row = old === undefined || random.chance(0.6) ? newRow(random, old) : undefined;
  if (old !== undefined) remove(database, table, old);
  if (row !== undefined) insert(database, table, row);
  const matters = matter(analysis, table, old, row);
  if (!matters) {
    const change = `${table}: ${JSON.stringify(old)} -> ${JSON.stringify(row)}`;
    expect(result(database, sql), `seed ${seed}: ${sql}\n${change}`).to.deep.equal(before);
  }
  return matters;
}

function matter(analysis: Analysis, table: string, old: Row | undefined, row: Row | undefined): boolean {
  const uses = usesOf(analysis);
  const { bindings } = analysis;
  if (uses === undefined || bindings === undefined) return true;
  return uses
    .filter((use) => use.table.name === table)
    .some((use) => {
      const same =
        old !== undefined &&
        row !== undefined &&
        COLUMNS.every((each) => !looks(use, each) || old[each] === row[each]);
      return !same && [old, row].some((each) => each !== undefined && satisfies(each, use, bindings));
    });
}

function usesOf({ statements }: Analysis): readonly TableUse[] | undefined {
  const reads = statements[0]?.reads;
  return reads?.kind === "exact" ? reads.uses?.uses : undefined;
}

function looks({ columns }: TableUse, column: string): boolean {
  return columns === "all" || columns.has(column);
}

/** By the tuples that go together, where there are not too many of them; operand by operand else. */
function satisfies(row: Row, { conditions }: TableUse, bindings: Bindings): boolean {
  return conditions.some((conjunction) => {
    const equal = conjunction.filter((each) => each.kind === "in" && each.operands.length === 1);
    const operands = equal.flatMap((each) => (each.kind === "in" ? each.operands : []));
    const tuples = combinationsOf(operands, bindings, 50);
    const together =
      tuples === undefined ||
      tuples.some((tuple) =>
        tuple.every((constant, at) => {
          const found = row[equal[at]?.column ?? ""] ?? null;
          return found !== null && found === valueOf(constant);
        }),
      );
    return together && conjunction.every((each) => holds(row, each, bindings));
  });
}

function holds(row: Row, condition: Condition, bindings: Bindings): boolean {
  const found = row[condition.column] ?? null;
  if (condition.kind === "null") return (found === null) !== condition.negated;
  if (found === null) return false;
  switch (condition.kind) {
    case "is":
      return found === (condition.value ? 1 : 0);
    case "in":
      return condition.operands.some((each) =>
        constantsOf(each, bindings).some((one) => valueOf(one) === found),
      );
    case "compare":
      return constantsOf(condition.operand, bindings).some((one) =>
        compare(found, condition.op, valueOf(one)),
      );
    case "like":
      return constantsOf(condition.operand, bindings).some((one) =>
        new RegExp(`^${String(valueOf(one)).replace("%", ".*")}$`).test(String(found)),
      );
  }
}

function compare(found: Value, op: "<" | "<=" | ">" | ">=" | "<>", value: Value): boolean {
  const [one, other] = [Number(found), Number(value)];
  return { "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "<>": one !== other }[
    op
  ];
}

function valueOf(constant: Constant): Value {
  if (constant.kind === "number") return Number(constant.text) + 0;
  return constant.kind === "string" ? constant.text : null;
}

function fill(database: Database, random: Random): void {
  for (const table of TABLES) {
    database.run(`DELETE FROM ${table}`);
    for (let row = 0; row < 4; row += 1) insert(database, table, newRow(random, undefined));
  }
}

/** A row of its own, or one that differs from an old one in one column. */
function newRow(random: Random, old: Row | undefined): Row {
  const number = (): Value => (random.chance(0.2) ? null : random.below(4) - 1);
  const fresh: Row = { k: number(), x: number(), y: number(), s: random.pick(["a", "b", "bc", null]) };
  if (old === undefined || random.chance(0.2)) return fresh;
  const column = random.pick(COLUMNS);
  return { ...old, [column]: fresh[column] ?? null };
}

function insert(database: Database, table: string, row: Row): void {
  database.run(
    `INSERT INTO ${table} VALUES (?, ?, ?, ?)`,
    COLUMNS.map((column) => row[column] ?? null),
  );
}

function remove(database: Database, table: string, row: Row): void {
  const same = COLUMNS.map((column) => `${column} IS ?`).join(" AND ");
  const one = `SELECT rowid FROM ${table} WHERE ${same} LIMIT 1`;
  database.run(
    `DELETE FROM ${table} WHERE rowid IN (${one})`,
    COLUMNS.map((column) => row[column] ?? null),
  );
}

function all(database: Database, table: string): readonly Row[] {
  const rows = database.exec(`SELECT k, x, y, s FROM ${table}`)[0]?.values ?? [];
  return rows.map((values) => Object.fromEntries(COLUMNS.map((column, at) => [column, values[at] as Value])));
}

function result(database: Database, sql: string): readonly string[] {
  return (database.exec(sql)[0]?.values ?? []).map((row) => JSON.stringify(row)).sort();
}
