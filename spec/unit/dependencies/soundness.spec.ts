import { expect } from "chai";
import initSqlJs, { type Database, type SqlValue } from "sql.js";
import { Namespaces } from "../../../src/core/namespaces";
import { Registries } from "../../../src/core/registries";
import { RowWrite } from "../../../src/core/row-writes";
import type { TableFacts } from "../../../src/schema/column";
import type { Reliance } from "../../../src/dependencies/reliance";
import type { WriteSet } from "../../../src/dependencies/writes";
import { prepareParser } from "../../../src/sql/parser";
import { generateQuery } from "../sql/query-generator";
import { Random } from "../sql/random";
import { foreignKey, table } from "../schema/tables";
import { Blog } from "./blog";
import { column, facts, INTEGER, TEXT } from "./facts";
import { COLUMNS, generateList, generateWrite, SCHEMA } from "./random-statements";

type Rows = readonly Readonly<Record<string, SqlValue>>[];

const READS = Number(process.env["DEPENDENCY_READS"] ?? 150);
const FIRST_SEED = Number(process.env["DEPENDENCY_SEED"] ?? 1);
const WRITES = 12;

const byKey = (to: string, own: string, rest: object) =>
  foreignKey(to, { columns: [{ own, referenced: "k" }], ...rest });
const TABLES = [
  table("p", { foreignKeys: [byKey("p", "y", { onDelete: "CASCADE" })] }),
  table("t", { foreignKeys: [byKey("p", "x", { onDelete: "CASCADE", onUpdate: "CASCADE" })] }),
  table("u", { foreignKeys: [byKey("t", "x", { onDelete: "SET NULL", onUpdate: "CASCADE" })] }),
];
const OTHERS = [column("x", INTEGER), column("y", INTEGER), column("s", TEXT.sqlite)];
const KEY = column("k", INTEGER, { nullable: false, autoIncrement: true });
const FACTS = {
  p: facts([KEY, ...OTHERS], { primaryKey: ["k"], references: refersTo("y", "p") }),
  t: facts([KEY, ...OTHERS], { primaryKey: ["k"], references: refersTo("x", "p") }),
  u: facts([column("k", INTEGER), ...OTHERS], {
    primaryKey: [],
    uniqueKeys: [],
    references: refersTo("x", "t"),
  }),
};

function refersTo(own: string, to: string): TableFacts["references"] {
  return [{ column: own, to, referenced: "k" }];
}

/** From the text of a read to the rows that it relies on, and from that of a write to those that it changes. */
describe("a result that a write has changed relies on what the write concerns (random statements)", () => {
  let database: Database;

  before(async () => {
    await prepareParser();
    database = new (await initSqlJs()).Database();
    database.run("PRAGMA foreign_keys = ON");
    for (const sql of SCHEMA) database.run(sql);
  });
  after(() => database.close());

  for (const [what, generate] of Object.entries({ lists: generateList, queries: generateQuery })) {
    it(`${READS} ${what}`, async function () {
      this.timeout(READS * 1000);
      let spared = 0;
      for (let seed = FIRST_SEED; seed < FIRST_SEED + READS; seed += 1) {
        const random = new Random(seed);
        const blog = new Blog("sqlite", { facts: FACTS, tables: TABLES });
        spared += await tryOut(new Trial(database, blog, generate(random), `seed ${seed}`), random);
      }
      // Else the spec would prove nothing.
      expect(spared).to.be.above(READS);
    });
  }
});

/** Gives how many of the writes left the result current. */
async function tryOut(trial: Trial, random: Random): Promise<number> {
  fill(trial.database, random);
  let spared = 0;
  for (let write = 0; write < WRITES; write += 1) {
    trial.database.run("SAVEPOINT trial");
    spared += (await trial.survives(generateWrite(random), random.chance(0.5))) ? 1 : 0;
    trial.database.run("ROLLBACK TO trial; RELEASE trial");
  }
  return spared;
}

/** A read whose result is kept, against one write after the other. */
class Trial {
  readonly #reliances: readonly Reliance[];

  constructor(
    readonly database: Database,
    readonly blog: Blog,
    readonly read: string,
    readonly name: string,
  ) {
    this.#reliances = blog.reliances(read);
  }

  /** Whether the result outlives the write. */
  async survives(sql: string, probing: boolean): Promise<boolean> {
    const before = rowsOf(this.database, this.read);
    const write = this.#rowWrite(sql);
    if (write && probing) await this.#probe(write, sql);
    const announced = write?.writes;
    const written = this.#run(sql, (result) => write?.written(result, false));
    if (written === undefined) return false;
    const changed = JSON.stringify(rowsOf(this.database, this.read)) !== JSON.stringify(before);
    const concerned = (writes: WriteSet | undefined): boolean =>
      writes === undefined || this.blog.concerns({ sql: this.read, rows: before }, writes.tables);
    const described = `${this.name}: ${this.read}\n${sql}`;
    if (changed) expect(concerned(announced), `${described}\nis marked`).to.equal(true);
    if (changed) expect(concerned(written ?? undefined), `${described}\nis replaced`).to.equal(true);
    return !concerned(written ?? undefined);
  }

  #rowWrite(sql: string): RowWrite | undefined {
    const { schema, dialect } = this.blog;
    const namespaces = new Namespaces("trial", () => "");
    const registries = new Registries(async () => []);
    for (const { path, schemes } of this.#reliances)
      registries.learn(namespaces.table(path), { stamp: "all", schemes });
    return RowWrite.describe(this.blog.analyse(sql), [], { schema, namespaces, registries, dialect });
  }

  async #probe(write: RowWrite, sql: string): Promise<void> {
    const wanted = write.wanted();
    if (wanted.size === 0) return;
    await write.probe(wanted, sql, async (probe) => rowsOf(this.database, probe));
  }

  /** `undefined`: the database refused it. `null`: nothing is known of its rows. */
  #run(
    sql: string,
    written: (result: { affected: number; insertId: unknown; rows: Rows }) => WriteSet | undefined,
  ): WriteSet | null | undefined {
    try {
      const rows = rowsOf(this.database, sql);
      const [affected, insertId] = this.database.exec("SELECT changes(), last_insert_rowid()")[0]
        ?.values[0] as [number, number];
      return written({ affected, insertId, rows }) ?? null;
    } catch (error) {
      if (error instanceof Error && /constraint|datatype mismatch/i.test(error.message)) return undefined;
      throw error;
    }
  }
}

function rowsOf(database: Database, sql: string): Rows {
  const statement = database.prepare(sql);
  const rows: Record<string, SqlValue>[] = [];
  while (statement.step()) rows.push(statement.getAsObject());
  statement.free();
  return rows;
}

function fill(database: Database, random: Random): void {
  const key = (): number | null => (random.chance(0.3) ? null : random.below(4));
  const letters = ["a", "b", "bc", null];
  for (const name of ["u", "t", "p"]) database.run(`DELETE FROM ${name}`);
  for (let k = 0; k < 4; k += 1) {
    const row = (s: string | null, own: number | null = k) => [own, key(), key(), s];
    insert(database, "p", row(random.pick(letters)));
    insert(database, "t", row(letters[k] ?? null));
    insert(database, "u", row(random.pick(letters), random.below(4)));
  }
}

/** Rows that refer to others which are not there yet are left out. */
function insert(database: Database, name: string, values: SqlValue[]): void {
  database.run(
    `INSERT OR IGNORE INTO ${name} (${COLUMNS.join(", ")}) SELECT ?, ?, ?, ?
    WHERE ${isReferring(name)}`,
    [...values, values[refers[name] as number] ?? null] as SqlValue[],
  );
}

const refers: Record<string, number> = { p: 2, t: 1, u: 1 };

function isReferring(name: string): string {
  const to = name === "u" ? "t" : "p";
  return `coalesce(?5 IN (SELECT k FROM ${to}), true)`;
}
